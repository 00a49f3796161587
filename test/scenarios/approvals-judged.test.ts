import t, { type Test } from 'tap';
import { approvable, approveBy, breaking, files, land, record } from '../helpers/attacks/steps.ts';
import { type Actor, attackWorld, contract, type Person } from '../helpers/attacks/world.ts';
import { sshKey, without } from '../helpers/world/keys.ts';

const P = 'domains/s3/contracts/paths.yaml';
const later = new Date(Date.now() + 15 * 86_400_000).toISOString();
const operation = (op: object): string => `Realm-Op: ${JSON.stringify(op)}`;

/** Pushes that are taken, and pushes that are refused without any ref of the server moving. */
async function pushing(t: Test, served: Parameters<typeof attackWorld>[1]) {
  const world = await attackWorld(t, served);
  const taken = async (name: string, me: Actor, ...push: string[]) => {
    const pushed = await me.push(...push);
    t.equal(pushed.code, 0, `${name}: ${pushed.stderr}`);
  };
  const refused = async (name: string, why: RegExp, me: Actor, ...push: string[]) => {
    const before = await world.refs();
    const pushed = await me.push(...push);
    t.not(pushed.code, 0, name);
    t.match(pushed.stderr, why, name);
    t.equal(await world.refs(), before, `${name}: refs`);
  };
  /** A commit of what is changed, on the realm as it is. */
  const commit = async (me: Actor, message: string, change: Parameters<typeof files>[0]) => {
    await me.fresh();
    files(change)(me);
    await me.commit(message);
  };
  const propose = async (me: Actor, id: string, change: Parameters<typeof files>[0]) => {
    const op = { verb: 'x', by: `${me.who}@example.com`, proposed: true, proposal: id };
    await commit(me, `proposal: ${id}\n\n${operation(op)}`, change);
    await taken(`propose ${id}`, me, `+main:refs/realm/proposals/${id}`);
  };
  const landed = (me: Actor, id: string) =>
    `land\n\n${operation({ verb: 'land', proposal: id, by: `${me.who}@example.com` })}`;
  /** What a proposal proposes, its contract dated, and more. */
  const landing = async (
    me: Actor,
    id: string,
    more: Parameters<typeof files>[0] = {},
    message = landed(me, id),
  ) => {
    await me.fresh();
    await me.git('checkout', '-q', `refs/realm/proposals/${id}`, '--', '.');
    files({ [P]: (text) => (text.includes('"2.0.0"') ? `${text}effective_at: ${later}\n` : text), ...more })(
      me,
    );
    await me.commit(message);
  };
  return { ...world, taken, refused, commit, propose, landing, landed };
}

t.test('an approval is used once, by who proposed or approves, for all that was approved', async (t) => {
  const { box, bare, act, taken, refused, commit, propose, landing } = await pushing(t, {
    by: 'path',
    signed: false,
  });
  const [boss, eric, mole] = ['boss', 'eric', 'mole'].map((who) => act(who as Person)) as [
    Actor,
    Actor,
    Actor,
  ];
  const rules = (edit: (text: string) => string) => ({ 'realm.yaml': edit });
  await commit(
    boss,
    'two approvers',
    rules((text) => text.replace('[boss@', '[eric@example.com, boss@')),
  );
  await taken('two approvers', boss, 'main');

  // What was closed again stays closed.
  await propose(
    boss,
    'open',
    rules((text) => text.replace('admission: approval', 'admission: open')),
  );
  await approveBy(eric, 'open');
  await boss.fresh();
  await land(boss, 'open');
  await taken('it lands', boss, 'main');
  await commit(
    boss,
    'close',
    rules((text) => text.replace('admission: open', 'admission: approval')),
  );
  await taken('it is closed', boss, 'main');
  await mole.fresh();
  await land(mole, 'open');
  await refused(
    'a stranger lands it again',
    /only its proposer or an approver may land proposal 'open'/,
    mole,
    'main',
  );
  await boss.fresh();
  await land(boss, 'open');
  await refused(
    'its proposer lands it again',
    /proposal 'open' has already landed: an approval is valid once/,
    boss,
    'main',
  );
  const hidden = 'land\n\nRealm-Op: {"verb": "land", "proposal":"open", "by":"boss@example.com"}';
  await landing(boss, 'open', {}, hidden);
  await refused('an operation that no search finds', /not in canonical form/, boss, 'main');
  await refused(
    'under another name',
    /it was created as proposal 'open'/,
    boss,
    'refs/realm/proposals/open:refs/realm/proposals/again',
  );
  await commit(boss, 'proposal: no name', { 'README.md': 'x\n' });
  await refused(
    'without a name',
    /must name the proposal it is pushed as/,
    boss,
    'main:refs/realm/proposals/anon',
  );

  // A withdrawn approval does not come back with the proposal.
  await eric.fresh();
  await breaking(eric, '"jobs/*"', 'q1');
  await taken('propose q1', eric, '+main:refs/realm/proposals/q1');
  await approveBy(boss, 'q1');
  await landing(eric, 'q1');
  await taken('q1 lands', eric, 'main');
  await commit(boss, `unland\n\n${operation({ verb: 'unland', proposal: 'q1', by: 'boss@example.com' })}`, {
    [P]: contract('1.0.0', '"jobs/*", "runs/*"'),
  });
  const note = (await boss.git('notes', '--ref=realm', 'show', 'refs/realm/proposals/q1')).stdout;
  await boss.note('refs/realm/proposals/q1', `${note}${record('boss', undefined, { kind: 'withdrawal' })}\n`);
  await taken('withdrawn', boss, 'refs/notes/realm', 'main');
  await landing(eric, 'q1');
  await refused('landed again after that', /breaking and not approved/, eric, 'main');

  // More, less, and other than what was approved.
  await propose(eric, 'q2', {
    [P]: contract('2.0.0', '"jobs/*"', '  - { version: "2.0.0" }\n'),
    'repos/aperture.yaml': (text) => `${text}org: x\n`,
  });
  await approveBy(boss, 'q2');
  await landing(eric, 'q2', { 'worktrees/more.yaml': 'name: more\n' });
  await refused('one more change', /'worktrees\/more\.yaml' differs from proposal 'q2'/, eric, 'main');
  await landing(eric, 'q2', { 'repos/aperture.yaml': (text) => text.replace('org: x\n', '') });
  await refused('one change less', /'repos\/aperture\.yaml' is missing/, eric, 'main');
  await landing(eric, 'q2', {
    '.github/CODEOWNERS': '# Generated by git realm from nothing\n* eric@example.com\n',
  });
  await refused(
    'a CODEOWNERS that the rules do not give',
    /'\.github\/CODEOWNERS' differs from proposal 'q2'/,
    eric,
    'main',
  );
  await landing(mole, 'q2');
  await refused('by somebody else', /only its proposer or an approver may land/, mole, 'main');

  // Whoever lands it days later gives consumers their time from then on.
  await landing(eric, 'q2');
  await box.git(['-C', bare, 'fetch', '-q', box.path('eric'), 'main:refs/tmp/late']);
  const verify = (days: number) =>
    box.realm(['verify', '--user', 'eric', 'main', 'refs/tmp/late'], {
      cwd: bare,
      expect: 'any',
      env: { GIT_REALM_NOW: new Date(Date.now() + days * 86_400_000).toISOString() },
    });
  t.equal((await verify(0)).code, 0, 'on the day of the approval');
  const late = await verify(10);
  t.equal(late.code, 1);
  t.match(late.stdout + late.stderr, /takes effect before its grace period of 14 days is over/);
  await box.git(['-C', bare, 'update-ref', '-d', 'refs/tmp/late']);

  // Approvals that name too much, nothing, or nonsense.
  for (const [id, changes] of [
    ['q3', async () => [...(await approvable(boss, 'q3')), { path: 'realm.yaml', old: null, new: null }]],
    ['q4', async () => []],
    ['q5', async () => 5],
  ] as const) {
    await propose(eric, id, { [P]: contract('2.0.0', `"${id}"`, '  - { version: "2.0.0" }\n') });
    await boss.fresh();
    await boss.note(
      `refs/realm/proposals/${id}`,
      `${record('boss', undefined, { changes: await changes() })}\n`,
    );
    await taken(`approve ${id}`, boss, 'refs/notes/realm');
    await landing(eric, id);
    await refused(`an approval of other changes (${id})`, /breaking and not approved/, eric, 'main');
  }
});

t.test('an own approval counts where each place has one approver, and no other', async (t) => {
  const { act, taken, refused, commit, propose, landing } = await pushing(t, { by: 'path', signed: false });
  const [boss, eric] = [act('boss'), act('eric')];
  const governance = (people: string) => ({ 'domains/s3/governance.yaml': `approvers: [${people}]\n` });
  const all = (...names: string[]) => names.map((name) => `${name}@example.com`).join(', ');
  const approvers =
    (...names: string[]) =>
    (text: string) =>
      text.replace(/approvers: \[.*\]/, `approvers: [${all(...names)}]`);
  const own = async (id: string, more: Record<string, string>) => {
    await propose(eric, id, { [P]: contract('2.0.0', `"${id}"`, '  - { version: "2.0.0" }\n'), ...more });
    await approveBy(eric, id);
    await landing(eric, id);
  };
  const both = { 'worktrees/any.yaml': 'name: any\n' };
  await commit(boss, 'rules', {
    'realm.yaml': approvers('boss', 'eric'),
    ...governance(all('eric', 'mole')),
  });
  await taken('rules', boss, 'main');
  await own('eyes', both);
  await refused('two places, two approvers each, one in common', /breaking and not approved/, eric, 'main');
  await commit(boss, 'rules', governance(all('eric')));
  await taken('rules', boss, 'main');
  await own('half', both);
  await refused('one place has a second approver', /breaking and not approved/, eric, 'main');
  await own('sole', {});
  await taken('the only place has no other', eric, 'main');
});

t.test(
  'a signed proposal has no twin, and an expired certificate no past',
  { skip: without('ssh-keygen') },
  async (t) => {
    const { box, act, taken, refused } = await pushing(t, { by: 'path', signed: true });
    const [boss, eric, mole] = [act('boss'), act('eric'), act('mole')];
    await eric.fresh();
    await breaking(eric, '"jobs/*"', 'm1');
    await taken('propose', eric, '+main:refs/realm/proposals/m1');
    await approveBy(boss, 'm1');
    await mole.fresh();
    const raw = (await mole.git('cat-file', 'commit', 'refs/realm/proposals/m1')).stdout;
    const twins: [string, string, RegExp][] = [
      [
        'another signature header',
        raw.replace('\n\n', '\ngpgsig-sha256 x\n\n'),
        /header 'gpgsig-sha256', which is not allowed in a realm/,
      ],
      ['an unknown header', raw.replace('\n\n', '\nnote x\n\n'), /header 'note'|signature is not valid/],
      [
        'a second signature',
        raw.replace('\n\n', `\n${/^gpgsig (?:.+\n )*.+$/m.exec(raw)?.[0]}\n\n`),
        /second 'gpgsig' line/,
      ],
      [
        'an armour with an empty line more',
        raw.replace('-----END SSH', '\n -----END SSH'),
        /same proposal with a different signature|signature is not valid|not among the allowed/,
      ],
    ];
    for (const [name, text, why] of twins) {
      await mole.git('update-ref', 'refs/heads/twin', await mole.object('commit', text));
      await refused(name, why, mole, '+twin:refs/realm/proposals/m1');
    }

    const ca = await sshKey(box, 'ca');
    const key = await sshKey(box, 'certified');
    await boss.fresh();
    boss.write({
      'trust/allowed_signers': boss
        .read('trust/allowed_signers')
        .replace(/^eric@.*\n/m, `*@example.com cert-authority ${ca.public}\n`),
    });
    await boss.commit('an authority in the place of the key of eric');
    await taken('an authority', boss, 'main');
    const signer = act('eric', { ...key, file: `${key.file}-cert.pub` });
    const by = async (validity: string, daysAgo: number) => {
      await box.run('ssh-keygen', [
        '-q',
        '-s',
        ca.file,
        '-I',
        'id',
        '-n',
        'eric@example.com',
        '-V',
        validity,
        `${key.file}.pub`,
      ]);
      await signer.fresh();
      files({ 'repos/aperture.yaml': (text) => `${text}# ${validity}\n` })(signer);
      const date = `${Math.floor(Date.now() / 1000) - daysAgo * 86_400} +0000`;
      await signer.commit('by certificate', { GIT_COMMITTER_DATE: date });
    };
    await by('-10d:-5d', 7);
    await refused(
      'expired, and dated into its time',
      /a certificate of 'eric@example\.com' that has expired/,
      signer,
      'main',
    );
    await by('+5d:+10d', 0);
    await refused(
      'not valid yet',
      /certificate .* not valid yet|not among the allowed signers/,
      signer,
      'main',
    );
    await by('-1d:+1d', 0);
    await taken('a valid one', signer, 'main');
  },
);
