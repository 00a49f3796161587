import t from 'tap';
import { letemcook, writerOf } from '../helpers/world/story.ts';

/** `log`, `show`, `diff` and `graph` on a contract that went 1.0.0, 1.1.0, 2.0.0. */
const { box, realm, aperture, fungal } = await letemcook(t);
const at = { cwd: 'aperture' };
const publish = async (message: string, tree: Parameters<typeof aperture.commit>[1]): Promise<void> => {
  await aperture.commit(message, tree);
  await aperture.push();
  await box.realm(['sync', '--no-notify'], at);
};

const metrics = 'models/training/metrics.py';
aperture.write({ models: { training: { 'metrics.py': writerOf('training-metrics') } } });
await box.realm(['export', '--name', 's3-permissions', '--source', metrics], at);
await publish('export metrics', {});
// By hand, as an approver may: breaking changes need nobody's approval from here on.
const rules = (await realm.git('show', 'main:realm.yaml')).replace(
  'require_approval: true',
  'require_approval: false',
);
box.write('realm-letemcook/realm.yaml', `${rules}\n`);
await realm.git('commit', '-qam', 'let breaking changes through');
await publish('move the metrics', {
  models: { training: { 'metrics.py': writerOf('training-runs') } },
});

t.test('log: the realm, the newest first', async (t) => {
  const { stdout } = await box.realm(['log'], at);
  const lines = stdout.trimEnd().split('\n');
  t.equal(lines.length, await realm.count());
  t.match(
    lines[0],
    /^\d{4}-\d\d-\d\d \d\d:\d\d [0-9a-f]{8} s3-access\/s3-permissions: 1\.1\.0 → 2\.0\.0 from aperture \(eric@example\.com\)$/,
  );
  t.match(lines[1], /let breaking changes through \(eric@example\.com, edited manually\)$/);
  t.match(lines.at(-1), /create realm letemcook \(eric@example\.com\)$/);

  const few = await box.realm(['log', '-n', '2'], at);
  t.same(few.stdout.trimEnd().split('\n'), [lines[0], lines[1], '… older entries: git realm log -n 10']);
  const json = (await box.realm(['log', '--json', '--count=1'], at)).json() as {
    commits: { oid: string; repo: string; op: { verb: string }; changes: string[] }[];
    more: boolean;
  };
  t.match(json, { realm: 'letemcook', more: true });
  t.match(json.commits, [
    {
      oid: await realm.tip(),
      repo: 'aperture',
      op: { verb: 'publish', contract: 's3-permissions' },
      changes: ['Removed training-metrics/* (write)', 'Added training-runs/* (write)'],
    },
  ]);
  t.equal((await box.realm(['log', '-n', '0'], { ...at, expect: 129 })).stdout, '');
  await box.realm(['log', '-n', '1e3'], { ...at, expect: 129 });
});

t.test('log: one contract by version', async (t) => {
  const { stdout } = await box.realm(['log', 's3-permissions'], at);
  const source = (await aperture.git('rev-parse', 'HEAD')).slice(0, 8);
  t.match(
    stdout.replace(/ \d\d:\d\d /g, ' '),
    new RegExp(
      `^s3-access/s3-permissions\n2\\.0\\.0  \\S+ [0-9a-f]{8} from aperture ${source} \\(eric@example\\.com\\)\n`,
    ),
  );
  t.match(stdout, /\n {2}Added training-runs\/\* \(write\)\n1\.1\.0 /);
  t.match(stdout, /\n1\.0\.0 .*\n {2}First version\n$/);
  const json = (await box.realm(['log', 's3-access/s3-permissions', '--json', '-n', '2'], at)).json();
  t.match(json, { kind: 'contract', more: true, versions: [{ version: '2.0.0' }, { version: '1.1.0' }] });
  const none = await box.realm(['log', 's4-permissions'], { ...at, expect: 128 });
  t.match(none.stderr, "error: no contract 's4-permissions'\nhint: contracts: s3-access/s3-permissions\n");
});

t.test('show: a contract as YAML, with who imports it', async (t) => {
  const { stdout } = await box.realm(['show', 's3-permissions'], at);
  const { parse } = await import('yaml');
  const shown = parse(stdout);
  const committed = await realm.yaml('domains/s3-access/contracts/s3-permissions.yaml');
  const { consumers, ...file } = shown;
  t.same(file, committed, 'every key of the file');
  t.match(consumers, [{ repo: 'fungal-image-analysis', range: '>=1.0.0', state: 'stale' }]);

  const old = await box.realm(['show', 's3-access/s3-permissions@1.1.0', '--json'], at);
  t.match(old.json(), {
    kind: 'contract',
    version: '1.1.0',
    latest: '2.0.0',
    owner: 'aperture',
    file: { value: { write: ['jobs/*/*/manifest.json', 'training-metrics/*'] } },
  });
  t.match(
    (await box.realm(['show', 's3-permissions@1.0.0'], at)).stdout,
    /^# s3-access\/s3-permissions 1\.0\.0, .*\n# the published version is 2\.0\.0\nname: s3-permissions\nkind: s3\nversion: "1\.0\.0"\n/,
  );
  const none = await box.realm(['show', 's3-permissions@3.0.0'], { ...at, expect: 128 });
  t.match(
    none.stderr,
    "no version 3.0.0 of 's3-access/s3-permissions'\nhint: versions: 2.0.0, 1.1.0, 1.0.0\n",
  );
  await box.realm(['show', 's3-permissions@latest'], { ...at, expect: 129 });
  t.match((await box.realm(['show', 's3-access'], at)).stdout, /^s3-access\n {2}aperture: provider\n/);
});

t.test('diff: the verdict with its witness', async (t) => {
  const last = (await box.realm(['diff', 's3-permissions'], at)).stdout;
  t.match(last, /^s3-access\/s3-permissions 1\.1\.0\.\.2\.0\.0\n/);
  t.match(last, /\nbreaking: .*\n {2}witness training-metrics\/x at \/write\n/);
  t.match(last, "\n  breaking   write: 'training-metrics/*' was removed  [s3/path-removed]\n");
  t.match(last, '\nconsumers\n  fungal-image-analysis: does not use what was removed\n');
  const first = await box.realm(['diff', 's3-permissions', '1.0.0..1.1.0', '--json'], at);
  t.match(first.json(), {
    from: { version: '1.0.0' },
    to: { version: '1.1.0' },
    verdict: { verdict: 'compatible' },
    lines: ['Added training-metrics/* (write)'],
    impact: [],
  });
  t.match((await box.realm(['diff', 's3-permissions', '1.0.0..'], at)).stdout, '1.0.0..2.0.0\n');
  const alone = await box.realm(['diff', 's3-permissions', '..1.0.0'], { ...at, expect: 1 });
  t.match(alone.stderr, "error: 1.0.0 is the first version of 's3-access/s3-permissions'");
  for (const range of ['..', '1.0.0..1.1.0..2.0.0', 'v1..', '1.0.0...1.1.0'])
    await box.realm(['diff', 's3-permissions', range], { ...at, expect: 129 });
});

t.test('diff: a schema by hand, its differences, and other keys', async (t) => {
  const file = 'domains/s3-access/contracts/job.yaml';
  const contract = (version: string, more: string): string =>
    `name: job\nversion: "${version}"\nowner: aperture\n${more}changelog:\n  - { version: "${version}", changes: [x] }\n`;
  box.write(
    `realm-letemcook/${file}`,
    contract('1.0.0', 'schema: { type: object, properties: { size: { type: integer } } }\n'),
  );
  await realm.git('add', '-A');
  await realm.git('commit', '-qm', 'add job');
  box.write(
    `realm-letemcook/${file}`,
    contract(
      '2.0.0',
      'description: A job\nschema: { type: object, required: [size], properties: { size: { type: integer } } }\n',
    ),
  );
  await realm.git('commit', '-qam', 'job wants a size');
  const { stdout } = await box.realm(['diff', 'job'], at);
  t.match(stdout, /\nbreaking: /);
  t.match(stdout, '\n  breaking   size: it is now required  [json-schema/property-became-required]\n');
  t.match(stdout, '\ndescription\n  + "A job"');
  const versions = ['check', '--mode', 'compatibility', 'job', '--from', '1.0.0', '--format'];
  const checked = async (format: string): Promise<string> =>
    (await box.realm([...versions, format], { ...at, expect: 1 })).stdout;
  const { tool, results } = JSON.parse(await checked('sarif')).runs[0];
  t.match(results, [
    { ruleId: 'json-schema/property-became-required', message: { text: /size: it is now required/ } },
  ]);
  t.match(tool.driver.rules[0].shortDescription.text, /is now required\. A value that was valid/);
  t.match(JSON.parse(await checked('gitlab')), [{ check_name: 'json-schema/property-became-required' }]);
  t.match(await checked('junit'), 'name="json-schema/property-became-required"');
  t.match(await checked('github'), 'title=s3-access/job%3Ajson-schema/property-became-required');
});

t.test('graph, in four formats', async (t) => {
  const text = (await box.realm(['graph'], { cwd: 'fungal-image-analysis' })).stdout;
  t.match(
    text,
    '  aperture exports s3-permissions 2.0.0\n    → fungal-image-analysis imports >=1.0.0: stale (resolved at 1.0.0)\n',
  );
  t.match((await box.realm(['graph', '--format', 'mermaid'], at)).stdout, /^flowchart LR\n/);
  t.match((await box.realm(['graph', '--format=dot'], at)).stdout, /^digraph "letemcook" \{\n/);
  t.match((await box.realm(['graph', '--format=svg'], at)).stdout, /^<svg [\s\S]*<\/svg>\s*$/);
  t.match((await box.realm(['graph', '--json'], at)).json(), {
    edges: [{ provider: 'aperture', consumer: 'fungal-image-analysis', state: 'stale' }],
  });
  t.match((await box.realm(['graph', '--domain', 's3'], { ...at, expect: 128 })).stderr, "no domain 's3'");
  const wrong = await box.realm(['graph', '--format', 'png'], { ...at, expect: 129 });
  t.match(wrong.stderr, "error: --format must be one of text, mermaid, dot, svg, not 'png'");
  const opener = { PATH: `${box.path('bin')}:${box.env.PATH}` };
  box.write(
    'bin/xdg-open',
    `#!/bin/sh\ncp "$1" '${box.path('copy.svg')}' && mv '${box.path('copy.svg')}' '${box.path('opened.svg')}'\n`,
    0o755,
  );
  if (process.platform === 'linux') {
    await box.realm(['graph', '--open'], { ...at, env: opener });
    t.match(
      (await box.run('sh', ['-c', 'until [ -e opened.svg ]; do sleep 0.1; done; cat opened.svg'])).stdout,
      /^<svg /,
    );
  }
});

t.test('an ambiguous name is refused with the candidates', async (t) => {
  const path = 'domains/billing/contracts/s3-permissions.yaml';
  box.write('realm-letemcook/domains/billing/domain.yaml', 'name: billing\nmembers: [aperture]\n');
  box.write(`realm-letemcook/${path}`, 'name: s3-permissions\nkind: s3\nversion: "0.1.0"\nowner: aperture\n');
  box.write(
    'realm-letemcook/domains/billing/contracts/s3-access.yaml',
    'name: s3-access\nversion: "0.1.0"\nowner: aperture\n',
  );
  await realm.git('add', '-A');
  await realm.git('commit', '-qm', 'another domain');
  for (const command of [['show'], ['log'], ['diff']]) {
    const { stderr } = await box.realm([...command, 's3-permissions'], { ...at, expect: 128 });
    t.match(
      stderr,
      "'s3-permissions' exists in several domains: billing/s3-permissions, s3-access/s3-permissions",
    );
    t.match(stderr, 'hint: include the domain: billing/s3-permissions');
  }
  const both = await box.realm(['show', 's3-access'], { ...at, expect: 128 });
  t.match(both.stderr, "'s3-access' is ambiguous, both a domain and a contract: billing/s3-access");
  t.match((await box.realm(['show', 'billing/s3-permissions'], at)).stdout, '# no consumers yet');
  const unborn = await box.realm(['diff', 'billing/s3-permissions'], { ...at, expect: 1 });
  t.match(unborn.stderr, '0.1.0 is the first version');
});

t.test('a contract that is not valid: line and what was expected; its history stays', async (t) => {
  box.write('realm-letemcook/domains/s3-access/contracts/job.yaml', 'name: job\nversion: 3\n');
  await realm.git('commit', '-qam', 'break it');
  const { stderr } = await box.realm(['show', 'job'], { ...at, expect: 128 });
  t.match(
    stderr,
    /error: domains\/s3-access\/contracts\/job\.yaml:2: version: expected .*found the number 3/,
  );
  t.match((await box.realm(['log', 'job'], at)).stdout, /\n2\.0\.0 .*\n {2}x\n1\.0\.0 /);
  t.match((await box.realm(['show', 'job@2.0.0'], at)).stdout, 'description: A job');
});

t.test('a contract that is gone still has its history, under its full name', async (t) => {
  await realm.git('rm', '-q', 'domains/billing/contracts/s3-permissions.yaml');
  await realm.git('commit', '-qm', 'take billing away');
  t.match(
    (await box.realm(['log', 'billing/s3-permissions'], at)).stdout,
    /^billing\/s3-permissions\n0\.1\.0 /,
  );
  const never = await box.realm(['log', 'billing/nothing'], { ...at, expect: 128 });
  t.match(never.stderr, "error: no contract 'billing/nothing'");
  await realm.git('revert', '--no-edit', 'HEAD');
});

t.test('from inside the realm, bare or not, and from a subdirectory', async (t) => {
  const inside = await box.realm(['log', '-n', '1'], { cwd: 'realm-letemcook/domains/s3-access' });
  t.match(inside.stdout, 'take billing away');
  await box.git(['clone', '-q', '--bare', realm.path, 'bare.git']);
  for (const words of [
    ['log'],
    ['show', 's3-access/s3-permissions'],
    ['diff', 's3-access/s3-permissions'],
    ['graph'],
  ]) {
    const there = await box.realm(words, { cwd: 'bare.git' });
    t.equal(there.stdout, (await box.realm(words, { cwd: 'realm-letemcook' })).stdout, words.join(' '));
  }
  t.equal(await fungal.git('status', '--porcelain'), '', 'they write nothing');
});
