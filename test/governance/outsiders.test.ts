import t from 'tap';
import { type Edits, edited, type Files, judged, story } from '../helpers/values/judge.ts';

const realm: Files = {
  'realm.yaml': 'name: acme\nversion: 1.0.0\ngovernance: { approvers: [boss@example.com] }\n',
  'repos/aperture.yaml': 'name: aperture\nmaintainers: [eric@example.com]\n',
  'repos/fungal.yaml': 'name: fungal\nmaintainers: [fun@example.com]\n',
  'repos/mole.yaml': 'name: mole\nmaintainers: [mole@example.com]\n',
  'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture, fungal]\n',
  'domains/s3/contracts/paths.yaml':
    'name: paths\nversion: "1.0.0"\nowner: aperture\nvalue: [a]\neffective_at: 2099-01-01T00:00:00Z\n',
  'domains/s3/bindings/aperture.yaml': 'repo: aperture\nrole: provider\nexports:\n- contract: paths\n',
  'domains/s3/bindings/fungal.yaml': 'repo: fungal\nrole: consumer\n',
};
const stray: Files = {
  ...realm,
  'domains/s3/bindings/mole.yaml':
    'repo: mole\nrole: consumer\nimports:\n- { contract: paths, version: "*" }\n',
};
const imports = (repo: string) =>
  `repo: ${repo}\nrole: consumer\nimports:\n- { contract: paths, version: "*" }\n`;

t.test('only members have bindings, each one, by its own name', async (t) => {
  const refused = async (who: string, edits: Edits, why: RegExp, before = realm) =>
    t.match((await judged(before, edited(before, edits), who)).join('\n'), why);
  const member = {
    ...realm,
    'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture, fungal, mole]\n',
    'domains/s3/bindings/mole.yaml': 'repo: mole\nrole: consumer\n',
  };
  const outside = /'mole' is not in domain 's3': only its members may export and import there/;
  await refused('mole', { 'domains/s3/bindings/mole.yaml': imports('mole') }, outside);
  await refused('mole', { 'domains/s3/bindings/later.yaml': 'repo: mole\nrole: consumer\n' }, outside);
  await refused(
    'mole',
    { 'domains/none/bindings/mole.yaml': imports('mole') },
    /folder without a domain\.yaml|not in domain 'none'/,
  );
  await refused(
    'mole',
    {
      'domains/s3/bindings/mole.yaml': (text) => `${text}- { contract: more, version: "*" }\n`,
    },
    outside,
    stray,
  );
  await refused(
    'mole',
    { 'domains/s3/bindings/mole.yaml': null, 'domains/s3/bindings/later.yaml': imports('mole') },
    /'domains\/s3\/bindings\/later\.yaml' is the binding of 'mole', but is not named after it/,
    member,
  );
  await refused(
    'mole',
    { 'domains/s3/bindings/other.yaml': imports('mole') },
    /'mole' already has a binding in domain 's3': 'domains\/s3\/bindings\/mole\.yaml'/,
    member,
  );
  t.same(
    await judged(member, edited(member, { 'domains/s3/bindings/mole.yaml': imports('mole') }), 'mole'),
    [],
  );
  t.same(
    await judged(stray, edited(stray, { 'domains/s3/bindings/mole.yaml': null }), 'mole'),
    [],
    'away is fine',
  );
});

t.test('what outsiders have is cleared away by approvers; a binding by the members too', async (t) => {
  const gone = edited(stray, { 'domains/s3/bindings/mole.yaml': null });
  for (const who of ['boss', 'eric', 'fun', 'mole']) t.same(await judged(stray, gone, who), [], who);
  t.not((await judged(stray, gone, 'stranger')).length, 0);
  const unregistered = edited(realm, { 'repos/mole.yaml': null });
  t.same(await judged(realm, unregistered, 'boss'), []);
  t.match(await judged(realm, unregistered, 'eric'), [/only maintainers of mole/]);
  t.match(await judged(stray, edited(stray, { 'repos/mole.yaml': null }), 'boss'), [
    /'domains\/s3\/bindings\/mole\.yaml' still refers to 'mole'/,
  ]);
  // A member is not evicted, whoever asks.
  for (const path of ['repos/fungal.yaml', 'domains/s3/bindings/fungal.yaml'])
    t.match(
      (
        await judged(realm, edited(realm, { [path]: null, 'domains/s3/bindings/fungal.yaml': null }), 'boss')
      ).join(),
      /only maintainers of fungal/,
      path,
    );
  const left = { ...realm, 'repos/fungal.yaml': `${realm['repos/fungal.yaml']}status: left\n` };
  t.same(
    await judged(left, edited(left, { 'domains/s3/bindings/fungal.yaml': null }), 'boss'),
    [],
    'it has left',
  );
});

t.test('who has left, or was only invited, decides nothing', async (t) => {
  for (const status of ['left', 'invited']) {
    const away = { ...realm, 'repos/fungal.yaml': `${realm['repos/fungal.yaml']}status: ${status}\n` };
    const tried: [string, Edits, RegExp][] = [
      [
        'found a domain',
        { 'domains/ghost/domain.yaml': 'name: ghost\nmembers: [fungal, aperture]\n' },
        /does not maintain any repo of the new domain/,
      ],
      [
        'publish',
        { 'domains/s3/contracts/g.yaml': 'name: g\nversion: "1.0.0"\nowner: fungal\n' },
        /only maintainers of fungal may publish/,
      ],
      ['import', { 'domains/s3/bindings/fungal.yaml': imports('fungal') }, /has not joined this realm/],
      [
        'bring a friend',
        {
          'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture, fungal, mole]\n',
          'domains/s3/bindings/mole.yaml': 'repo: mole\nrole: consumer\n',
        },
        /only maintainers of/,
      ],
    ];
    for (const [name, edits, why] of tried)
      t.match((await judged(away, edited(away, edits), 'fun')).join('\n'), why, `${status}: ${name}`);
    const back = edited(away, { 'repos/fungal.yaml': realm['repos/fungal.yaml'] ?? '' });
    const answer = await judged(away, back, 'fun');
    if (status === 'left') t.match(answer, [/was not admitted/], 'comes back by admission');
    else t.same(answer, [], 'an invited one accepts');
  }
});

t.test('an outsider holds up no grace period', async (t) => {
  const member = {
    ...realm,
    'domains/s3/bindings/fungal.yaml': imports('fungal').replace('"*"', '"*", resolved_version: "1.0.0"'),
  };
  const soon = { 'domains/s3/contracts/paths.yaml': (text: string) => text.replace('2099', '2026') };
  t.same((await story(member, [{ by: 'eric', edits: soon }])).why, [], 'each consumer is ready');
  const held = { ...member, 'domains/s3/bindings/mole.yaml': stray['domains/s3/bindings/mole.yaml'] ?? '' };
  t.same((await story(held, [{ by: 'eric', edits: soon }])).why, []);
  const waits = { ...held, 'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture, fungal, mole]\n' };
  t.match((await story(waits, [{ by: 'eric', edits: soon }])).why, [/not acknowledged by mole/]);
});

t.test('a name of an organisation is admitted as a repo that comes in; one repo has one name', async (t) => {
  const rename = (to: string, more = '') => ({
    'repos/mole.yaml': null,
    [`repos/${to}.yaml`]: `name: ${to}\nmaintainers: [mole@example.com]\nformerly: [mole]\n${more}`,
  });
  const by = async (who: string, edits: Edits, judging: { proposal?: boolean } = {}, before = realm) =>
    (await judged(before, edited(before, edits), who, judging)).join('\n');
  const admission = /'cultivarium\/aperture' was not admitted: repos join by approval/;
  t.match(await by('mole', rename('cultivarium/aperture', 'org: cultivarium\n')), admission);
  t.match(
    await by('boss', rename('cultivarium/aperture')),
    /only maintainers of mole/,
    'nor the approver for them',
  );
  t.equal(await by('mole', rename('cultivarium/aperture'), { proposal: true }), '', 'it is proposed');
  t.equal(await by('mole', rename('digger')), '', 'a plain name is free');
  const open = { ...realm, 'realm.yaml': 'name: acme\nversion: 1.0.0\ngovernance: { admission: open }\n' };
  t.equal(await by('mole', rename('cultivarium/aperture'), {}, open), '');
  const own = edited(realm, rename('molehill/mole'));
  const within = {
    'repos/molehill/mole.yaml': null,
    'repos/molehill/digger.yaml':
      'name: molehill/digger\nmaintainers: [mole@example.com]\nformerly: [mole, molehill/mole]\n',
  };
  t.equal(await by('mole', within, {}, own), '', 'within the organisation');
  const another = {
    'repos/molehill/mole.yaml': null,
    'repos/acme/mole.yaml':
      'name: acme/mole\nmaintainers: [mole@example.com]\nformerly: [mole, molehill/mole]\n',
  };
  t.match(await by('mole', another, {}, own), /'acme\/mole' was not admitted/, 'from one to another');

  const twice = (first: Edits, other: Edits) => ({ ...first, ...other });
  t.match(
    await by('mole', twice(rename('digger'), rename('burrow'))),
    /'repos\/digger\.yaml' and 'repos\/burrow\.yaml' both claim to be the renamed 'repos\/mole\.yaml'/,
  );
  const P = 'domains/s3/contracts/paths.yaml';
  const split = Object.fromEntries(
    ['p2', 'p3'].map((name) => [
      `domains/s3/contracts/${name}.yaml`,
      `${(realm[P] ?? '').replace('name: paths', `name: ${name}`)}formerly: [paths]\n`,
    ]),
  );
  t.match(
    await by('eric', { [P]: null, ...split }),
    /both claim to be the renamed 'domains\/s3\/contracts\/paths\.yaml'/,
  );
});

t.test('no path is reserved on Windows', async (t) => {
  for (const name of ['aux', 'NUL.x', 'com1', 'Lpt9'])
    t.match(
      await judged(realm, edited(realm, { [`worktrees/${name}.yaml`]: 'name: a\n' }), 'mole'),
      [/reserved on Windows/],
      name,
    );
  t.same(await judged(realm, edited(realm, { 'worktrees/auxiliary.yaml': 'name: a\n' }), 'mole'), []);
});

t.test('a maintainer is somebody whose address can be read', async (t) => {
  for (const hidden of [
    '\\u202Emoc.elpmaxe@cire',
    'eric\\u200B@example.com',
    'eric\\u3164@example.com',
    'eric\\uFE0F@example.com',
    'eric\\u00AD@example.com',
    'eric@example.com\\n*  mole@example.com',
    'eric@example.com\\e[2K',
  ])
    t.match(
      await judged(
        realm,
        edited(realm, { 'repos/mole.yaml': `name: mole\nmaintainers: [mole@example.com, "${hidden}"]\n` }),
        'mole',
      ),
      [/an invisible character|expected an e-mail address/],
    );
});
