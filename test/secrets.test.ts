import t from 'tap';
import { RealmError } from '../lib/errors.ts';
import { lastWords } from '../lib/git/run.ts';
import { gitUrl, withoutCredentials } from '../lib/names.ts';
import { withoutSecrets } from '../lib/secrets.ts';

const URLS = [
  'https://u:SECRET@example.com/r.git',
  'https://SECRET@example.com/r.git',
  'https://u:p@SECRET@example.com/r.git',
  'https://u:p/SECRET@example.com/r.git',
  'HTTPS://u:SECRET@example.com/r@x.git',
  'ssh://u:SECRET@example.com/r.git',
  'git+ssh://u:SECRET@example.com/r.git',
  'https://example.com/r.git?private-token=SECRET',
  'https://example.com/r.git?x=1&access_token=SECRET&y=2',
  'https://example.com/r.git?X-Amz-Signature=SECRET',
  'https://example.com/r.git#SECRET',
  'https://example.com?job_token=SECRET#SECRET',
  'https://[::1]:8080/r.git?api_key=SECRET',
  'u:SECRET@example.com:r.git',
];

t.test('no secret of a URL is shown, whoever quotes it', async (t) => {
  for (const url of URLS) {
    for (const text of [url, `fatal: unable to access '${url}/': no`, `"${url}"`, `a ${url}, b ${url} c`])
      t.notMatch(withoutSecrets(text), /SECRET/, text);
    t.notMatch(lastWords(`fatal: repository '${url}' not found\n`), /SECRET/);
    const error = new RealmError('x', `cannot read '${url}'`, { hint: [`git clone ${url}`] });
    t.notMatch(error.message + error.hint + error.stack, /SECRET/, url);
  }
});

t.test('what is no secret stays', async (t) => {
  for (const text of [
    'git@github.com:org/repo.git',
    'ssh://git@example.com:22/r.git',
    'https://example.com:8443/a/@scope/r.git',
    'https://json-schema.org/draft/2020-12/schema#/$defs/x',
    'by eric@example.com: 3 changes',
    'file:///srv/a b.git',
    's3-access/s3-permissions: models/*/m1',
  ])
    t.equal(withoutSecrets(text), text);
  t.equal(withoutSecrets('https://u:p@example.com/r.git?a=b'), 'https://example.com/r.git?…');
});

t.test('nor is it stored', async (t) => {
  for (const url of URLS) {
    let kept = '';
    try {
      kept = gitUrl(url);
    } catch (error) {
      kept = (error as Error).message;
    }
    t.notMatch(kept, /SECRET/, url);
    if (!url.includes('p/')) t.notMatch(withoutCredentials(url), /SECRET/, url);
  }
});
