import t from 'tap';
import { parse } from 'yaml';
import { type Ran, type RunOptions, sandbox } from '../helpers/cli.ts';
import { serve } from '../helpers/git-http.ts';
import { makeRepo } from '../helpers/repo.ts';

/** A realm of Boss behind an http server that judges pushes; each person has a login, a home and an address. */
async function world(t: Parameters<typeof sandbox>[0]) {
  const box = sandbox(t);
  await box.run('mkdir', ['served']);
  const bare = box.path('served', 'realm.git');
  await box.git(['init', '-q', '--bare', bare]);
  await box.realm(['hooks', 'install', '--server'], { cwd: bare });
  const people = ['boss', 'eric', 'fun'];
  const login = { password: 'secret', write: ['realm.git'] };
  const server = await serve({
    root: box.path('served'),
    users: Object.fromEntries(people.map((one) => [one, login])),
  });
  t.teardown(() => server.close());
  for (const one of people) {
    await box.run('mkdir', ['-p', `homes/${one}`]);
    box.write(
      `homes/${one}/.gitconfig`,
      `[user]\n\tname = ${one}\n\temail = ${one}@example.com\n[init]\n\tdefaultBranch = main\n`,
    );
    for (const [key, value] of server.login(one))
      await box.git(['config', '--file', box.path('homes', one, '.gitconfig'), '--add', key, value]);
  }
  const now = new Date();
  const as =
    (who: string, cwd: string) =>
    (args: string[], options: RunOptions & { days?: number } = {}): Promise<Ran> =>
      box.realm(args, {
        cwd,
        ...options,
        env: {
          HOME: box.path('homes', who),
          GIT_CONFIG_GLOBAL: box.path('homes', who, '.gitconfig'),
          GIT_REALM_HOME: box.path('homes', who, '.blue'),
          GIT_REALM_NOW: new Date(now.getTime() + (options.days ?? 0) * 86_400_000).toISOString(),
        },
      });
  const url = `${server.url}realm.git`;
  await as('boss', '.')(['init', '--name', 'acme', '--path', 'seed']);
  box.write(
    'seed/trust/users.yaml',
    `users: { ${people.map((one) => `${one}: ${one}@example.com`).join(', ')} }\n`,
  );
  await box.git(['-C', 'seed', 'add', '-A']);
  await box.git(['-C', 'seed', '-c', 'user.email=boss@example.com', 'commit', '-qm', 'users']);
  await box.git(['-C', 'seed', 'push', '-q', server.urlAs('boss', 'realm.git'), 'main']);
  await box.git(['-C', 'seed', 'remote', 'add', 'origin', url]);
  for (const name of ['provider', 'consumer']) await makeRepo(box, name, { tree: { 'README.md': name } });
  const show = async (path: string) =>
    parse((await box.git(['-C', bare, 'show', `main:${path}`])).stdout) as Record<string, unknown>;
  const id = async (who: ReturnType<typeof as>) =>
    ((await who(['proposals', '--json'])).json() as { proposals: { id: string }[] }).proposals[0]?.id ?? '';
  return {
    box,
    as,
    url,
    show,
    id,
    bare,
    now,
    boss: as('boss', 'seed'),
    eric: as('eric', 'provider'),
    fun: as('fun', 'consumer'),
  };
}

t.test('from asking to join to a breaking change in effect, each on his own', async (t) => {
  const { box, url, show, id, bare, now, boss, eric, fun } = await world(t);

  const asked = await eric(['join', url]);
  t.match(asked.stdout, /asked to join realm acme as provider: proposal \w+ waits for boss@example\.com/);
  t.match((await eric(['join', url])).stdout, /asked to join/, 'asked again it is the same proposal');
  t.equal(
    (await box.git(['-C', bare, 'for-each-ref', 'refs/realm/proposals'])).stdout.trim().split('\n').length,
    1,
  );
  t.match((await eric(['approve', await id(eric)], { expect: 1 })).stderr, /no approver/, 'not by himself');
  await boss(['approve', await id(boss)]);
  t.match(await show('repos/provider.yaml'), { maintainers: ['eric@example.com'] });
  t.match((await boss(['invite', 'consumer', '--maintainer', 'fun@example.com'])).stdout, /invited consumer/);
  t.match((await fun(['join', url])).stdout, /registered consumer/);

  await eric(['sync']);
  await eric(['domain', 'create', 'd', '--repos', 'provider,consumer']);
  const publish = (value: string, options: RunOptions = {}) =>
    eric(['export', '--name', 'c', '--domain', 'd', '--value', value], options);
  await publish('{"read":["a/*","b/*"]}');
  await fun(['fetch']);
  await fun(['import', 'c', '--domain', 'd', '--version', '^1.0.0']);

  const held = await publish('{"read":["a/*"]}', { expect: 1 });
  t.match(held.stderr, /hint: proposal \w+ waits for boss@example\.com/);
  t.match(await show('domains/d/contracts/c.yaml'), { version: '1.0.0' }, 'the old version stays');
  const proposal = await id(eric);
  const shown = (await eric(['proposals', 'show', proposal])).stdout;
  t.match(shown, /affects consumer \(\^1\.0\.0\)/);
  t.match(shown, /b\//, 'with the witness');

  t.match((await boss(['approve', proposal], { expect: 'any' })).stdout, /takes effect at/);
  const file = await show('domains/d/contracts/c.yaml');
  t.match(file, { version: '2.0.0' });
  const due = Date.parse(String(file.effective_at));
  t.ok(Math.abs(due - now.getTime() - 14 * 86_400_000) < 2000, 'approval and fourteen days');
  await fun(['fetch']);
  const state = async (days: number) => (await fun(['status', '--json'], { days, expect: 'any' })).stdout;
  t.match(await state(13), /"stale"/, 'before');
  t.notMatch(await state(13), /"broken"/);
  t.match(await state(14.01), /"broken"/, 'after');
  t.match((await boss(['approve', proposal], { expect: 1 })).stderr, /has landed already/);
});

t.test('rejected, unknown, outdated and foreign proposals are said in words', async (t) => {
  const { url, id, boss, eric, fun } = await world(t);
  await eric(['join', url]);
  await fun(['join', url]);
  t.match((await boss(['approve', 'nothing'], { expect: 128 })).stderr, /no proposal 'nothing'/);
  const mine = await id(eric);
  t.match((await eric(['reject', mine], { expect: 129 })).stderr, /--why/);
  t.match((await fun(['approve', mine], { expect: 1 })).stderr, /'fun@example\.com' is no approver/);
  t.match((await boss(['reject', mine, '--why', 'who are you?'])).stdout, /rejected/);
  t.match((await boss(['approve', mine], { expect: 1 })).stderr, /been rejected: who are you\?/);
  t.match((await boss(['proposals', '--all'])).stdout, /rejected/);
});
