import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import t from 'tap';
import { type Ran, type Sandbox, sandbox } from '../helpers/cli.ts';
import { serve, type User } from '../helpers/git-http.ts';

/** Three organisations and the realm's approver; all may push, the server's rules decide. */
const people = ['boss', 'eric', 'fun', 'mole'] as const;
type Person = (typeof people)[number];

const contract = (version: string, read: string, more = ''): string => `name: paths
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
const slow = (version: string, below = '  - { version: "2.0.0" }\n'): string => `name: slow
version: "${version}"
owner: aperture
value: { read: [a${version === '2.0.0' ? '' : ', b'}] }
effective_at: 2099-01-01T00:00:00Z
changelog:
${version === '2.0.0' ? '' : `  - { version: "${version}" }\n`}${below}`;

const seed: Record<string, string> = {
  'realm.yaml': `name: letemcook
version: "1.0.0"
governance:
  admission: approval
  approvers: [boss@example.com]
`,
  'trust/users.yaml': `users: { ${people.map((one) => `${one}: ${one}@example.com`).join(', ')} }\n`,
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
};

const realmUrl = 'realm.git';

async function world(t: Parameters<typeof sandbox>[0]) {
  const box = sandbox(t);
  mkdirSync(box.path('served'));
  const bare = box.path('served', realmUrl);
  await box.git(['init', '-q', '--bare', bare]);
  t.match(
    (await box.realm(['hooks', 'install', '--server'], { cwd: bare })).stdout,
    /pre-receive: installed/,
  );
  const users = Object.fromEntries(
    people.map((one): [string, User] => [one, { password: 'secret', write: [realmUrl] }]),
  );
  const server = await serve({ root: box.path('served'), users });
  t.teardown(() => server.close());
  const act = (who: Person) => actor(box, who, server.urlAs(who, realmUrl));
  const boss = act('boss');
  await box.git(['init', '-q', 'boss']);
  await boss.git('remote', 'add', 'origin', server.urlAs('boss', realmUrl));
  boss.write(seed);
  await boss.git('add', '-A');
  await boss.commit('found the realm');
  t.equal((await boss.push('main')).code, 0, 'whoever may write to an empty repository founds the realm');
  const refs = async () => (await box.git(['-C', bare, 'for-each-ref'])).stdout;
  return { box, act, refs, bare };
}

/** One person with a clone and plain git. */
function actor(box: Sandbox, who: Person, url: string) {
  const env = {
    GIT_AUTHOR_NAME: who,
    GIT_AUTHOR_EMAIL: `${who}@example.com`,
    GIT_COMMITTER_NAME: who,
    GIT_COMMITTER_EMAIL: `${who}@example.com`,
  };
  const run = (args: string[], expect: number | 'any' = 0, more = {}): Promise<Ran> =>
    box.git(args, { cwd: who, expect, env: { ...env, ...more } });
  return {
    who,
    git: (...args: string[]) => run(args),
    async fresh() {
      if (!existsSync(box.path(who, '.git'))) await box.git(['clone', '-q', url, who]);
      await run(['fetch', '-q', 'origin']);
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
    async commit(message: string, more = {}) {
      await run(['add', '-A']);
      await run(['commit', '-q', '--allow-empty', '-m', message], 0, more);
    },
    push: (...args: string[]) => run(['push', '-q', 'origin', ...args], 'any'),
  };
}
type Actor = ReturnType<typeof actor>;

interface Attack {
  name: string;
  by: Person;
  why: RegExp;
  act(me: Actor): Promise<void> | void;
  /** What is pushed; default: a commit of what `act` left, to main. */
  push?: string[];
  /** `act` commits by itself. */
  own?: boolean;
}

const files =
  (changes: Record<string, string | ((text: string) => string) | null>) =>
  (me: Actor): void => {
    for (const [path, change] of Object.entries(changes)) {
      if (change === null) me.remove(path);
      else me.write({ [path]: typeof change === 'string' ? change : change(me.read(path)) });
    }
  };

/** Listed in docs/threat-model.md by the same names. */
export const attacks: Attack[] = [
  {
    name: 'change the contract of another repo',
    by: 'mole',
    why: /only maintainers of aperture/,
    act: files({
      'domains/s3/contracts/paths.yaml': contract(
        '1.1.0',
        '"jobs/*", "runs/*", "x"',
        '  - { version: "1.1.0" }\n',
      ),
    }),
  },
  {
    name: 'change the contract that one imports',
    by: 'fun',
    why: /only maintainers of aperture/,
    act: files({ 'domains/s3/contracts/paths.yaml': (text) => `description: mine\n${text}` }),
  },
  {
    name: 'delete the contract of another repo',
    by: 'fun',
    why: /only maintainers of aperture/,
    act: files({ 'domains/s3/contracts/paths.yaml': null }),
  },
  {
    name: 'write the binding of another repo',
    by: 'eric',
    why: /only maintainers of fungal/,
    act: files({ 'domains/s3/bindings/fungal.yaml': (text) => text.replace('>=1.0.0', '*') }),
  },
  {
    name: 'write a second binding in the name of another repo',
    by: 'eric',
    why: /only maintainers of fungal/,
    act: files({
      'domains/s3/bindings/shadow.yaml':
        'repo: fungal\nrole: consumer\nimports:\n- contract: paths\n  version: "*"\n',
    }),
  },
  {
    name: 'take over the binding of another repo',
    by: 'eric',
    why: /only maintainers of fungal/,
    act: files({ 'domains/s3/bindings/fungal.yaml': 'repo: aperture\nrole: consumer\n' }),
  },
  {
    name: 'export the contract of another repo',
    by: 'fun',
    why: /belongs to aperture/,
    act: files({
      'domains/s3/bindings/fungal.yaml': 'repo: fungal\nrole: both\nexports:\n- contract: paths\n',
    }),
  },
  {
    name: 'make oneself a maintainer of another repo',
    by: 'mole',
    why: /only maintainers of aperture/,
    act: files({
      'repos/aperture.yaml': 'name: aperture\nmaintainers: [eric@example.com, mole@example.com]\n',
    }),
  },
  {
    name: 'remove the registration of another repo',
    by: 'mole',
    why: /only maintainers of fungal/,
    act: files({ 'repos/fungal.yaml': null }),
  },
  {
    name: 'make oneself an approver',
    by: 'eric',
    why: /only the realm's approvers/,
    act: files({ 'realm.yaml': (text) => text.replace('[boss@', '[eric@example.com, boss@') }),
  },
  {
    name: 'loosen the rules by which one is judged, and use them in the next commit',
    by: 'eric',
    why: /only the realm's approvers/,
    own: true,
    act: async (me) => {
      files({ 'realm.yaml': (text) => `${text}  breaking_changes: { require_approval: false }\n` })(me);
      await me.commit('rules');
      files({
        'domains/s3/contracts/paths.yaml': contract('2.0.0', '"jobs/*"', '  - { version: "2.0.0" }\n'),
      })(me);
      await me.commit('break');
    },
  },
  {
    name: 'loosen the rules of one domain',
    by: 'eric',
    why: /only the realm's approvers/,
    act: files({ 'domains/s3/governance.yaml': 'approvers: [eric@example.com]\n' }),
  },
  {
    name: 'map a user to the address of another',
    by: 'mole',
    why: /only the realm's approvers/,
    act: files({ 'trust/users.yaml': 'users: { mole: eric@example.com }\n' }),
  },
  {
    name: "allow a key of one's own",
    by: 'mole',
    why: /only the realm's approvers/,
    act: files({
      'trust/allowed_signers':
        'eric@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n',
    }),
  },
  {
    name: 'register a repo without admission',
    by: 'mole',
    why: /not admitted/,
    act: files({ 'repos/worm.yaml': 'name: worm\nmaintainers: [mole@example.com]\n' }),
  },
  {
    name: 'let oneself into a domain',
    by: 'mole',
    why: /only maintainers of aperture, fungal/,
    act: files({
      'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture, fungal, mole]\n',
      'domains/s3/bindings/mole.yaml': 'repo: mole\nrole: consumer\n',
    }),
  },
  {
    name: 'throw a member with imports out of the domain',
    by: 'eric',
    why: /'fungal' still has|maintainers of fungal/,
    act: files({ 'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture]\n' }),
  },
  {
    name: 'delete the domain under its members',
    by: 'eric',
    why: /'fungal' still has/,
    act: files({ 'domains/s3/domain.yaml': null }),
  },
  {
    name: 'publish a breaking change unapproved',
    by: 'eric',
    why: /breaking and not approved: .*runs/,
    act: files({
      'domains/s3/contracts/paths.yaml': contract('2.0.0', '"jobs/*"', '  - { version: "2.0.0" }\n'),
    }),
  },
  {
    name: 'call a breaking change compatible',
    by: 'eric',
    why: /1\.0\.0 → 1\.1\.0/,
    act: files({
      'domains/s3/contracts/paths.yaml': contract('1.1.0', '"jobs/*"', '  - { version: "1.1.0" }\n'),
    }),
  },
  {
    name: 'change a value under the same version',
    by: 'eric',
    why: /1\.0\.0 → 1\.0\.0/,
    act: files({ 'domains/s3/contracts/paths.yaml': contract('1.0.0', '"jobs/*", "runs/*", "more/*"') }),
  },
  {
    name: 'let a version go backwards',
    by: 'eric',
    why: /1\.0\.0 → 0\.9\.0/,
    act: files({
      'domains/s3/contracts/paths.yaml': (text) => text.replace('version: "1.0.0"', 'version: "0.9.0"'),
    }),
  },
  {
    name: 'rewrite the changelog',
    by: 'eric',
    why: /rewrites its changelog/,
    act: files({
      'domains/s3/contracts/paths.yaml': (text) => text.replace('Started', 'Nothing ever happened'),
    }),
  },
  {
    name: 'withdraw a promise of compatibility',
    by: 'eric',
    why: /no longer promises 'backwards'/,
    act: files({
      'domains/s3/contracts/paths.yaml': (text) => `${text}compatibility: { backwards: false }\n`,
    }),
  },
  {
    name: 'end a grace period that others still need',
    by: 'eric',
    why: /before its grace period is over: fungal did not acknowledge it/,
    act: files({ 'domains/s3/contracts/slow.yaml': (text) => text.replace('2099-', '2026-') }),
  },
  {
    name: 'drop the date of a breaking version below a newer one',
    by: 'eric',
    why: /rewrites its changelog/,
    act: files({ 'domains/s3/contracts/slow.yaml': slow('2.1.0') }),
  },
  {
    name: 'take back what an approver let in',
    by: 'mole',
    why: /only maintainers of aperture/,
    own: true,
    act: async (me) => {
      files({ 'domains/s3/contracts/slow.yaml': (text) => text.replaceAll('2.0.0', '1.0.0') })(me);
      await me.commit('unland\n\nRealm-Op: {"verb":"unland","proposal":"none","by":"mole@example.com"}');
    },
  },
  {
    name: 'give a contract to somebody who did not accept it',
    by: 'eric',
    why: /did not accept/,
    act: files({
      'domains/s3/contracts/paths.yaml': (text) => text.replace('owner: aperture', 'owner: fungal'),
    }),
  },
  {
    name: 'publish in the name of another repo',
    by: 'fun',
    why: /only maintainers of aperture may publish/,
    act: files({ 'domains/s3/contracts/fake.yaml': 'name: fake\nversion: "1.0.0"\nowner: aperture\n' }),
  },
  {
    name: 'forge the author line',
    by: 'mole',
    why: /author line says 'eric@example\.com'/,
    own: true,
    act: async (me) => {
      files({
        'domains/s3/contracts/paths.yaml': contract(
          '1.1.0',
          '"jobs/*", "runs/*", "x"',
          '  - { version: "1.1.0" }\n',
        ),
      })(me);
      await me.commit('by eric', {
        GIT_AUTHOR_EMAIL: 'eric@example.com',
        GIT_COMMITTER_EMAIL: 'eric@example.com',
      });
    },
  },
  {
    name: 'forge the committer line',
    by: 'mole',
    why: /committer line says/,
    own: true,
    act: (me) => me.commit('x', { GIT_COMMITTER_EMAIL: 'eric@example.com' }),
  },
  {
    name: "forge the operation's author",
    by: 'mole',
    why: /operation says that it is by 'eric/,
    own: true,
    act: (me) => me.commit('x\n\nRealm-Op: {"verb":"publish","by":"eric@example.com"}'),
  },
  {
    name: 'claim an approval that was never given',
    by: 'eric',
    why: /breaking and not approved/,
    own: true,
    act: async (me) => {
      files({
        'domains/s3/contracts/paths.yaml': contract('2.0.0', '"jobs/*"', '  - { version: "2.0.0" }\n'),
      })(me);
      await me.commit('land\n\nRealm-Op: {"verb":"land","proposal":"none","by":"eric@example.com"}');
    },
  },
  {
    name: 'smuggle a change in a merge',
    by: 'eric',
    why: /merges are refused/,
    own: true,
    act: async (me) => {
      await me.git('checkout', '-q', '-b', 'side');
      files({ 'worktrees/a.yaml': 'name: a\n' })(me);
      await me.commit('side');
      await me.git('checkout', '-q', 'main');
      files({ 'worktrees/b.yaml': 'name: b\n' })(me);
      await me.commit('main');
      await me.git('merge', '-q', '--no-ff', '--no-edit', 'side');
      await me.git('branch', '-qD', 'side');
    },
  },
  {
    name: 'rewrite published history',
    by: 'boss',
    why: /history is not rewritten/,
    own: true,
    push: ['+main:main'],
    act: async (me) => {
      await me.git('checkout', '-q', '--orphan', 'other');
      await me.commit('anew');
      await me.git('branch', '-qM', 'main');
    },
  },
  {
    name: 'delete the main branch',
    by: 'boss',
    why: /not deleted|deletion of the current branch/,
    own: true,
    act: () => {},
    push: [':main'],
  },
  {
    name: 'push another branch',
    by: 'eric',
    why: /only the main branch/,
    act: files({ 'worktrees/a.yaml': 'name: a\n' }),
    push: ['main:refs/heads/mine'],
  },
  {
    name: 'push a tag',
    by: 'eric',
    why: /only the main branch/,
    act: files({ 'worktrees/a.yaml': 'name: a\n' }),
    push: ['main:refs/tags/v1'],
  },
  {
    name: 'replace an object',
    by: 'eric',
    why: /only the main branch/,
    act: files({ 'worktrees/a.yaml': 'name: a\n' }),
    push: ['main:refs/replace/1111111111111111111111111111111111111111'],
  },
  {
    name: 'write a file that does not validate',
    by: 'eric',
    why: /'repos\/aperture\.yaml' is not valid: line/,
    act: files({ 'repos/aperture.yaml': 'name: aperture\nmaintainers: eric\n' }),
  },
  {
    name: 'name a file otherwise than it says',
    by: 'eric',
    why: /says that its name is/,
    act: files({ 'repos/aperture.yaml': 'name: fungal\nmaintainers: [eric@example.com]\n' }),
  },
  {
    name: 'put a link where a file belongs',
    by: 'eric',
    why: /no plain file/,
    act: (me) => {
      me.remove('repos/aperture.yaml');
      me.link('repos/aperture.yaml', '/etc/passwd');
    },
  },
  {
    name: 'lie in CODEOWNERS',
    by: 'eric',
    why: /only the realm's approvers/,
    act: files({ '.github/CODEOWNERS': '# Generated by git realm from nothing\n* eric@example.com\n' }),
  },
  {
    name: 'leave the realm without an approver',
    by: 'boss',
    why: /no approver left/,
    act: files({ 'realm.yaml': (text) => text.replace('[boss@example.com]', '[]') }),
  },
  {
    name: 'date a commit in the future',
    by: 'eric',
    why: /in the future/,
    own: true,
    act: (me) => me.commit('x', { GIT_COMMITTER_DATE: '@4102444800 +0000' }),
  },
  {
    name: 'propose what one may not change',
    by: 'mole',
    why: /only maintainers of aperture/,
    act: files({
      'domains/s3/contracts/paths.yaml': contract('2.0.0', '"jobs/*"', '  - { version: "2.0.0" }\n'),
    }),
    push: ['main:refs/realm/proposals/mine'],
  },
  {
    name: 'write a record in the name of an approver',
    by: 'mole',
    why: /says that it is by 'boss/,
    own: true,
    push: ['refs/notes/realm'],
    act: (me) => note({ kind: 'approval', by: 'boss@example.com', at: new Date().toISOString() })(me),
  },
  {
    name: 'acknowledge for another repo',
    by: 'mole',
    why: /only maintainers of fungal acknowledge/,
    own: true,
    push: ['refs/notes/realm'],
    act: (me) =>
      note({
        kind: 'acknowledgement',
        by: 'mole@example.com',
        at: new Date().toISOString(),
        repo: 'fungal',
        contract: 's3/slow',
        version: '2.0.0',
      })(me),
  },
];

/** One line on the note of the realm's tip. */
const note = (record: object) => async (me: Actor) => {
  await me.git('update-ref', '-d', 'refs/notes/realm');
  await me.git('notes', '--ref=realm', 'add', '-m', JSON.stringify(record), 'origin/main');
};

t.test('each organisation does its own work', async (t) => {
  const { act } = await world(t);
  const works: [Person, string, Record<string, string | ((text: string) => string) | null>][] = [
    [
      'eric',
      'publish on top of what is not in effect yet',
      {
        'domains/s3/contracts/slow.yaml': slow(
          '2.1.0',
          '  - { version: "2.0.0", effective_at: 2099-01-01T00:00:00Z }\n',
        ),
      },
    ],
    [
      'eric',
      'publish what is compatible',
      {
        'domains/s3/contracts/paths.yaml': contract(
          '1.1.0',
          '"jobs/*", "runs/*", "x/*"',
          '  - { version: "1.1.0" }\n',
        ),
      },
    ],
    [
      'fun',
      'record an import',
      { 'domains/s3/bindings/fungal.yaml': (text) => `${text}  status: current\n` },
    ],
    [
      'eric',
      'bring a member',
      {
        'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture, fungal, mole]\n',
        'domains/s3/bindings/mole.yaml': 'repo: mole\nrole: consumer\n',
      },
    ],
    [
      'mole',
      'import',
      {
        'domains/s3/bindings/mole.yaml':
          'repo: mole\nrole: consumer\nimports:\n- contract: paths\n  version: ^1.0.0\n',
      },
    ],
    [
      'mole',
      'create a domain with a repo that has not joined',
      {
        'domains/own/domain.yaml': 'name: own\nmembers: [mole, later]\n',
        'domains/own/bindings/mole.yaml': 'repo: mole\nrole: provider\nexports:\n- contract: c\n',
        'domains/own/bindings/later.yaml': 'repo: later\nrole: consumer\n',
        'domains/own/contracts/c.yaml': 'name: c\nversion: "1.0.0"\nowner: mole\n',
      },
    ],
    ['fun', 'plan a change set', { 'worktrees/feat.yaml': 'name: feat\n' }],
    ['boss', 'admit a repo', { 'repos/later.yaml': 'name: later\nmaintainers: [later@example.com]\n' }],
    [
      'boss',
      'change the rules',
      { 'domains/s3/governance.yaml': 'breaking_changes: { require_approval: false }\n' },
    ],
    [
      'eric',
      'break where the rules let him',
      {
        'domains/s3/contracts/paths.yaml': contract(
          '2.0.0',
          '"jobs/*"',
          '  - { version: "2.0.0" }\n  - { version: "1.1.0" }\n',
        ),
      },
    ],
  ];
  for (const [who, name, changes] of works) {
    const me = act(who);
    await me.fresh();
    files(changes)(me);
    await me.commit(name);
    const pushed = await me.push('main');
    t.equal(pushed.code, 0, `${who}: ${name} ${pushed.stderr}`);
  }
});

t.test('each attack by plain git is refused, and no ref of the server moves', async (t) => {
  const { act, refs } = await world(t);
  for (const attack of attacks) {
    const me = act(attack.by);
    await me.fresh();
    const before = await refs();
    await attack.act(me);
    if (attack.own !== true) await me.commit(attack.name);
    const pushed = await me.push(...(attack.push ?? ['main']));
    t.not(pushed.code, 0, attack.name);
    t.match(pushed.stderr, attack.why, attack.name);
    t.equal(await refs(), before, `${attack.name}: refs`);
  }
});

t.test('the threat model names every attack, and no other', async (t) => {
  const text = readFileSync(new URL('../../docs/threat-model.md', import.meta.url), 'utf8');
  const named = [...text.matchAll(/^\| (\w.*?) \|.*\| (?:boss|eric|fun|mole) \|$/gm)].map(
    (match) => match[1],
  );
  t.same(
    named,
    attacks.map(({ name }) => name),
  );
});

t.test('where signatures are required, a key decides, not the login', async (t) => {
  const { box, act, refs } = await world(t);
  const key = async (name: string) => {
    await box.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', box.path(name)]);
    return readFileSync(box.path(`${name}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
  };
  const [erics, old, boss] = [await key('eric-key'), await key('old-key'), await key('boss-key')];
  await key('mole-key');
  const signing = (name: string): Actor => {
    const me = act(name.startsWith('boss') ? 'boss' : name.startsWith('mole') ? 'mole' : 'eric');
    const args = [
      '-c',
      'gpg.format=ssh',
      '-c',
      `user.signingKey=${box.path(name)}`,
      '-c',
      'commit.gpgSign=true',
    ];
    return {
      ...me,
      commit: async (message) =>
        void (await me.git(...args, 'commit', '-q', '-a', '--allow-empty', '-m', message)),
    };
  };
  const admin = act('boss');
  await admin.fresh();
  admin.write({
    'trust/allowed_signers': `eric@example.com ${erics}\neric@example.com valid-before="20200101" ${old}\nboss@example.com ${boss}\n`,
  });
  await admin.commit('allow keys');
  files({ 'realm.yaml': (text) => `${text}trust: { require_signed_commits: true }\n` })(admin);
  await admin.commit('require signatures');
  t.equal((await admin.push('main')).code, 0);
  const change = files({ 'repos/aperture.yaml': (text) => `${text}url: https://example.com/a.git\n` });
  const refused: [string, Actor, RegExp][] = [
    ['no signature', act('eric'), /not signed/],
    ['an unknown key', signing('mole-key'), /not among the allowed signers/],
    ['an expired key', signing('old-key'), /has expired/],
  ];
  for (const [name, me, why] of refused) {
    const before = await refs();
    await me.fresh();
    change(me);
    await me.commit(name);
    const pushed = await me.push('main');
    t.not(pushed.code, 0, name);
    t.match(pushed.stderr, why, name);
    t.equal(await refs(), before, name);
  }
  const me = signing('eric-key');
  await me.fresh();
  change(me);
  await me.commit('mine');
  t.equal((await me.push('main')).code, 0, 'a signature by an allowed key');
  const chief = signing('boss-key');
  await chief.fresh();
  chief.write({ 'trust/allowed_signers': 'not a key\n' });
  await chief.commit('nonsense');
  t.match((await chief.push('main')).stderr, /line 1 is not 'principals key-type key'/);
  chief.write({ 'trust/allowed_signers': `boss@example.com ${boss}\n` });
  await chief.commit('revoke eric');
  await chief.git('reset', '-q', '--soft', 'origin/main');
  await chief.commit('revoke eric');
  t.equal((await chief.push('main')).code, 0);
  await me.fresh();
  files({ 'repos/aperture.yaml': (text) => `${text}org: x\n` })(me);
  await me.commit('by a key that was taken away');
  t.match((await me.push('main')).stderr, /not among the allowed signers/);
});
