import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { aperture, commitMembership, fungal, joinBoth, mlInfra, serveRealm } from '../helpers/world/story.ts';

t.test(
  'three repositories, one in two domains with different roles, a realm behind a login',
  async (test) => {
    const box = sandbox(test);
    const { url, realm, server } = await serveRealm(test, box);
    await box.realm(['init', '--name', 'letemcook', '--path', 'realm-letemcook', '--url', url]);
    test.same(await realm.subjects(), ['create realm letemcook'], 'init pushes the realm');

    const provider = await makeRepo(box, 'aperture', { tree: aperture });
    const both = await makeRepo(box, 'fungal-image-analysis', { tree: fungal });
    const consumer = await makeRepo(box, 'ml-infra', { tree: mlInfra });
    await joinBoth(box, provider, both, url);

    const inBoth = { cwd: both.path };
    await box.realm(
      ['domain', 'create', 'training-pipeline', '--repos', 'fungal-image-analysis,ml-infra'],
      inBoth,
    );
    await box.realm(
      ['export', 'job-schema', '--domain', 'training-pipeline', '--value', both.read('job.json')],
      inBoth,
    );
    await commitMembership(both);
    await box.realm(['join', url], { cwd: consumer.path });
    await box.realm(['import', 'job-schema', '--version', '^1.0.0', '--binding', 'queues.tf'], {
      cwd: consumer.path,
    });
    await commitMembership(consumer);

    const binding = (domain: string, repo: string) => realm.yaml(`domains/${domain}/bindings/${repo}.yaml`);
    test.match(await binding('s3-access', 'aperture'), { role: 'provider' });
    test.match(await binding('s3-access', 'fungal-image-analysis'), {
      role: 'consumer',
      imports: [{ contract: 's3-permissions', status: 'current' }],
    });
    test.match(await binding('training-pipeline', 'fungal-image-analysis'), {
      role: 'provider',
      exports: [{ contract: 'job-schema' }],
    });
    test.match(await binding('training-pipeline', 'ml-infra'), {
      role: 'consumer',
      imports: [{ contract: 'job-schema', version: '^1.0.0' }],
    });
    test.match(await realm.yaml('domains/training-pipeline/contracts/job-schema.yaml'), {
      version: '1.0.0',
      owner: 'fungal-image-analysis',
      value: { queues: ['train', 'evaluate'] },
    });
    const config = both.read('.blue/config.yaml');
    test.match(config, /name: s3-access[^}]*role: consumer/s);
    test.match(config, /name: training-pipeline[^}]*role: provider/s);

    for (const repo of [provider, both, consumer]) {
      const { stdout } = await box.realm(['status'], { cwd: repo.path });
      test.notMatch(stdout, /stale|broken|drift/i, `nothing to do in ${repo.path}`);
      await box.realm(['check'], { cwd: repo.path });
      const before = await realm.tip();
      await box.realm(['sync'], { cwd: repo.path });
      test.equal(await realm.tip(), before, 'and nothing to sync');
    }

    const graph = (await box.realm(['graph', '--format', 'mermaid'], inBoth)).stdout;
    test.match(graph, /aperture/);
    test.match(graph, /ml-infra/);

    const secrets = /lasagne|eric:|eric@127/;
    test.notMatch(await realm.git('log', '-p', '--all'), secrets, 'no login in the realm');
    test.notMatch(readFileSync(box.path('home', '.blue', 'index.yaml'), 'utf8'), secrets);
    test.notMatch(provider.read('.blue/config.yaml'), secrets);
    test.ok(existsSync(box.path('home', '.blue', 'realms', 'letemcook')), 'the store is a clone');
    test.ok(server.requests.every((request) => request.repository === 'realm-letemcook.git'));
    await realm.git('fsck', '--strict');
  },
);

t.test('a login inside the URL is left out, and never stored', async (test) => {
  const box = sandbox(test);
  const { server, realm } = await serveRealm(test, box);
  const withLogin = server.urlAs('eric', 'realm-letemcook.git');
  const first = await makeRepo(box, 'one', { tree: { 'a.txt': 'a' } });
  await box.realm(['init', '--name', 'letemcook', '--path', 'r', '--url', withLogin]);
  const joined = await box.realm(['join', withLogin], { cwd: first.path });
  test.match(joined.stderr, /the login in the URL is not stored/);
  for (const file of [box.path('home', '.blue', 'index.yaml'), `${first.path}/.blue/config.yaml`])
    test.notMatch(readFileSync(file, 'utf8'), /lasagne/, file);
  test.notMatch(await realm.git('log', '-p', '--all'), /lasagne/);
  test.notMatch(joined.stdout + joined.stderr, /lasagne/, 'not even printed');
});
