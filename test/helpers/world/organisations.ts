import { readFileSync, writeFileSync } from 'node:fs';
import type { Test } from 'tap';
import { parse } from 'yaml';
import { serve } from '../servers/git-http.ts';
import { type Ran, type RunOptions, sandbox } from './cli.ts';
import { makeRepo } from './repo.ts';

/** One person's `git realm` in one repository, `days` from the time at which the world was made. */
export type As = (args: string[], options?: RunOptions & { days?: number }) => Promise<Ran>;

export interface Organisations {
  /** People beside boss, eric and fun, each with the repository of the same name. */
  more?: readonly string[];
  /** What to change in realm.yaml before the realm is founded. */
  realm?: (text: string) => string;
  /** False: one directory that all of them write to, which nobody judges; much faster. */
  served?: boolean;
}

/**
 * A realm of Boss behind an http server that judges pushes; each person has a login, a home and an address. The server's clock
 * is that of whoever acted last.
 */
export async function organisations(t: Test, { more = [], realm, served = true }: Organisations = {}) {
  const box = sandbox(t);
  const bare = box.path('served', 'realm.git');
  await box.git(['init', '-q', '--bare', bare]);
  await box.realm(['hooks', 'install', '--server'], { cwd: bare });
  const hook = box.path('served', 'realm.git', 'hooks', 'pre-receive');
  const clock = box.path('clock');
  const [shebang, ...script] = readFileSync(hook, 'utf8').split('\n');
  writeFileSync(
    hook,
    [shebang, `GIT_REALM_NOW=$(cat '${clock}'); export GIT_REALM_NOW`, ...script].join('\n'),
  );
  const people = ['boss', 'eric', 'fun', ...more];
  const login = { password: 'secret', write: ['realm.git'] };
  const server = await serve({
    root: box.path('served'),
    users: Object.fromEntries(people.map((person) => [person, login])),
  });
  t.teardown(() => server.close());
  for (const person of people) {
    const config = `[user]\n\tname = ${person}\n\temail = ${person}@example.com\n[init]\n\tdefaultBranch = main\n`;
    box.write(`homes/${person}/.gitconfig`, config + settings(server.login(person)));
  }
  const now = new Date();
  const as =
    (who: string, cwd: string): As =>
    (args, { days = 0, ...options } = {}) => {
      const time = new Date(now.getTime() + days * 86_400_000).toISOString();
      writeFileSync(clock, time);
      return box.realm(args, {
        cwd,
        ...options,
        env: {
          HOME: box.path('homes', who),
          GIT_CONFIG_GLOBAL: box.path('homes', who, '.gitconfig'),
          GIT_REALM_HOME: box.path('homes', who, '.blue'),
          GIT_REALM_NOW: time,
          ...options.env,
        },
      });
    };
  const url = served ? `${server.url}realm.git` : box.path('seed');
  await as('boss', '.')(['init', '--name', 'acme', '--path', 'seed']);
  box.write(
    'seed/trust/users.yaml',
    `users: { ${people.map((person) => `${person}: ${person}@example.com`).join(', ')} }\n`,
  );
  if (realm !== undefined)
    box.write('seed/realm.yaml', realm(readFileSync(box.path('seed', 'realm.yaml'), 'utf8')));
  await box.git(['-C', 'seed', 'add', '-A']);
  await box.git(['-C', 'seed', '-c', 'user.email=boss@example.com', 'commit', '-qm', 'users']);
  if (served) {
    await box.git(['-C', 'seed', 'push', '-q', server.urlAs('boss', 'realm.git'), 'main']);
    await box.git(['-C', 'seed', 'remote', 'add', 'origin', url]);
  }
  for (const name of ['provider', 'consumer', ...more])
    await makeRepo(box, name, { tree: { 'README.md': name } });
  const show = async (path: string) =>
    parse((await box.git(['-C', served ? bare : 'seed', 'show', `main:${path}`])).stdout) as Record<
      string,
      unknown
    >;
  const id = async (who: As) =>
    ((await who(['proposals', '--json'])).json() as { proposals: { id: string }[] }).proposals[0]?.id ?? '';
  return {
    box,
    as,
    url,
    show,
    id,
    bare: served ? bare : box.path('seed'),
    now,
    boss: as('boss', 'seed'),
    eric: as('eric', 'provider'),
    fun: as('fun', 'consumer'),
  };
}

/** Settings as a file of git's has them. */
const settings = (pairs: readonly (readonly [key: string, value: string])[]): string =>
  pairs
    .map(([key, value]) => {
      const [, section, name, variable] = /^([^.]+)\.(?:(.*)\.)?([^.]+)$/s.exec(key) ?? [];
      const head = name === undefined ? section : `${section} ${JSON.stringify(name)}`;
      return `[${head}]\n\t${variable} = ${JSON.stringify(value)}\n`;
    })
    .join('');
