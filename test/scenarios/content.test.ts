import t from 'tap';
import { organisations } from '../helpers/world/organisations.ts';
import { letemcook, type World } from '../helpers/world/story.ts';

/** An interface document with everything that a YAML parser loses: comments, an anchor, quotes of both kinds, odd spaces. */
const document = (version: string, paths: string): string => `# The API of the masks.
openapi: '3.0.3'
info: {title: "Masks",   version: ${version}}   # counted by hand
paths:
${paths}`;
const masks = `  /masks:
    get: &read
      responses:
        '200': { description: fine }
`;
const jobs = `  /jobs:   # new
    get: *read
`;

const contract = 'domains/s3-access/contracts/masks-api.yaml';
const folder = 'domains/s3-access/contracts/masks-api.d';

/** The provider's document as a contract. */
async function published(world: World): Promise<void> {
  const { box, aperture } = world;
  await aperture.commit('describe the API', { api: { 'masks.yaml': document('1.0.0', masks) } });
  await aperture.push();
  const words = ['export', 'masks-api', '--domain', 's3-access', '--source', 'api/masks.yaml'];
  await box.realm(words, { cwd: aperture.path });
}

t.test(
  'a document is kept in the realm byte for byte, and its changes are seen there by plain git',
  async (t) => {
    const world = await letemcook(t);
    const { box, realm, aperture } = world;
    await published(world);
    const file = await realm.yaml(contract);
    t.match(file, { kind: 'openapi', version: '1.0.0', schema: undefined, value: undefined });
    const source = await aperture.git('rev-parse', 'HEAD:api/masks.yaml');
    t.same(file.content, [
      { path: 'api/masks.yaml', oid: source, bytes: Buffer.byteLength(document('1.0.0', masks)) },
    ]);
    t.equal(await realm.git('rev-parse', `main:${folder}/api/masks.yaml`), source, 'the same blob');
    t.equal(await realm.git('status', '--porcelain'), '', 'the work tree came along');
    t.match(await realm.git('show', 'main:.github/CODEOWNERS'), `/${folder}/ `);

    aperture.write({ api: { 'masks.yaml': document('1.1.0', masks + jobs) } });
    await aperture.git('add', '-A');
    await box.realm(['hook', 'pre-commit'], { cwd: aperture.path });
    const [draft = ''] = (
      await realm.git('for-each-ref', '--format=%(objectname)', 'refs/realm/drafts')
    ).split('\n');
    const staged = await aperture.git('rev-parse', ':api/masks.yaml');
    t.equal(
      await realm.git('rev-parse', `${draft}:${folder}/api/masks.yaml`),
      staged,
      'the draft has it too',
    );
    await aperture.commit('add the jobs');
    const status = await box.realm(['status'], { cwd: aperture.path, expect: 'any' });
    t.match(status.stdout, /masks-api/);
    await aperture.push();
    await box.realm(['sync'], { cwd: aperture.path });
    t.match(await realm.yaml(contract), { version: '1.1.0' });
    t.match(await realm.git('diff', 'main~1', 'main', '--', folder), /^\+ {2}\/jobs: {3}# new$/m);
    t.equal(
      await realm.git('rev-parse', `main:${folder}/api/masks.yaml`),
      await aperture.git('rev-parse', 'HEAD:api/masks.yaml'),
    );
    const diff = await box.realm(['diff', 'masks-api'], { cwd: aperture.path });
    t.match(diff.stdout, /jobs.* api\/masks\.yaml:10$/m, 'with the line in the file that is kept');
    await box.realm(['check', '--from', 'main~1'], { cwd: realm.path, expect: 'any' });
    await box.realm(['sync'], { cwd: aperture.path });
    const reworded = document('1.1.0', masks + jobs).replace('# new', '# reworded');
    await aperture.commit('reword', { api: { 'masks.yaml': reworded } });
    await aperture.push();
    await box.realm(['sync'], { cwd: aperture.path });
    t.match(await realm.yaml(contract), { version: '1.1.0' }, 'a comment is no version');
    t.match(await realm.git('show', `main:${folder}/api/masks.yaml`), /# reworded/, 'and comes along');
    const words = reworded.replace('"Masks"', '"All masks"');
    await aperture.commit('another title', { api: { 'masks.yaml': words } });
    await aperture.push();
    t.match(
      (await box.realm(['sync'], { cwd: aperture.path })).stdout,
      /masks-api 1\.1\.0 → 1\.1\.1/,
      'words have one',
    );
    t.match(await realm.git('show', `main:${folder}/api/masks.yaml`), /"All masks"/);
    t.match((await box.realm(['doctor'], { cwd: aperture.path, expect: 'any' })).stdout, /^(?!.*masks-api)/s);
  },
);

t.test(
  'a document of several files: all of them are the contract, and a change in any is seen in its place',
  async (t) => {
    const world = await letemcook(t);
    const { box, realm, aperture } = world;
    const root = document('1.0.0', "  /masks: { $ref: 'parts/masks.yaml' }\n");
    const schema = (type: string): string =>
      `Mask:\n  type: object\n  properties:\n    id: { type: ${type} }\n`;
    const item = `get:
  responses:
    '200':
      description: fine
      content: { application/json: { schema: { $ref: 'schemas.yaml#/Mask' } } }
`;
    const api = { 'masks.yaml': root, parts: { 'masks.yaml': item, 'schemas.yaml': schema('string') } };
    await aperture.commit('describe the API in parts', { api });
    await aperture.push();
    const words = ['export', 'masks-api', '--domain', 's3-access', '--source', 'api'];
    await box.realm(words, { cwd: aperture.path });
    const { content } = (await realm.yaml(contract)) as { content: { path: string }[] };
    t.same(
      content.map(({ path }) => path),
      ['api/masks.yaml', 'api/parts/masks.yaml', 'api/parts/schemas.yaml'],
    );
    t.match(
      (await box.realm(['status'], { cwd: aperture.path, expect: 'any' })).stdout,
      /masks-api 1\.0\.0: matches the code/,
    );

    aperture.write({ api: { parts: { 'schemas.yaml': schema('integer') } } });
    await aperture.git('add', '-A');
    const hook = await box.realm(['hook', 'pre-commit'], { cwd: aperture.path, expect: 'any' });
    t.match(hook.stdout + hook.stderr, /masks-api.*breaking/s);
    await aperture.commit('name the masks', {
      api: { parts: { 'schemas.yaml': `${schema('string')}    name: { type: string }\n` } },
    });
    await aperture.push();
    await box.realm(['sync'], { cwd: aperture.path });
    t.match(await realm.git('show', `main:${folder}/api/parts/schemas.yaml`), /name/);
    const diff = await box.realm(['diff', 'masks-api'], { cwd: aperture.path });
    t.match(diff.stdout, / api\/parts\/schemas\.yaml:5$/m, diff.stdout);

    // A part that does not parse, or belongs to nothing, is not left out without a word.
    const tip = await realm.tip();
    for (const [name, text, why] of [
      [
        'schemas.yaml',
        'Mask: { type: object, properties: {\n',
        /api\/parts\/schemas\.yaml:\d: it does not parse/,
      ],
      ['notes.yaml', 'owner: us\n', /api\/parts\/notes\.yaml:1: it is not an OpenAPI document/],
    ] as const) {
      await aperture.commit(`break ${name}`, { api: { parts: { [name]: text } } });
      await aperture.push();
      const again = ['export', `again-${name[0]}`, '--domain', 's3-access', '--source', 'api'];
      const refused = await box.realm(again, { cwd: aperture.path, expect: 128 });
      t.match(refused.stderr, why);
      await aperture.git('revert', '--no-edit', 'HEAD');
    }
    t.equal(await realm.tip(), tip, 'nothing was published');
  },
);

t.test(
  'a realm of release 0.1 is read as it is, and its documents move with the next publication',
  async (t) => {
    const world = await letemcook(t);
    const { box, realm, aperture, fungal } = world;
    await aperture.commit('describe the API', { api: { 'masks.yaml': document('1.0.0', masks) } });
    await aperture.push();
    // As release 0.1 wrote it: the document in the contract's file, and no kind.
    box.write(
      `realm-letemcook/${contract}`,
      `name: masks-api
version: "1.0.0"
owner: aperture
compatibility: { backwards: true, forwards: false }
schema:
  openapi: 3.0.3
  info: { title: Masks, version: 1.0.0 }
  paths:
    /masks:
      get:
        responses:
          "200": { description: fine }
value: null
changelog:
  - version: "1.0.0"
    date: 2026-01-24
    changes: ["First version"]
source_commit: ${await aperture.git('rev-parse', 'HEAD')}
`,
    );
    const binding = 'domains/s3-access/bindings/aperture.yaml';
    box.write(
      `realm-letemcook/${binding}`,
      `${await realm.git('show', `main:${binding}`)}
  - { contract: masks-api, source_files: [api/masks.yaml], extract: { detector: openapi } }
`,
    );
    await realm.git('add', '-A');
    await realm.git('commit', '-qm', 'as release 0.1 left it');
    const old = await realm.tip();
    const status = await box.realm(['status'], { cwd: aperture.path, expect: 'any' });
    t.match(status.stdout, /masks-api 1\.0\.0: matches the code/);
    t.match((await box.realm(['show', 'masks-api'], { cwd: fungal.path })).stdout, /openapi/);
    await box.realm(['sync'], { cwd: aperture.path });
    t.equal(await realm.tip(), old, 'what says the same stays where it is');

    await aperture.commit('add the jobs', { api: { 'masks.yaml': document('1.1.0', masks + jobs) } });
    await aperture.push();
    await box.realm(['sync'], { cwd: aperture.path });
    const file = await realm.yaml(contract);
    t.match(file, { kind: 'openapi', version: '1.1.0', content: [{ path: 'api/masks.yaml' }] });
    t.notOk('schema' in file || 'value' in file, 'the file holds no document any more');
    t.equal(
      await realm.git('show', `main:${folder}/api/masks.yaml`),
      document('1.1.0', masks + jobs).trimEnd(),
    );
    const diff = await box.realm(['diff', 'masks-api'], { cwd: aperture.path });
    t.match(diff.stdout, /\/jobs/, 'the two forms are compared');
    const checked = await box.realm(['check', '--mode', 'contracts', '--from', old], {
      cwd: realm.path,
      expect: 'any',
    });
    t.notMatch(checked.stdout, /masks-api/);
  },
);

t.test(
  'a breaking document waits for approval, and what lies beside its contract lands and goes with it',
  async (t) => {
    const { box, url, show, id, bare, boss, eric } = await organisations(t, {
      realm: (text) => text.replace('admission: approval', 'admission: open'),
    });
    await eric(['join', url]);
    await eric(['domain', 'create', 'd', '--repos', 'provider']);
    const git = async (...args: string[]) => (await box.git(args, { cwd: 'provider' })).stdout.trim();
    const commit = async (text: string) => {
      box.write('provider/api.yaml', text);
      await git('add', '-A');
      await git('commit', '-qm', 'x', '--no-verify');
      await git('push', '-q', 'origin', 'HEAD');
    };
    await commit(document('1.0.0', masks + jobs));
    const words = ['export', 'api', '--domain', 'd', '--source', 'api.yaml', '--detector', 'openapi'];
    await eric(words);
    const path = 'domains/d/contracts/api.yaml';
    const at = async (ref: string) =>
      (await box.git(['-C', bare, 'rev-parse', `${ref}:domains/d/contracts/api.d/api.yaml`])).stdout.trim();
    t.match(await show(path), { version: '1.0.0', kind: 'openapi' });
    const first = await git('rev-parse', 'HEAD:api.yaml');
    t.equal(await at('main'), first, 'the server took it');

    await commit(document('2.0.0', masks));
    t.match((await eric(['sync'], { expect: 1 })).stdout, /waits for boss/);
    t.equal(await at('main'), first, 'the old version stays');
    const proposal = await id(boss);
    const second = await git('rev-parse', 'HEAD:api.yaml');
    t.equal(await at(`refs/realm/proposals/${proposal}`), second, 'the proposal has the new one');
    t.match(
      (await boss(['proposals', 'show', proposal])).stdout,
      /^\s*- {2}\/jobs:/m,
      'and shows what changes',
    );
    await boss(['approve', proposal]);
    t.match(await show(path), { version: '2.0.0' });
    t.equal(await at('main'), second);
    await boss(['approve', '--withdraw', proposal]);
    t.match(await show(path), { version: '1.0.0' });
    t.equal(await at('main'), first, 'taken back, the old document is there again');
    await box.git(['-C', bare, 'fsck', '--strict']);
  },
);

t.test(
  'a document of many megabytes is published, and one that is as published is not read again',
  async (t) => {
    const world = await letemcook(t);
    const { box, realm, aperture } = world;
    const paths = Array.from({ length: process.env.REALM_NIGHTLY ? 90_000 : 14_000 }, (_, n) => [
      `/masks/${n}`,
      { get: { operationId: `get-mask-${n}`, responses: { 200: { description: `the mask number ${n}` } } } },
    ]);
    const large = {
      openapi: '3.0.3',
      info: { title: 'Masks', version: '1' },
      paths: Object.fromEntries(paths),
    };
    const text = JSON.stringify(large, null, 2);
    t.comment(`${text.length} bytes`);
    t.ok(text.length > 2 ** 21, 'larger than any source that is read');
    await aperture.commit('a large document', { 'large.json': text });
    await aperture.push();
    const words = [
      'export',
      'large',
      '--domain',
      's3-access',
      '--source',
      'large.json',
      '--detector',
      'openapi',
    ];
    await box.realm(words, { cwd: aperture.path });
    const beside = 'domains/s3-access/contracts/large.d/large.json';
    t.equal(
      await realm.git('rev-parse', `main:${beside}`),
      await aperture.git('rev-parse', 'HEAD:large.json'),
    );
    // Neither side is read: they would be missed.
    const blob = await aperture.git('rev-parse', 'HEAD:large.json');
    for (const { path } of [aperture, realm])
      await box.run('rm', ['-f', `${path}/.git/objects/${blob.slice(0, 2)}/${blob.slice(2)}`]);
    const status = await box.realm(['status'], { cwd: aperture.path, expect: 'any' });
    t.match(status.stdout, /large 1\.0\.0: matches the code/);
    await box.realm(['hook', 'pre-commit'], { cwd: aperture.path });
  },
);

t.test('content that is not what its contract lists is named, and counts for nothing else', async (t) => {
  const world = await letemcook(t);
  const { box, realm, aperture } = world;
  await published(world);
  const text = await realm.git('show', `main:${contract}`);
  const broken: [how: string, file: string, change: string, why: RegExp][] = [
    ['size', contract, text.replace(/bytes: \d+/, 'bytes: 3'), /has \d+ bytes, but its listed size is 3/],
    ['bytes', `${folder}/api/masks.yaml`, 'openapi: 3.0.3\n', /is \w{12}, but the listed id is \w{12}/],
    ['stray', `${folder}/api/other.yaml`, 'a: 1\n', /no contract lists this file/],
  ];
  for (const [how, file, change, why] of broken) {
    const tip = await realm.tip();
    box.write(`realm-letemcook/${file}`, change);
    await realm.git('add', '-A');
    await realm.git('commit', '-qm', how);
    const doctor = await box.realm(['doctor'], { cwd: aperture.path, expect: 'any' });
    t.match(doctor.stdout + doctor.stderr, why, how);
    const status = await box.realm(['status'], { cwd: aperture.path, expect: 'any' });
    t.match(status.stdout, /s3-permissions 1\.0\.0: matches the code/, `${how}: the rest is there`);
    const verify = await box.realm(['verify', tip, 'main'], {
      cwd: realm.path,
      expect: 'any',
      env: { REMOTE_USER: 'eric@example.com' },
    });
    t.equal(verify.code, 1, `${how}: a server refuses it`);
    await realm.git('reset', '-q', '--hard', tip);
  }
});

t.test('what no contract may keep is refused in one sentence, and nothing is published', async (t) => {
  const world = await letemcook(t);
  const { box, realm, aperture } = world;
  const tip = await realm.tip();
  const small = '{ "openapi": "3.0.3", "info": { "title": "a", "version": "1" }, "paths": { "/a": {} } }\n';
  await aperture.commit('documents', { 'large.json': small.padEnd(17 << 20), 'con.json': small });
  await aperture.push();
  for (const [file, why] of [
    ['large.json', /large\.json:1: 17 MB is over the limit of 16 MB/],
    ['con.json', /'con\.json' has a name that is reserved on Windows/],
  ] as const) {
    const words = ['export', 'api', '--domain', 's3-access', '--source', file, '--detector', 'openapi'];
    const { stderr } = await box.realm(words, { cwd: aperture.path, expect: 'any' });
    t.match(stderr, why);
  }
  t.equal(await realm.tip(), tip);
});

t.test(
  'a document that is committed and another that is staged are two states, each with its changes',
  async (t) => {
    const world = await letemcook(t);
    const { box, aperture } = world;
    await published(world);
    await aperture.commit('add the jobs', { api: { 'masks.yaml': document('1.1.0', masks + jobs) } });
    aperture.write({ api: { 'masks.yaml': document('1.2.0', jobs.replace('*read', '{ responses: {} }')) } });
    await aperture.git('add', '-A');
    const status = (await box.realm(['status', '--json'], { cwd: aperture.path, expect: 'any' })).json() as {
      exports: { contract: string; drift: { levels: string[]; verdict: string }[] }[];
    };
    const own = status.exports.find(({ contract }) => contract === 'masks-api');
    t.same(
      own?.drift.map(({ levels, verdict }) => [levels.join(), verdict]),
      [
        ['worktree,index', 'breaking'],
        ['head', 'compatible'],
      ],
    );
  },
);
