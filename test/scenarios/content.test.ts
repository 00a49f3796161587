import t from 'tap';
import { letemcook, type World } from '../helpers/story.ts';

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
  await box.realm([...words, '--detector', 'openapi'], { cwd: aperture.path });
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
    t.match((await box.realm(['diff', 'masks-api'], { cwd: aperture.path })).stdout, /jobs/);
    await box.realm(['check', '--from', 'main~1'], { cwd: realm.path, expect: 'any' });
    await box.realm(['sync'], { cwd: aperture.path });
    t.match((await box.realm(['doctor'], { cwd: aperture.path, expect: 'any' })).stdout, /^(?!.*masks-api)/s);
  },
);
