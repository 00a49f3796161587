import { createHash } from 'node:crypto';
import t, { type Test } from 'tap';
import { codeownersAfter } from '../../lib/governance/derived.ts';
import { refusalsOf } from '../../lib/governance/refusals.ts';
import type { Side } from '../../lib/governance/rules/step.ts';
import { followed } from '../../lib/realm/follow.ts';
import { paths } from '../../lib/realm/kinds.ts';
import { verbOf } from '../../lib/realm/ops/index.ts';
import type { Op } from '../../lib/realm/ops/types.ts';
import { realmView } from '../helpers/values/realm-view.ts';

/** One operation on a realm in memory, as the engine makes it, then judged as a server judges its commit. */
type Files = Record<string, string>;

const at = '2026-01-24T10:00:00Z';
const files: Files = {
  'realm.yaml':
    'name: acme\nversion: 1.0.0\ngovernance:\n  admission: approval\n  approvers: [boss@example.com]\n',
  'repos/aperture.yaml':
    'name: aperture # ours\nurl: https://example.com/a\nmaintainers: [eric@example.com]\n',
  'repos/fungal.yaml': 'name: fungal\nmaintainers: [fun@example.com]\n',
  'repos/mole.yaml': 'name: mole\nmaintainers: [mole@example.com]\n',
  'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture, fungal, mole]\n',
  'domains/s3/contracts/paths.yaml':
    'name: paths\nversion: "1.0.0"\nowner: aperture\nvalue: { read: [a, b] }\nsource_commit: 4be1c02a4be1c02a4be1c02a4be1c02a4be1c02a\n',
  'domains/s3/bindings/aperture.yaml':
    'repo: aperture\nrole: provider\nexports:\n- contract: paths # read from\n',
  'domains/s3/bindings/f.yaml':
    'repo: fungal\nrole: consumer\nimports:\n- contract: paths\n  version: "^1.0.0"\n  resolved_version: "1.0.0"\n',
  'domains/s3/bindings/mole.yaml': 'repo: mole\nrole: consumer\n',
  'domains/old/domain.yaml': 'name: old\nmembers: [aperture, mole]\n',
  'worktrees/feat.yaml':
    'name: feat\nsource_rfc: aperture:feat\nrepos:\n- { name: aperture, status: active }\ncoordination:\n  commits:\n  - { change: I1, aperture: abc, fungal: null }\nprs:\n- { repo: fungal, number: 1, blocked_by: [aperture#2] }\n',
  'forge/aperture/issues/1.yaml':
    'number: 1\ntitle: x\nstate: open\nbody: "<!-- git-realm:notice s3/x aperture 1.0.0 -->"\n',
};

const side = (text: string | undefined): Side | null =>
  text === undefined ? null : { mode: '100644', oid: createHash('sha1').update(text).digest('hex'), text };

const judge = (before: Files, after: Files, actor: string): Promise<string[]> =>
  refusalsOf({
    before: realmView(before),
    after: realmView(after),
    changes: [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((path) => before[path] !== after[path])
      .map((path) => ({ path, from: side(before[path]), to: side(after[path]) })),
    actor,
    approved: null,
    withdrawn: null,
    proposal: false,
    now: Date.parse(at),
    acknowledged: async () => new Set(),
    signers: '',
    loaded: async (file) => file,
    blob: async () => null,
    versions: async () => [],
  });

/** What the operation makes of a realm; throws what it refuses. */
async function make(before: Files, op: Omit<Op, 'id' | 'at'>): Promise<Files> {
  const model = realmView(before);
  const whole = followed(model, { id: 'x', at, ...op } as Op);
  const verb = verbOf(whole);
  const read = new Set(verb.reads(whole, model));
  const text = (path: string) => (read.has(path) ? before[path] : undefined);
  const planned = await verb.plan(whole, {
    model,
    text,
    history: [],
    loaded: (path) => model.file('contract', path),
  });
  if (planned.kind === 'nothing') return before;
  const owners = codeownersAfter(model, planned.files, before[paths.codeowners]);
  const after = { ...before };
  for (const [path, content] of [
    ...planned.files,
    ...(owners === undefined ? [] : [[paths.codeowners, owners] as const]),
  ])
    if (content === null) delete after[path];
    else if (typeof content === 'string') after[path] = content;
  return after;
}

const people = ['eric', 'fun', 'mole', 'boss', 'stranger'].map((name) => `${name}@example.com`);

/** Planned for `who` it is taken by the server from `who` alone. */
async function only(t: Test, before: Files, op: Omit<Op, 'id' | 'at' | 'by'>, who: string): Promise<Files> {
  const after = await make(before, { ...op, by: `${who}@example.com` } as Omit<Op, 'id' | 'at'>);
  t.notSame(after, before, `${op.verb}: something happens`);
  for (const person of people) {
    const refused = await judge(before, after, person);
    if (person.startsWith(`${who}@`)) t.same(refused, [], `${op.verb}: the server takes it from ${person}`);
    else {
      t.not(refused.length, 0, `${op.verb}: not from ${person}`);
      await t.rejects(
        make(before, { ...op, by: person } as Omit<Op, 'id' | 'at'>),
        `${op.verb}: nor does the command make it for ${person}`,
      );
    }
  }
  return after;
}

t.test('a repo is renamed, everywhere', async (t) => {
  const after = await only(t, files, { verb: 'repo-rename', repo: 'aperture', to: 'camera' }, 'eric');
  t.match(
    after['repos/camera.yaml'],
    'name: camera # ours\nurl: https://example.com/a\nmaintainers: [eric@example.com]\nformerly: [aperture]\n',
  );
  t.notOk(Object.keys(after).some((path) => path.includes('aperture')));
  t.match(after['domains/s3/domain.yaml'], 'members: [camera, fungal, mole]');
  t.match(after['domains/s3/contracts/paths.yaml'], 'owner: camera');
  t.match(
    after['domains/s3/bindings/camera.yaml'],
    'repo: camera\nrole: provider\nexports:\n- contract: paths # read from\n',
  );
  t.match(
    after['worktrees/feat.yaml'],
    /source_rfc: camera:feat\n[\s\S]*name: camera[\s\S]*fungal: null[\s\S]*blocked_by: \[\W*camera#2/,
  );
  t.match(after['forge/camera/issues/1.yaml'], 'notice s3/x camera 1.0.0');
  t.match(after[paths.codeowners], '/repos/camera.yaml eric@example.com\n');
  t.match(
    JSON.stringify(Object.values(after)).match(/aperture/g),
    ['aperture'],
    'the old name is in formerly alone',
  );

  const model = realmView(after);
  t.equal(model.repoNow('aperture'), 'camera');
  const op = {
    verb: 'x',
    id: 'x',
    at,
    by: 'x',
    repo: 'aperture',
    members: ['aperture', 'new'],
    commits: { aperture: '1' },
  };
  t.match(followed(model, op), { repo: 'camera', members: ['camera', 'new'], commits: { camera: '1' } });

  const eric = (to: string) =>
    make(after, { verb: 'repo-rename', by: 'eric@example.com', repo: 'aperture', to });
  await t.rejects(eric('fungal'), { code: 'name-taken' });
  await t.rejects(eric('Fungal'), { code: 'name-taken' });
  const back = await eric('aperture');
  t.match(back['repos/aperture.yaml'], 'formerly: [camera]', 'and back again, by its old name');
  t.same(await judge(after, back, 'eric@example.com'), []);
  await t.rejects(
    make(after, { verb: 'repo-rename', by: 'mole@example.com', repo: 'mole', to: 'aperture' }),
    { code: 'name-taken', message: /earlier name of 'camera'/ },
  );
  await t.rejects(
    make(after, {
      verb: 'register',
      by: 'boss@example.com',
      repo: 'aperture',
      maintainers: ['x@example.com'],
      url: 'https://x',
    }),
    { code: 'name-taken' },
    'nobody else registers under it',
  );
});

t.test('a contract is renamed; consumers follow by themselves', async (t) => {
  const rename = { verb: 'contract-rename', domain: 's3', contract: 'paths', repo: 'aperture', to: 'grants' };
  const after = await only(t, files, rename, 'eric');
  t.match(after['domains/s3/contracts/grants.yaml'], /name: grants\n[\s\S]*formerly: \[\s*paths\s*\]/);
  t.match(after['domains/s3/bindings/aperture.yaml'], '- contract: grants # read from');
  t.equal(
    after['domains/s3/bindings/f.yaml'],
    files['domains/s3/bindings/f.yaml'],
    "theirs is the consumer's",
  );
  const model = realmView(after);
  t.equal(
    model.binding('s3', 'fungal')?.file.imports?.[0]?.contract,
    'grants',
    'and read by the name of now',
  );
  const own = await only(t, after, { verb: 'follow', repo: 'fungal' }, 'fun');
  t.match(own['domains/s3/bindings/f.yaml'], '- contract: grants\n  version: "^1.0.0"\n');
  const record = {
    verb: 'record',
    by: 'fun@example.com',
    domain: 's3',
    contract: 'paths',
    repo: 'fungal',
    status: 'stale',
    version: null,
    payload: { status: 'stale' },
  };
  t.match(
    (await make(after, record))['domains/s3/bindings/f.yaml'],
    'status: stale',
    'an operation by the old name',
  );
});

t.test('a contract is offered, and taken over by whom it is offered to', async (t) => {
  const offer = { verb: 'contract-offer', domain: 's3', contract: 'paths', repo: 'aperture', to: 'fungal' };
  const offered = await only(t, files, offer, 'eric');
  t.match(offered['domains/s3/contracts/paths.yaml'], /owner: aperture\n[\s\S]*offered_to: fungal/);
  const accept = { verb: 'contract-accept', domain: 's3', contract: 'paths', repo: 'fungal' };
  const taken = await only(t, offered, accept, 'fun');
  t.match(taken['domains/s3/contracts/paths.yaml'], /owner: fungal\nvalue/);
  t.notMatch(taken['domains/s3/contracts/paths.yaml'], /offered_to|source_commit/);
  t.match(taken['domains/s3/bindings/f.yaml'], /role: provider\n[\s\S]*exports:\n\s*- contract: paths/);
  t.notMatch(taken['domains/s3/bindings/f.yaml'], /version/, 'and imports it no longer');
  const own = await only(t, taken, { verb: 'follow', repo: 'aperture' }, 'eric');
  t.notMatch(own['domains/s3/bindings/aperture.yaml'], /contract: paths/);
  const declined = await make(offered, { ...offer, by: 'fun@example.com', repo: 'fungal', to: null });
  t.same(await judge(offered, declined, 'fun@example.com'), []);
  t.not((await judge(offered, declined, 'mole@example.com')).length, 0);
  t.equal(declined['domains/s3/contracts/paths.yaml'], files['domains/s3/contracts/paths.yaml']);
  await t.rejects(make(files, { ...accept, by: 'fun@example.com' }), { code: 'not-offered' });
  await t.rejects(make(files, { ...offer, by: 'eric@example.com', to: 'nobody' }), { code: 'not-joined' });
  // What was not offered cannot be taken by hand either.
  const stolen = {
    ...files,
    'domains/s3/contracts/paths.yaml': taken['domains/s3/contracts/paths.yaml'] ?? '',
  };
  t.match(await judge(files, stolen, 'fun@example.com'), [/only maintainers of aperture/]);
  const more = {
    ...taken,
    'domains/s3/contracts/paths.yaml': `${taken['domains/s3/contracts/paths.yaml']}description: mine\n`,
  };
  t.match(
    await judge(offered, more, 'fun@example.com'),
    [/only maintainers of aperture/],
    'as it is, or not at all',
  );
});

t.test('a domain is archived while nobody else relies on it, and rests', async (t) => {
  const archive = (domain: string, by: string, archived = true) =>
    make(files, {
      verb: 'domain-archive',
      by: `${by}@example.com`,
      domain,
      repo: by === 'eric' ? 'aperture' : 'mole',
      archived,
    });
  await t.rejects(archive('s3', 'eric'), { code: 'still-needed', message: /fungal \(s3\/paths \^1\.0\.0\)/ });
  const rests = await archive('old', 'eric');
  t.match(rests['domains/old/domain.yaml'], 'archived: true');
  t.same(await judge(files, rests, 'eric@example.com'), []);
  t.not((await judge(files, rests, 'fun@example.com')).length, 0, 'no member');
  const by = 'mole@example.com';
  const publish = {
    verb: 'publish',
    by,
    domain: 'old',
    contract: 'c',
    repo: 'mole',
    base: null,
    source: null,
    payload: { value: 1 },
  };
  await t.rejects(make(rests, publish), { code: 'domain-archived' });
  const hand = { ...rests, 'domains/old/contracts/c.yaml': 'name: c\nversion: "1.0.0"\nowner: mole\n' };
  t.match(await judge(rests, hand, by), [/domain 'old' is archived/]);
  const forced = { ...files, 'domains/s3/domain.yaml': `${files['domains/s3/domain.yaml']}archived: true\n` };
  t.match(await judge(files, forced, 'eric@example.com'), [/cannot be archived: fungal imports paths/]);
  const alive = await make(rests, {
    verb: 'domain-archive',
    by,
    domain: 'old',
    repo: 'mole',
    archived: false,
  });
  t.equal(alive['domains/old/domain.yaml'], files['domains/old/domain.yaml']);
  t.same(await judge(rests, alive, by), []);
});

t.test('names by hand: what only renaming may do', async (t) => {
  const contract = 'domains/s3/contracts/paths.yaml';
  const renamed = await make(files, {
    verb: 'contract-rename',
    by: 'eric@example.com',
    domain: 's3',
    contract: 'paths',
    repo: 'aperture',
    to: 'grants',
  });
  const grants = renamed['domains/s3/contracts/grants.yaml'] ?? '';
  const forms: [string, Files, string, RegExp][] = [
    [
      'claim a name',
      { ...files, 'repos/mole.yaml': `${files['repos/mole.yaml']}formerly: [later]\n` },
      'mole',
      /changes its earlier names/,
    ],
    [
      'break under cover of a new name',
      { ...renamed, 'domains/s3/contracts/grants.yaml': grants.replace('[a, b]', '[a]') },
      'eric',
      /1\.0\.0 → 1\.0\.0/,
    ],
    [
      'lose the old name',
      { ...renamed, 'domains/s3/contracts/grants.yaml': grants.replace(/formerly:.*\n(?: +- .*\n)*/, '') },
      'eric',
      /cannot be removed: fungal/,
    ],
    [
      'give it away with its name',
      { ...renamed, 'domains/s3/contracts/grants.yaml': grants.replace('owner: aperture', 'owner: mole') },
      'eric',
      /changes both its owner and its name/,
    ],
  ];
  for (const [name, after, who, why] of forms)
    t.match((await judge(files, after, `${who}@example.com`)).join('\n'), why, name);
  const taken = { ...renamed, [contract]: 'name: paths\nversion: "1.0.0"\nowner: mole\n' };
  t.match(
    (await judge(renamed, taken, 'mole@example.com')).join('\n'),
    /'paths' is an earlier name of 'grants'/,
  );
  const half = await make(files, {
    verb: 'repo-rename',
    by: 'eric@example.com',
    repo: 'aperture',
    to: 'camera',
  });
  const left = { ...half, 'domains/s3/domain.yaml': files['domains/s3/domain.yaml'] ?? '' };
  t.match((await judge(files, left, 'eric@example.com')).join('\n'), /still refers to 'aperture'/);
});

t.test('approvers evict what a repo has where it takes no part, and nothing of members', async (t) => {
  const stray = {
    ...files,
    'repos/worm.yaml': 'name: worm\nmaintainers: [stranger@example.com]\n',
    'domains/s3/bindings/worm.yaml':
      'repo: worm\nrole: consumer\nimports:\n- { contract: paths, version: "*" }\n',
    'domains/old/bindings/worm.yaml': 'repo: worm\nrole: consumer\n',
  };
  const evict = (repo: string, by = 'boss') => ({ verb: 'evict', repo, by: `${by}@example.com` });
  const after = await make(stray, evict('worm'));
  t.notOk(Object.keys(after).some((path) => path.includes('worm')));
  t.same(await judge(stray, after, 'boss@example.com'), []);
  for (const by of ['eric', 'stranger']) {
    await t.rejects(make(stray, evict('worm', by)), { code: 'not-approver' }, by);
    t.not((await judge(stray, after, `${by}@example.com`)).length, by);
  }
  await t.rejects(make(stray, evict('mole')), { code: 'still-member', message: /member of old, s3/ });
  await t.rejects(make(stray, evict('nobody')), { code: 'no-such-repo' });
  const partly = { ...stray, 'domains/old/domain.yaml': 'name: old\nmembers: [aperture, mole, worm]\n' };
  const some = await make(partly, evict('worm'));
  t.same(
    Object.keys(some).filter((path) => path.includes('worm')),
    ['repos/worm.yaml', 'domains/old/bindings/worm.yaml'],
    'where it is a member it stays',
  );
  t.same(await judge(partly, some, 'boss@example.com'), []);
  const rename = { verb: 'repo-rename', by: 'mole@example.com', repo: 'mole', to: 'acme/mole' };
  await t.rejects(make(files, rename), {
    code: 'approval-required',
    message: /belongs to organisation 'acme'/,
  });
  const asked = await make(files, { ...rename, proposed: true });
  t.match(asked['repos/acme/mole.yaml'], 'formerly: [mole]');
});

t.test('an owner retires a contract, and removes it when nobody needs it or its day is past', async (t) => {
  const own = { domain: 's3', contract: 'paths', repo: 'aperture' };
  const retire = (sunset: string | null) => ({
    verb: 'contract-retire',
    ...own,
    sunset,
    reason: 'see paths-2',
  });
  const announced = await only(t, files, retire('2026-02-01'), 'eric');
  t.match(realmView(announced).contract('s3', 'paths')?.deprecations, [
    { pointer: '', since: '1.0.0', sunset: '2026-02-01', reason: 'see paths-2' },
  ]);
  const back = await only(t, announced, retire(null), 'eric');
  t.equal(realmView(back).contract('s3', 'paths')?.deprecations, undefined);

  const remove = { verb: 'contract-remove', ...own, by: 'eric@example.com' };
  await t.rejects(make(files, { ...remove, force: false }), {
    code: 'still-needed',
    message: /'s3\/paths' is still imported: fungal \(s3\/paths \^1\.0\.0\)/,
  });
  await t.rejects(make(files, { ...remove, force: true }), {
    code: 'before-sunset',
    message: /no announced removal date/,
  });
  await t.rejects(make(announced, { ...remove, force: true }), {
    code: 'before-sunset',
    message: /will be removed on 2026-02-01/,
  });
  const past = await make(files, { ...retire('2026-01-20'), by: 'eric@example.com' });
  const gone = await only(t, past, { verb: 'contract-remove', ...own, force: true }, 'eric');
  t.notOk(gone['domains/s3/contracts/paths.yaml']);
  t.equal(gone['domains/s3/bindings/aperture.yaml'], 'repo: aperture\nrole: provider\n');
  t.not(
    (
      await judge(
        announced,
        { ...announced, ...gone, 'domains/s3/contracts/paths.yaml': undefined as never },
        'eric@example.com',
      )
    ).length,
    0,
    'and the server takes it no earlier',
  );

  const free = await only(
    t,
    files,
    { verb: 'import-remove', domain: 's3', contract: 'paths', repo: 'fungal' },
    'fun',
  );
  t.equal(free['domains/s3/bindings/f.yaml'], 'repo: fungal\nrole: consumer\n');
  const withdrawn = await only(t, free, { verb: 'contract-remove', ...own, force: false }, 'eric');
  t.notOk(withdrawn['domains/s3/contracts/paths.yaml'], 'what nobody imports goes at once');
});

t.test('a domain is removed with everything in it, and not while somebody needs it', async (t) => {
  const drop = { verb: 'domain-drop', domain: 's3', repo: 'aperture', by: 'eric@example.com' };
  await t.rejects(make(files, drop), { code: 'still-needed', message: /fungal \(s3\/paths/ });
  const free = { ...files, 'domains/s3/bindings/f.yaml': 'repo: fungal\nrole: consumer\n' };
  const after = await make(free, drop);
  t.same(
    Object.keys(after).filter((path) => path.startsWith('domains/s3/')),
    [],
  );
  t.same(await judge(free, after, 'eric@example.com'), []);
  t.not(
    (await judge(free, after, 'mole@example.com')).length,
    0,
    "another member does not take away eric's contract",
  );
  await t.rejects(make(free, { ...drop, repo: 'mole', by: 'mole@example.com' }), { code: 'member-in-use' });
  const last = {
    ...files,
    'domains/old/domain.yaml': 'name: old\nmembers: [mole]\n',
    'domains/old/bindings/mole.yaml': 'repo: mole\nrole: consumer\n',
  };
  const emptied = await make(last, {
    verb: 'domain-remove',
    domain: 'old',
    repos: ['mole'],
    by: 'mole@example.com',
  });
  t.notOk(
    Object.keys(emptied).some((path) => path.startsWith('domains/old/')),
    'with its last member it goes',
  );
  t.same(await judge(last, emptied, 'mole@example.com'), []);
});
