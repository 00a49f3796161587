import { spawnSync } from 'node:child_process';
import t from 'tap';
import { RealmError } from '../lib/errors.ts';
import * as names from '../lib/names.ts';
import { parseFile } from '../lib/realm/parse.ts';
import { fc } from './helpers/values/properties.ts';

/** Code, message and hint of the refusal, or what came back. */
function refusal(make: () => string): string {
  try {
    return `allowed: ${make()}`;
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    return [error.code, error.message, error.hint].filter(Boolean).join(' | ');
  }
}

const all = {
  realm: names.realmName,
  repo: names.repoName,
  domain: names.domainName,
  contract: names.contractName,
};

t.test('names that are fine', async (t) => {
  for (const make of Object.values(all))
    for (const text of ['a', 's3-permissions', 'My_Repo.js', '0', 'a'.repeat(100), 'x.lock.y'])
      t.equal(make(text), text);
  t.equal(names.repoName('cultivarium/aperture'), 'cultivarium/aperture');
});

t.test('names that are refused, each with its reason', async (t) => {
  for (const [text, why] of [
    ['', 'is empty'],
    ['a'.repeat(300), 'is 300 characters long; 100 are allowed'],
    ['a\\b', 'has a slash'],
    ['a..b', "has '..'"],
    ['a\u0000b', 'has a control character'],
    ['a\nb', 'has a control character'],
    ['a\u009bb', 'has a control character'],
    ['-rf', "begins with '-'"],
    ['.git', "begins with '.'"],
    ['a.lock', "ends in '.lock'"],
    ['a.', "ends in '.'"],
    ['a b', 'has a character other than'],
    ['größe', 'has a character other than'],
    ['🚀', 'has a character other than'],
    ['a\u202eb', 'has a character other than'],
    ['a:b', 'has a character other than'],
  ] as const)
    for (const [what, make] of Object.entries(all)) {
      const got = refusal(() => make(text));
      t.ok(got.startsWith(`bad-name | ${what} name '`) && got.includes(why), `${what}: ${got}`);
      t.notOk(/[\p{Cc}\p{Cf}]/u.test(got), 'nothing that a terminal acts upon');
    }
  for (const make of [names.realmName, names.domainName, names.contractName])
    t.match(
      refusal(() => make('a/b')),
      /has a slash/,
    );
  for (const text of ['a/b/c', '/b', 'a/', '../a', 'a/..'])
    t.match(
      refusal(() => names.repoName(text)),
      /^bad-name/,
    );
});

t.test('a new realm or domain is kebab-case, with a proposal', async (t) => {
  t.equal(names.newRealmName('let-em-cook2'), 'let-em-cook2');
  t.equal(
    refusal(() => names.newDomainName('S3Access')),
    "bad-name | domain name 'S3Access' is not kebab-case | use a name such as s3-access",
  );
  t.match(
    refusal(() => names.newRealmName('Größe & Maß')),
    /use a name such as gro-e-ma/,
  );
  t.match(
    refusal(() => names.newRealmName('a--b')),
    /use a name such as a-b/,
  );
  t.match(
    refusal(() => names.newRealmName('🚀')),
    /use letters, digits and -/,
  );
});

t.test('the schemas refuse what the constructors refuse', async () => {
  const char = fc.constantFrom(...'aZ0._-/ \\\n%é', '🚀', '.lock', '..');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(char, { maxLength: 8 }).map((parts) => parts.join('')),
        fc.constantFrom('a'.repeat(100), 'a'.repeat(101)),
      ),
      (text) => {
        for (const [kind, make] of [
          ['domain', names.domainName],
          ['repo', names.repoName],
        ] as const) {
          const parsed = parseFile(kind, 'p', `name: ${JSON.stringify(text)}\n`);
          if (parsed.ok !== refusal(() => make(text)).startsWith('allowed'))
            throw new Error(`${kind}: ${parsed.ok}`);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

t.test('twins in case are refused', async (t) => {
  t.equal(
    refusal(() => String(names.refuseCaseTwin('repo', 'Aperture', ['x', 'aperture']))),
    "name-taken | repo name 'Aperture' differs from 'aperture' only in case | use another name, or 'aperture'",
  );
  names.refuseCaseTwin('repo', 'aperture', ['aperture', 'b']);
});

t.test('any text becomes a ref component that git takes, and comes back', async (t) => {
  const texts = [
    'feat/metrics',
    'a.lock',
    'é.lock',
    '..',
    '.',
    '@',
    '',
    'a@{b',
    '~^:?*[\\',
    'x y',
    '%',
    '-',
    'a\u007f',
    '🚀.',
    '.a',
    'a.lock.lock',
  ];
  const component = fc
    .array(fc.constantFrom(...'a.@{/~^:?*[\\ %-', 'lock', 'é', '\u0001'), { maxLength: 6 })
    .map((parts) => parts.join(''));
  for (const text of [...texts, ...fc.sample(component, 200)]) {
    const safe = names.refSafe(text);
    t.equal(names.fromRefSafe(safe), text);
    t.match(safe, /^[A-Za-z0-9._%-]+$/);
    t.notMatch(safe, /^\.|\.\.|\.$|\.lock$/, safe);
  }
  for (const text of texts)
    t.equal(spawnSync('git', ['check-ref-format', `refs/realm/${names.refSafe(text)}`]).status, 0, text);
  t.match(
    refusal(() => names.fromRefSafe('%zz')),
    /^bad-ref/,
  );
});

t.test('object ids, addresses, versions, ranges', async (t) => {
  t.equal(names.oid('a'.repeat(40)).length, 40);
  t.equal(names.oid('0'.repeat(64)).length, 64);
  for (const text of ['a'.repeat(39), 'g'.repeat(40), 'A'.repeat(40), `${'a'.repeat(40)}\n`])
    t.match(
      refusal(() => names.oid(text)),
      /^bad-oid/,
    );
  t.equal(names.email('eric@example.com'), 'eric@example.com');
  for (const text of ['eric', 'Eric <eric@example.com>', 'a@b c', 'a@\n', '@b', 'a@'])
    t.match(
      refusal(() => names.email(text)),
      /^bad-email/,
    );
  t.equal(names.semverVersion('1.2.0-rc.1+x'), '1.2.0-rc.1+x');
  for (const text of ['1', '1.0', 'v1.0.0', '=1.0.0', ' 1.0.0', '1.0.0\n', '01.0.0', 'x', ''])
    t.match(
      refusal(() => names.semverVersion(text)),
      /^usage .* is not a semver version \| for example 1\.2\.0$/,
    );
  for (const text of ['>=1.0.0', '^1', '*', '1.x || 2.x']) t.equal(names.semverRange(text), text);
  for (const text of ['', ' ', 'abc', '>=one', 'a'.repeat(300)])
    t.match(
      refusal(() => names.semverRange(text)),
      /^usage .* is not a semver range/,
    );
});

t.test('URLs: credentials go, helpers and options are refused', async (t) => {
  for (const [given, kept] of [
    ['https://eric:secret@example.com/a.git', 'https://example.com/a.git'],
    ['https://ghp_token@example.com/a.git', 'https://example.com/a.git'],
    ['https://example.com/a.git?access_token=abc&x=1', 'https://example.com/a.git?access_token=&x=1'],
    ['ssh://git:secret@example.com:22/a.git', 'ssh://git@example.com:22/a.git'],
    ['git@github.com:cultivarium/aperture.git', 'git@github.com:cultivarium/aperture.git'],
    ['http://localhost:8080/a.git', 'http://localhost:8080/a.git'],
    ['http://u:p@127.0.0.1:8080/a.git', 'http://127.0.0.1:8080/a.git'],
    ['../realm-letemcook', '../realm-letemcook'],
    ['/srv/a b.git', '/srv/a b.git'],
    ['file:///srv/a.git', 'file:///srv/a.git'],
  ] as const)
    t.equal(names.gitUrl(given), kept);
  for (const [given, why] of [
    ['ext::sh -c touch% /tmp/x', 'remote helper'],
    ['fd::17', 'remote helper'],
    ['-uploadpack=x', "begins with '-'"],
    ['ssh://-oProxyCommand=x/a', 'no host'],
    ['ssh://git@-oProxyCommand=x/a', 'no host'],
    ['-oProxyCommand=x:a', "begins with '-'"],
    ['git@-oProxyCommand=x:a', "begins with '-'"],
    ['http://example.com/a.git', 'not be encrypted'],
    ['http://localhost@example.com/a.git', 'not be encrypted'],
    ['javascript://x', "transport 'javascript'"],
    ['https://a\nb', 'control character'],
    ['', 'is empty'],
  ] as const)
    t.match(
      refusal(() => names.gitUrl(given)),
      new RegExp(`^bad-url .*${why}`),
      given,
    );
  t.notMatch(
    refusal(() => names.gitUrl('ftp://eric:secret@example.com')),
    /secret/,
  );
});

t.test('pathspecs stay inside of the repository', async (t) => {
  for (const text of [
    'src/paths.py',
    'src/*.py',
    ':(glob)src/**/*.py',
    ':!src/test',
    'a..b/c',
    'größe.py',
    '.github/x',
  ])
    t.equal(names.pathspec(text), text);
  for (const text of [
    '',
    '/etc/passwd',
    '../x',
    'a/../b',
    'C:\\x',
    '~/x',
    ':(top)x',
    ':/x',
    ':(attr:x)y',
    ':^x',
    'a\u0000',
    '.git/config',
    ':(glob)/x',
    ':(glob)',
    'm\ufffd/s3.py',
  ])
    t.match(
      refusal(() => names.pathspec(text)),
      /^bad-pathspec/,
      text,
    );
});
