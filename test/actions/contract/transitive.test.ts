import t from 'tap';
import { sandbox } from '../../helpers/world/cli.ts';
import { makeRepo } from '../../helpers/world/repo.ts';

t.test('a transitive promise is kept towards every earlier version', async (t) => {
  const box = sandbox(t);
  await box.realm(['init', '--name', 'acme', '--path', 'realm']);
  const repo = await makeRepo(box, 'repo', { tree: { x: 'x' } });
  await box.realm(['join', '../realm'], { cwd: 'repo' });
  await box.realm(['domain', 'create', 'd', '--repos', 'repo,other'], { cwd: 'repo' });
  const contract = box.path('realm/domains/d/contracts/c.yaml');
  const schema = (required: string[]) =>
    box.write(
      'schema.json',
      JSON.stringify({ type: 'object', required, properties: { a: { type: 'string' } } }),
    );
  const publish = async (required: string[], expect: number | 'any' = 0) => {
    schema(required);
    const args = ['export', '--name', 'c', '--domain', 'd', '--schema', box.path('schema.json'), '--json'];
    return box.realm(args, { cwd: 'repo', expect });
  };
  await publish(['a']);
  const text = await box.git(['-C', 'realm', 'show', 'main:domains/d/contracts/c.yaml']);
  const promise = 'compatibility: { backwards: false, forwards: true, transitive: true }';
  box.write(contract, text.stdout.replace(/^compatibility:.*$/m, promise));
  await box.git(['-C', 'realm', 'commit', '-qam', 'promise']);
  t.match(
    (await publish(['a', 'b'])).json(),
    { version: '1.1.0', verdict: 'compatible' },
    'forwards: tightening is fine',
  );
  const refused = await publish([], 1);
  t.match(refused.json(), { error: { code: 'approval-required' } });
  t.match(refused.stderr, /forwards/);
  t.equal(await repo.git('status', '--porcelain', '--', 'x'), '');
});
