import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Test } from 'tap';
import { serve, type User } from '../servers/git-http.ts';
import { serveSsh } from '../servers/git-ssh.ts';
import { type Ran, type RunOptions, type Sandbox, sandbox } from '../world/cli.ts';
import { type SshKey, sshKey } from '../world/keys.ts';

/** Three organisations and the realm's approver; all may push, the server's rules decide. */
export const people = ['boss', 'eric', 'fun', 'mole'] as const;
export type Person = (typeof people)[number];

export const contract = (version: string, read: string, more = ''): string => `name: paths
version: "${version}"
owner: aperture
schema:
  type: object
  properties:
    read: { type: array, items: { type: string }, x-realm: { kind: paths, dialect: iam } }
value:
  read: [${read}]
changelog:
${more}  - { version: "1.0.0", date: 2026-01-01, changes: [Started] }
`;

/** In a grace period that nobody here sees the end of. */
export const slow = (version: string, below = '  - { version: "2.0.0" }\n'): string => `name: slow
version: "${version}"
owner: aperture
value: { read: [a${version === '2.0.0' ? '' : ', b'}] }
effective_at: 2099-01-01T00:00:00Z
changelog:
${version === '2.0.0' ? '' : `  - { version: "${version}" }\n`}${below}`;

export const seed: Record<string, string> = {
  'realm.yaml': `name: letemcook
version: "1.0.0"
governance:
  admission: approval
  approvers: [boss@example.com]
`,
  'trust/users.yaml': `users: { ${people.map((who) => `${who}: ${who}@example.com`).join(', ')} }\n`,
  'repos/aperture.yaml': 'name: aperture\nmaintainers: [eric@example.com]\n',
  'repos/fungal.yaml': 'name: fungal\nmaintainers: [fun@example.com]\n',
  'repos/mole.yaml': 'name: mole\nmaintainers: [mole@example.com]\n',
  'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture, fungal]\n',
  'domains/s3/contracts/paths.yaml': contract('1.0.0', '"jobs/*", "runs/*"'),
  'domains/s3/contracts/slow.yaml': slow('2.0.0'),
  'domains/s3/bindings/aperture.yaml':
    'repo: aperture\nrole: provider\nexports:\n- contract: paths\n- contract: slow\n',
  'domains/s3/bindings/fungal.yaml':
    'repo: fungal\nrole: consumer\nimports:\n- contract: paths\n  version: ">=1.0.0"\n- contract: slow\n  version: ^1.0.0\n',
  'domains/back/domain.yaml': 'name: back\nmembers: [aperture, fungal]\n',
  'domains/back/governance.yaml': 'approvers: [mole@example.com]\n',
  'domains/back/contracts/jobs.yaml': 'name: jobs\nversion: "1.0.0"\nowner: fungal\n',
  'domains/back/bindings/fungal.yaml': 'repo: fungal\nrole: provider\nexports:\n- contract: jobs\n',
  'domains/back/bindings/aperture.yaml': 'repo: aperture\nrole: consumer\n',
};

export const REALM = 'realm.git';

export interface Served {
  /**
   * http: `git http-backend` with logins; ssh: a real sshd with a key for each person; gitolite: behind that; path: the
   * repository itself, whose hook is given the login as http gives it.
   */
  by: 'http' | 'ssh' | 'gitolite' | 'path';
  /** The realm requires signatures: keys prove who acts, whoever logged in. */
  signed: boolean;
}

/** A bare repository behind one of the doors, whose pre-receive judges every push. */
export async function serveRealm(t: Test, box: Sandbox, by: Served['by']) {
  const top = by === 'gitolite' ? box.path('gitolite', 'repositories') : box.path('served');
  const bare = `${top}/${REALM}`;
  if (by === 'gitolite') await gitolite(box);
  else await box.git(['init', '-q', '--bare', bare]);
  const installed = await box.realm(['hooks', 'install', '--server'], { cwd: bare });
  t.match(installed.stdout, /pre-receive: installed/);
  const made = await Promise.all(people.map(async (who) => [who, await sshKey(box, `${who}-key`)] as const));
  const keys = Object.fromEntries(made) as Record<Person, SshKey>;
  const ssh = { root: top, users: people, keys };
  const shell = (user: string) =>
    `export HOME='${box.path('gitolite')}' && exec /usr/share/gitolite3/gitolite-shell ${user}`;
  const server =
    by === 'path'
      ? atPath(bare)
      : by === 'http'
        ? await http(box)
        : await serveSsh(box, by === 'ssh' ? ssh : { ...ssh, command: shell });
  t.teardown(() => server.close());
  return { bare, keys, server };
}

/** A realm on a server that judges every push, and people with clones and plain git, without any of our checks. */
export async function attackWorld(t: Test, { by, signed }: Served) {
  const box = sandbox(t);
  const { bare, keys, server } = await serveRealm(t, box, by);
  const act = (who: Person, key?: SshKey | null): Actor =>
    actor(
      box,
      who,
      { bare, url: server.urlAs(who, REALM), env: server.env(who) },
      signed ? (key === undefined ? keys[who] : key) : null,
    );
  const boss = act('boss');
  await box.git(['init', '-q', 'boss']);
  await boss.git('remote', 'add', 'origin', server.urlAs('boss', REALM));
  boss.write(seed);
  if (signed) {
    boss.write({
      'realm.yaml': `${seed['realm.yaml']}trust: { require_signed_commits: true }\n`,
      'trust/allowed_signers': people.map((who) => `${who}@example.com ${keys[who].public}\n`).join(''),
    });
  }
  await boss.commit('found the realm');
  t.equal((await boss.push('main')).code, 0, 'whoever may write to an empty repository founds the realm');
  const refs = async () => (await box.git(['-C', bare, 'for-each-ref'])).stdout;
  return { box, act, refs, bare, keys, server };
}

/** gitolite in a home of its own, with a realm that everybody may write to. */
async function gitolite(box: Sandbox): Promise<void> {
  const home = box.path('gitolite');
  mkdirSync(`${home}/.ssh`, { recursive: true, mode: 0o700 });
  const run = (...args: string[]) => box.run('gitolite', args, { env: { HOME: home } });
  await run('setup', '-a', 'boss');
  box.write(
    'gitolite/.gitolite/conf/gitolite.conf',
    `repo ${REALM.replace('.git', '')}\n    RW+ = ${people.join(' ')}\n`,
  );
  await run('compile');
  await run('trigger', 'POST_COMPILE');
}

async function http(box: Sandbox) {
  const users = people.map((who): [string, User] => [who, { password: 'secret', write: [REALM] }]);
  const server = await serve({ root: box.path('served'), users: Object.fromEntries(users) });
  return { ...server, env: () => ({}) };
}

const atPath = (bare: string) => ({
  urlAs: () => bare,
  env: (who: string): Record<string, string> => ({ REMOTE_USER: who }),
  close: async () => {},
});

export type Actor = ReturnType<typeof actor>;

/** One person with a clone and plain git, who signs with a key, or does not. */
function actor(
  box: Sandbox,
  who: Person,
  realm: { bare: string; url: string; env: Record<string, string> },
  key: SshKey | null,
) {
  const env = {
    GIT_AUTHOR_NAME: who,
    GIT_AUTHOR_EMAIL: `${who}@example.com`,
    GIT_COMMITTER_NAME: who,
    GIT_COMMITTER_EMAIL: `${who}@example.com`,
    ...realm.env,
  };
  const signs =
    key === null
      ? []
      : ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${key.file}`, '-c', 'commit.gpgSign=true'];
  const run = (args: string[], options: RunOptions = {}): Promise<Ran> =>
    box.git([...signs, ...args], { cwd: who, ...options, env: { ...env, ...options.env } });
  const line = async (...args: string[]): Promise<string> => (await run(args)).stdout.trim();
  const commitTree = async (tree: string, message: string, ...parents: string[]): Promise<string> => {
    const from = parents.flatMap((parent) => ['-p', parent]);
    return line('commit-tree', ...(key === null ? [] : ['-S']), ...from, '-m', message, tree);
  };
  return {
    who,
    git: (...args: string[]) => run(args),
    line,
    /** The clone as the server is now. */
    async fresh() {
      if (!existsSync(box.path(who, '.git'))) await box.git(['clone', '-q', realm.url, who], { env });
      await run([
        'fetch',
        '-q',
        '--prune',
        // What the server has, without its door: pushing is what is tried here.
        realm.bare,
        '+refs/heads/*:refs/remotes/origin/*',
        '+refs/realm/*:refs/realm/*',
        '+refs/notes/*:refs/notes/*',
      ]);
      await run(['checkout', '-q', '-f', '-B', 'main', 'origin/main']);
      await run(['clean', '-qfdx']);
    },
    write(files: Record<string, string>) {
      for (const [path, text] of Object.entries(files)) box.write(`${who}/${path}`, text);
    },
    remove: (path: string) => rmSync(box.path(who, path)),
    read: (path: string) => readFileSync(box.path(who, path), 'utf8'),
    link(path: string, target: string) {
      mkdirSync(dirname(box.path(who, path)), { recursive: true });
      symlinkSync(target, box.path(who, path));
    },
    async commit(message: string, env: Record<string, string> = {}) {
      await run(['add', '-A']);
      await run(['commit', '-q', '--allow-empty', '-m', message], { env });
    },
    commitTree,
    pipe: async (args: string[], input: string): Promise<string> =>
      (await run(args, { input })).stdout.trim(),
    /** The record with its own signature, made by hand as docs/git-realm-trust.md says, where this person signs. */
    async signedRecord(revision: string, text: string): Promise<string> {
      if (key === null) return text;
      const said = JSON.parse(text) as { by: string; at: string };
      const statement = JSON.stringify({ on: await line('rev-parse', revision), ...said });
      const date = `@${Math.floor(Date.parse(said.at) / 1000)} +0000`;
      const person = (role: string) => ({
        [`GIT_${role}_NAME`]: 'record',
        [`GIT_${role}_EMAIL`]: said.by,
        [`GIT_${role}_DATE`]: date,
      });
      const env = { ...person('AUTHOR'), ...person('COMMITTER') };
      const empty = (await run(['mktree'], { input: '' })).stdout.trim();
      const made = (await run(['commit-tree', '-S', '-m', statement, empty], { env })).stdout.trim();
      const raw = (await run(['cat-file', 'commit', made])).stdout;
      const signature = /^gpgsig ((?:.+\n )*.+)$/m.exec(raw)?.[1]?.replaceAll('\n ', '\n');
      return JSON.stringify({ ...said, signature });
    },
    /** An object of these bytes, whatever git thinks of it. */
    async object(type: 'commit' | 'tree' | 'blob', bytes: string | Uint8Array): Promise<string> {
      const args = ['hash-object', '-t', type, '-w', '--stdin', '--literally'];
      return (await run(args, { input: bytes })).stdout.trim();
    },
    bytesOf: async (tree: string): Promise<Buffer> => {
      const { stdout } = await box.run('sh', ['-c', `git cat-file tree '${tree}' | base64`], {
        cwd: who,
        env,
      });
      return Buffer.from(stdout, 'base64');
    },
    /** Moves main to a commit of the tree with one more entry in a folder, as `git ls-tree` writes entries. */
    async graft(folder: string, entry: string): Promise<void> {
      const put = async (tree: string, [first, ...rest]: string[]): Promise<string> => {
        const now = tree === '' ? '' : (await run(['ls-tree', tree])).stdout;
        if (first === undefined)
          return (await run(['mktree', '--missing'], { input: `${now}${entry}\n` })).stdout.trim();
        const below = new RegExp(`^040000 tree ([0-9a-f]+)\\t${first}$`, 'm').exec(now)?.[1] ?? '';
        const made = await put(below, rest);
        const others = now.split('\n').filter((line) => line !== '' && !line.endsWith(`\t${first}`));
        const input = `${[...others, `040000 tree ${made}\t${first}`].join('\n')}\n`;
        return (await run(['mktree', '--missing'], { input })).stdout.trim();
      };
      const tree = await put('origin/main', folder.split('/').filter(Boolean));
      await run(['update-ref', 'refs/heads/main', await commitTree(tree, 'graft', 'origin/main')]);
    },
    /** The note of an object becomes this text, in a commit that is signed as others are. */
    async note(object: string, text: string): Promise<void> {
      await run(['notes', '--ref=realm', 'add', '-f', '-F', '-', object], { input: text });
      const parents = (await line('log', '-1', '--format=%P', 'refs/notes/realm')).split(' ').filter(Boolean);
      const made = await commitTree(await line('rev-parse', 'refs/notes/realm^{tree}'), 'note', ...parents);
      await run(['update-ref', 'refs/notes/realm', made]);
    },
    push: (...args: string[]) => run(['push', '-q', 'origin', ...args], { expect: 'any' }),
    /** Pushes by another door than its own remote. */
    pushTo: (url: string, env: Record<string, string>, ...args: string[]) =>
      run(['push', '-q', url, ...args], { expect: 'any', env }),
  };
}
