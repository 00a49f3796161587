import { renameSync } from 'node:fs';
import t, { type Test } from 'tap';
import { saved } from '../helpers/kill/killed-change.ts';
import { prefix, type Ran, type RunOptions, sandbox } from '../helpers/world/cli.ts';
import { endGpg, gpgKey, has, revokedGpgKey, sshKey } from '../helpers/world/keys.ts';
import { makeRepo } from '../helpers/world/repo.ts';

const people = ['boss', 'eric', 'fun'] as const;
type Person = (typeof people)[number];

/** A realm that requires signatures, behind a server that knows nobody's login: only keys prove who acts. */
async function world(t: Parameters<typeof sandbox>[0]) {
  const box = sandbox(t);
  const bare = box.path('realm.git');
  const url = `file://${bare}`;
  await box.git(['init', '-q', '--bare', bare]);
  const settings = (who: Person, more: string): void => {
    box.write(
      `homes/${who}/.gitconfig`,
      `[user]\n\tname = ${who}\n\temail = ${who}@example.com\n[init]\n\tdefaultBranch = main\n${more}`,
    );
  };
  const keys = Object.fromEntries(
    await Promise.all(people.map(async (who) => [who, await sshKey(box, `${who}-key`)] as const)),
  ) as Record<Person, { file: string; public: string }>;
  const ssh = (who: Person, file = keys[who].file): void =>
    settings(who, `[gpg]\n\tformat = ssh\n[user]\n\tsigningKey = ${file}\n`);
  for (const who of people) ssh(who);
  const as =
    (who: Person, cwd: string) =>
    (args: string[], options: RunOptions = {}): Promise<Ran> =>
      box.realm(args, {
        cwd,
        ...options,
        env: {
          HOME: box.path('homes', who),
          GIT_CONFIG_GLOBAL: box.path('homes', who, '.gitconfig'),
          GIT_REALM_HOME: box.path('homes', who, '.blue'),
          GIT_REALM_NOW: new Date().toISOString(),
          ...options.env,
        },
      });
  const boss = as('boss', 'seed');
  await as('boss', '.')(['init', '--name', 'acme', '--path', 'seed', '--url', url]);
  for (const name of ['provider', 'consumer']) await makeRepo(box, name, { tree: { 'README.md': name } });
  const refs = async () => (await box.git(['-C', bare, 'for-each-ref'])).stdout;
  /** Status, signer, committer and subject of each commit of a ref since the realm requires signatures. */
  const signed = async (ref: string, since = '') => {
    const allowed = box.write(
      'allowed',
      people.map((who) => `${who}@example.com ${keys[who].public}\n`).join(''),
    );
    const { stdout } = await box.git([
      '-C',
      bare,
      '-c',
      `gpg.ssh.allowedSignersFile=${allowed}`,
      'log',
      '--format=%G? %GS %ce',
      ref,
      ...(since === '' ? [] : [`^${since}`]),
    ]);
    return stdout.trim().split('\n');
  };
  return {
    box,
    bare,
    url,
    keys,
    ssh,
    settings,
    as,
    boss,
    refs,
    signed,
    eric: as('eric', 'provider'),
    fun: as('fun', 'consumer'),
  };
}
type World = Awaited<ReturnType<typeof world>>;

/** Made once: the first three tests go on in one realm, the others from the time when signatures were first required. */
const shared = world(t);
let restore: () => Promise<void>;
const whole = t as unknown as Test;

/** Everybody's key counts, signatures are required, and the server judges from now on. Returns the last commit that did not need one. */
async function requireSignatures({ boss, keys, box, bare }: World): Promise<string> {
  for (const who of people) await boss(['trust', 'allow', `${who}@example.com`, keys[who].public]);
  const before = (await box.git(['-C', bare, 'rev-parse', 'main'])).stdout.trim();
  await boss(['trust', 'require']);
  await box.realm(['hooks', 'install', '--server'], { cwd: bare });
  return before;
}

t.test(
  'every commit that git realm publishes is signed, approvals too, and again after a race',
  async (t) => {
    const here = await shared;
    const { box, bare, url, boss, eric, fun, signed, refs } = here;
    t.match(
      (await boss(['trust', 'require'], { expect: 1 })).stderr,
      /no key is trusted to sign for 'boss@example\.com'.*\nhint: git realm trust allow boss/s,
    );
    const since = await requireSignatures(here);
    restore = await saved(whole, box);
    await eric(['join', url, '--no-hooks']);
    await fun(['join', url, '--no-hooks']);
    const { proposals } = (await boss(['proposals', '--json'])).json() as { proposals: { id: string }[] };
    t.equal(proposals.length, 2);
    for (const { id } of proposals) await boss(['approve', id]);
    await eric(['join', '--no-hooks']);
    await fun(['join', '--no-hooks']);
    await eric(['domain', 'create', 's3', '--repos', 'provider,consumer']);
    await eric(['export', 'paths', '--domain', 's3', '--value', '["a"]']);
    await fun(['fetch']);
    await fun(['import', 'paths']);

    const note = (await box.git(['-C', bare, 'log', '-1', '-p', '--format=', 'refs/notes/realm'])).stdout;
    t.match(
      note,
      /"kind":"approval".*"signature":"-----BEGIN SSH SIGNATURE-----/,
      'the record proves itself',
    );
    t.same(new Set(await signed('refs/notes/realm')), new Set(['G boss@example.com boss@example.com']));
    for (const { id } of proposals)
      t.match((await signed(`refs/realm/proposals/${id}`))[0], /^G (eric|fun)@example\.com \1@/);

    // Both work while the server is away, then one after the other.
    renameSync(bare, `${bare}.away`);
    await eric(['export', 'paths', '--value', '["a", "b"]', '--version', '1.1.0']);
    renameSync(`${bare}.away`, bare);
    await boss(['trust', 'login', 'x', 'x@example.com']);
    t.match((await eric(['sync'])).stdout, /pushed/);
    const all = await signed('main', since);
    t.ok(all.length >= 8);
    for (const line of all) t.match(line, /^G (\w+)@example\.com \1@example\.com$/, line);
    t.equal(all[0], 'G eric@example.com eric@example.com', 'planned again, and signed again');
    t.notMatch(await refs(), /scratch/);
    t.equal((await box.git(['-C', 'seed', 'for-each-ref', 'refs/realm/scratch'])).stdout, '');
  },
);

t.test(
  'what stands in the way of a signature is said in one sentence, and nothing is published',
  async (t) => {
    const { box, eric, settings, ssh, refs, keys } = await shared;
    const before = await refs();
    const create = (options: RunOptions) => eric(['domain', 'create', 'd', '--repos', 'provider'], options);
    const cases: [string, string, RegExp][] = [
      [
        'no key configured',
        '[gpg]\n\tformat = ssh\n',
        /'eric@example\.com' has no signing key: user\.signingKey is not set\nhint: git config/,
      ],
      [
        'a key that is missing',
        '[gpg]\n\tformat = ssh\n[user]\n\tsigningKey = /nowhere/key\n',
        /cannot sign as 'eric@example\.com': .*No such file.*\nhint: check user\.signingKey/,
      ],
      [
        'an agent without the key',
        `[gpg]\n\tformat = ssh\n[user]\n\tsigningKey = key::${keys.fun.public}\n`,
        /cannot sign as 'eric@example\.com': .*\nhint: check user\.signingKey/,
      ],
      [
        'gpg is not installed',
        '[gpg]\n\tprogram = /nowhere/gpg\n',
        /cannot run \/nowhere\/gpg.*\nhint: install it, or sign with ssh/,
      ],
      [
        'no gpg key',
        '',
        has('gpg')
          ? /cannot sign as 'eric@example\.com': .+\nhint: .*gpg --list-secret-keys/
          : /cannot run gpg/,
      ],
    ];
    for (const [name, more, why] of cases) {
      settings('eric', more);
      const ran = await create({ expect: 128, env: { GNUPGHOME: box.path('homes', 'eric') } });
      t.match(ran.stderr, why, name);
      t.equal(ran.stderr.trim().split('\n').length, 2, `${name}: one sentence and a hint`);
      t.equal(await refs(), before, name);
    }
    ssh('eric', keys.fun.file);
    const foreign = await create({ expect: 128 });
    t.match(foreign.stderr, /signed by a key of 'fun@example\.com', not of 'eric@example\.com'/);
    t.equal(await refs(), before);
    ssh('eric');
    const [, id = ''] = /git realm pending retry (\w+)/.exec(foreign.stderr) ?? [];
    t.match((await eric(['pending', 'retry', id])).stdout, /pushed/, 'what is pending is signed again');
  },
);

t.test('keys are allowed, shown and taken away', async (t) => {
  const { box, boss, eric, keys, bare } = await shared;
  await boss(['trust', 'allow', 'old@example.com', keys.eric.public, '--until', '2020-01-01']);
  t.match(
    (await boss(['trust'])).stdout,
    /every realm commit must be signed[\s\S]*old@example\.com: ssh ssh-ed25519.*until 2020-01-01/,
  );
  t.match((await boss(['trust', '--json'])).json(), { required: true, signers: { length: 4 } });
  t.match((await boss(['trust', 'allow', 'boss@example.com', keys.boss.public])).stdout, /already trusted/);
  const bad: [string[], RegExp][] = [
    [['trust', 'allow', 'x', keys.eric.public], /'x' is not a valid e-mail address/],
    [['trust', 'allow', '../../x@example.com', keys.eric.public], /is not a valid e-mail address/],
    [['trust', 'allow', 'x@example.com', '/nowhere'], /cannot read key/],
    [['trust', 'allow', 'x@example.com', keys.eric.file], /is a private key/],
    [
      ['trust', 'allow', 'x@example.com', box.write('empty', 'nothing\n')],
      /contains neither a public ssh key/,
    ],
    [['trust', 'allow', 'x@example.com', keys.eric.public, '--until', 'soon'], /'soon' is not a valid date/],
  ];
  for (const [args, why] of bad) t.match((await boss(args, { expect: 128 })).stderr, why);
  t.match(
    (await eric(['trust', 'allow', 'eric@example.com', keys.eric.public], { expect: 1 })).stderr,
    /not an approver/,
  );
  await boss(['trust', 'revoke', 'eric@example.com']);
  const refused = await eric(['domain', 'create', 'e', '--repos', 'provider'], { expect: 128 });
  t.match(refused.stderr, /not among the allowed signers of 'eric@example\.com'/);
  t.match(
    (await boss(['trust', 'revoke', 'boss@example.com'], { expect: 1 })).stderr,
    /no approver could sign/,
  );
  t.match((await boss(['trust', 'revoke', 'nobody@example.com'])).stdout, /no key is trusted to sign for/);
  const text = (await box.git(['-C', bare, 'show', 'main:trust/allowed_signers'])).stdout;
  t.notMatch(text, /^eric@/m);
  t.match(text, /^fun@/m);
  await boss(['trust', 'require', '--off']);
  t.match((await boss(['trust'])).stdout, /signatures are not required/);
});

t.test('a hook never asks for a passphrase: the work stays a draft, and says so', async (t) => {
  const { box, url, boss, eric, ssh, as } = await shared;
  await restore();
  await boss(['invite', 'provider', '--maintainer', 'eric@example.com']);
  await box.git(['-C', 'provider', 'remote', 'remove', 'origin']);
  box.write('provider/paths.json', '{ "paths": ["a"] }\n');
  await box.git(['-C', 'provider', 'add', '-A']);
  await box.git(['-C', 'provider', 'commit', '-qm', 'paths']);
  await eric(['join', url]);
  await eric(['domain', 'create', 'd', '--repos', 'provider']);
  await eric(['export', 'p', '--domain', 'd', '--detector', 'data', '--source', 'paths.json']);
  const version = async () =>
    /version: "(.*)"/.exec(
      (await box.git(['-C', box.path('realm.git'), 'show', 'main:domains/d/contracts/p.yaml'])).stdout,
    )?.[1];
  t.equal(await version(), '1.0.0');

  const locked = await sshKey(box, 'locked-key', 'secret');
  ssh('eric', locked.file);
  await boss(['trust', 'allow', 'eric@example.com', locked.public]);
  await eric(['fetch']);
  box.write('provider/paths.json', '{ "paths": ["a", "b"] }\n');
  const commit = await box.git(['commit', '-qam', 'more'], {
    cwd: 'provider',
    env: {
      GIT_CONFIG_GLOBAL: box.path('homes', 'eric', '.gitconfig'),
      HOME: box.path('homes', 'eric'),
      GIT_REALM_HOME: box.path('homes', 'eric', '.blue'),
    },
  });
  t.match(
    commit.stderr,
    /not published: d\/p: cannot sign without a prompt: .*passphrase.*it is kept as a draft/,
  );
  const store = box.path('homes', 'eric', '.blue', 'realms', 'acme');
  t.match((await box.git(['-C', store, 'for-each-ref', 'refs/realm/drafts'])).stdout, /drafts/);
  t.equal(await version(), '1.0.0');
  // doctor says beforehand what would be refused: no key, and a key that is nobody's here.
  const doctor = async () => (await as('eric', 'provider')(['doctor'], { expect: 'any' })).stdout;
  box.write(
    'homes/eric/.gitconfig',
    '[user]\n\tname = eric\n\temail = Eric@example.com\n[gpg]\n\tformat = ssh\n',
  );
  t.match(await doctor(), /requires signatures, but 'Eric@example\.com' has no signing key/);
  box.write('homes/eric/.gitconfig', '[user]\n\tname = eric\n\temail = new@example.com\n');
  t.match(await doctor(), /requires signatures, but does not trust any key of 'new@example\.com'/);
  ssh('eric');
  t.notMatch(await doctor(), /signatures/);
  t.match((await as('eric', 'provider')(['sync'])).stdout, /1\.1\.0/);
  t.equal(await version(), '1.1.0', 'to sign and publish it');
});

t.test(
  'gpg keys are kept in the realm, and count for whom their file names',
  { skip: has('gpg') ? false : 'no gpg' },
  async (t) => {
    const { box, url, boss, eric, settings, refs, bare } = await shared;
    await restore();
    await boss(['trust', 'revoke', 'eric@example.com']);
    await boss(['invite', 'provider', '--maintainer', 'eric@example.com']);
    const mine = await gpgKey(box, 'eric@example.com');
    // Its owner calls himself Boss; the file says whose key it is.
    const liar = await gpgKey(box, 'boss@example.com', { name: 'liar' });
    t.teardown(() => Promise.all([mine, liar].map(({ home }) => endGpg(box, home))));
    const gpg = (key: typeof mine): void => settings('eric', `[user]\n\tsigningKey = ${key.fingerprint}\n`);
    gpg(mine);
    const join = (home: string, expect = 0) =>
      eric(['join', url, '--no-hooks'], { expect, env: { GNUPGHOME: home } });
    const before = await refs();
    t.match((await join(mine.home, 128)).stderr, /signed by a gpg key that is not in 'trust\/gpg\/'/);
    t.equal(await refs(), before);
    await boss(['trust', 'allow', 'eric@example.com', box.write('eric.asc', mine.public)]);
    await boss(['trust', 'allow', 'fun@example.com', box.write('liar.asc', liar.public)]);
    t.match(
      (await box.git(['-C', bare, 'ls-tree', '--name-only', 'main', 'trust/gpg/'])).stdout,
      /eric@example\.com\.asc\n/,
    );
    await join(mine.home);
    t.match((await boss(['list'])).stdout, /acme/);
    const work = async (key: typeof mine, expect: number, args: string[]) => {
      gpg(key);
      return eric(args, { expect, env: { GNUPGHOME: key.home } });
    };
    t.match((await work(mine, 0, ['domain', 'create', 'd', '--repos', 'provider'])).stdout, /d/);
    const forged = await work(liar, 128, ['export', 'p', '--domain', 'd', '--value', '1']);
    t.match(forged.stderr, /signed by a key of 'fun@example\.com', not of 'eric@example\.com'/);

    // Keys that are over: gpg itself signs with none, so its clock is set back.
    const past = await gpgKey(box, 'eric@example.com', {
      name: 'past',
      expire: '1d',
      at: '20250101T000000!',
    });
    const gone = await gpgKey(box, 'eric@example.com', { name: 'gone' });
    t.teardown(() => Promise.all([past, gone].map(({ home }) => endGpg(box, home))));
    const tip = await refs();
    const refused = async (
      name: string,
      key: typeof mine,
      armoured: string,
      program: string,
      why: RegExp,
    ) => {
      await boss(['trust', 'allow', 'eric@example.com', box.write(`${name}.asc`, armoured)]);
      const before = await refs();
      settings('eric', `[user]\n\tsigningKey = ${key.fingerprint}\n[gpg]\n\tprogram = ${program}\n`);
      const args = ['export', 'p', '--domain', 'd', '--value', '1'];
      const ran = await eric(args, { expect: 128, env: { GNUPGHOME: key.home } });
      t.match(ran.stderr, why, name);
      t.equal(await refs(), before, name);
    };
    const then = box.write(
      'gpg-then',
      '#!/bin/sh\nexec gpg --faked-system-time 20250101T010000! "$@"\n',
      0o755,
    );
    await refused('expired', past, past.public, then, /signed by a gpg key that has expired/);
    const revoked = await revokedGpgKey(box, gone);
    await refused('revoked', gone, revoked, 'gpg', /signed by a gpg key that was revoked/);
    await refused(
      'nonsense',
      mine,
      mine.public.replaceAll(/^[A-Za-z0-9+/]{20}/gm, ''),
      'gpg',
      /not in 'trust\/gpg\/'/,
    );
    t.not(await refs(), tip, 'only the approver moved anything');

    // A server without gpg says so.
    await boss(['trust', 'allow', 'eric@example.com', box.path('eric.asc')]);
    gpg(mine);
    const [, id = ''] = /git realm pending retry (\w+)/.exec(forged.stderr) ?? [];
    await eric(['pending', 'retry', id], { env: { GNUPGHOME: mine.home } });
    const few =
      'for name in git node sh env ssh-keygen dirname readlink; do ln -s "$(command -v $name)" few/; done';
    await box.run('sh', ['-c', `mkdir few && ${few}`]);
    const judged = await box.run('git', ['realm', 'verify', 'main~1', 'main'], {
      cwd: bare,
      expect: 1,
      env: { PATH: `${box.path('few')}:${prefix}/bin` },
    });
    t.match(judged.stdout, /signed with gpg, but gpg is not installed on the machine that checks it/);
  },
);
