import t, { type Test } from 'tap';
import { type Edits, type Files, story } from '../helpers/values/judge.ts';

const P = 'domains/s3/contracts/paths.yaml';
const B = 'domains/s3/bindings/aperture.yaml';

interface Contract {
  version?: string;
  schema?: string;
  value?: string;
  /** Entries above the first one. */
  log?: string;
  more?: string;
}

const contract = ({ version = '1.0.0', schema = '', value = '', log = '', more = '' }: Contract): string =>
  `name: paths
version: "${version}"
owner: aperture
${schema === '' ? '' : `schema: ${schema}\n`}value: ${value || '{ read: [b, a] }'}
${more}changelog:
${log}- { version: "1.0.0" }
`;
const log = (...versions: string[]) => versions.map((version) => `- { version: "${version}" }\n`).join('');

const realm = (text: string): Files => ({
  'realm.yaml': 'name: acme\nversion: 1.0.0\ngovernance: { approvers: [boss@example.com] }\n',
  'repos/aperture.yaml': 'name: aperture\nmaintainers: [eric@example.com]\n',
  'repos/fungal.yaml': 'name: fungal\nmaintainers: [fun@example.com]\n',
  'repos/mole.yaml': 'name: mole\nmaintainers: [mole@example.com]\n',
  'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture, fungal]\n',
  [P]: text,
  [B]: 'repo: aperture\nrole: provider\nexports:\n- contract: paths\n',
  'domains/s3/bindings/fungal.yaml':
    'repo: fungal\nrole: consumer\nimports:\n- contract: paths\n  version: "^1.0.0"\n',
});

/** Eric's commits, one after another: as many as `taken` pass, the next is refused with these words. */
async function refused(
  t: Test,
  start: Contract,
  taken: number,
  why: RegExp,
  ...states: (Contract | Edits)[]
) {
  const steps = states.map((state) => ({
    by: 'eric',
    edits: Object.keys(state).some((key) => key.includes('/')) ? (state as Edits) : { [P]: contract(state) },
  }));
  const found = await story(realm(contract(start)), steps);
  t.match(found.why.join('\n'), why);
  t.equal(found.taken, taken, `taken before: ${JSON.stringify(states[taken] ?? null).slice(0, 90)}`);
}

const next = (version: string, rest: Contract = {}, ...below: string[]): Contract => ({
  version,
  log: log(version, ...below),
  ...rest,
});

t.test('a promise that grows weaker breaks by itself, before anything changes below it', async (t) => {
  const kind = (annotation: string) => `{ properties: { read: { x-realm: { ${annotation} } } } }`;
  for (const change of ['described', 'compatible'])
    await refused(
      t,
      {},
      0,
      new RegExp(`is lower than 2.0.0: '/read' could now change freely .*${change}`),
      next('1.1.0', { schema: kind(`change: ${change}`) }),
    );
  await refused(
    t,
    {},
    0,
    /is lower than 2\.0\.0/,
    next('1.0.1', { schema: '{ x-realm: { change: described } }' }),
  );
  // By a reference, by allOf, and for all of an object's other keys.
  for (const schema of [
    '{ $defs: { r: { x-realm: { change: described } } }, properties: { read: { $ref: "#/$defs/r" } } }',
    '{ allOf: [{ properties: {} }, { x-realm: { change: described } }] }',
    '{ additionalProperties: { x-realm: { change: compatible } } }',
  ])
    await refused(t, {}, 0, /could now change freely/, next('1.1.0', { schema }));
  // A kind that lets more pass: of the value, and of what lies deeper in a list whose elements stay.
  await refused(
    t,
    { schema: kind('kind: list') },
    0,
    /compared as 'set' instead of 'list'/,
    next('1.1.0', { schema: kind('kind: set') }),
  );
  await refused(
    t,
    { schema: kind('kind: scalar') },
    0,
    /compared as 'set' instead of 'scalar'/,
    next('1.1.0', { schema: '{}' }),
  );
  await refused(
    t,
    {},
    0,
    /compared as 'paths' instead of 'set'/,
    next('1.1.0', { schema: kind('kind: paths, dialect: iam') }),
  );
  const deep = {
    schema: '{ properties: { read: { items: { properties: { x: { x-realm: { kind: list } } } } } } }',
    value: '{ read: [{ x: [2, 1] }] }',
  };
  await refused(
    t,
    deep,
    0,
    /'\/read\/0\/x' is now compared as 'set'/,
    next('1.1.0', { ...deep, schema: '{ properties: { read: { items: {} } } }' }),
  );
  // Where the same text means other places.
  const bucket = (name: string) =>
    `{ x-realm: { bucket: ${name} }, properties: { read: { x-realm: { kind: paths, dialect: glob } } } }`;
  await refused(
    t,
    { schema: bucket('one') },
    0,
    /is lower than 2\.0\.0/,
    next('1.1.0', { schema: bucket('null') }),
  );
  await refused(
    t,
    { schema: bucket('one') },
    0,
    /is lower than 2\.0\.0/,
    next('1.1.0', { schema: bucket('two') }),
  );
});

t.test('a promise that grows stronger, or was weak from the start, breaks nobody', async (t) => {
  const kind = (annotation: string) => `{ properties: { read: { x-realm: { ${annotation} } } } }`;
  const passes = async (start: Contract, ...states: Contract[]) => {
    const steps = states.map((state) => ({ by: 'eric', edits: { [P]: contract(state) } }));
    t.same(await story(realm(contract(start)), steps).then(({ why }) => why), []);
  };
  await passes(
    { schema: kind('change: described') },
    next('1.0.1', { schema: kind('change: described'), value: '{ read: [] }' }),
  );
  await passes({ schema: kind('kind: set') }, next('1.1.0', { schema: kind('kind: list') }));
  await passes({ schema: kind('change: compatible') }, next('1.1.0', { schema: kind('kind: set') }));
  await passes(
    { more: 'compatibility: { forwards: true }\n' },
    next('1.1.0', { schema: kind('kind: list'), more: 'compatibility: { forwards: true }\n' }),
  );
});

t.test('what a schema left out is owed all the same, in steps as at once', async (t) => {
  const schema = '{ type: object, required: [a], properties: { a: { type: string } } }';
  const contrary =
    '{ type: object, required: [zzz], properties: { a: { type: integer }, zzz: { type: number } } }';
  const value = '{ a: x }';
  const start = { schema, value };
  await refused(t, start, 0, /not approved|is lower than/, next('1.1.0', { schema: contrary, value }));
  await refused(
    t,
    start,
    1,
    /is lower than 2\.0\.0/,
    next('1.1.0', { value }),
    next('1.2.0', { schema: contrary, value }, '1.1.0'),
  );
  const bare = '{ type: object, required: [a] }';
  const other = '{ type: object, required: [a], properties: { a: { type: integer } } }';
  await refused(
    t,
    start,
    1,
    /is lower than 2\.0\.0/,
    next('1.1.0', { schema: bare, value }),
    next('1.2.0', { schema: other, value }, '1.1.0'),
  );
  await refused(
    t,
    start,
    2,
    /is lower than 2\.0\.0/,
    next('1.1.0', { value }),
    {
      [P]: null,
      'domains/s3/contracts/p2.yaml': `${contract(next('1.1.0', { value })).replace('name: paths', 'name: p2')}formerly: [paths]\n`,
      [B]: (text) => text.replace('contract: paths', 'contract: p2'),
    },
    {
      'domains/s3/contracts/p2.yaml': `${contract(next('1.2.0', { schema: contrary, value }, '1.1.0')).replace('name: paths', 'name: p2')}formerly: [paths]\n`,
    },
  );
  const back = await story(realm(contract(start)), [
    { by: 'eric', edits: { [P]: contract(next('1.1.0', { value })) } },
    { by: 'eric', edits: { [P]: contract(next('1.2.0', { schema, value }, '1.1.0')) } },
  ]);
  t.same(back.why, [], 'what it said before, it may say again');
});

t.test(
  'a version follows the verdict: no jump without a change, no leaving of the line unasked',
  async (t) => {
    await refused(
      t,
      {},
      0,
      /nothing changed since 1\.0\.0, so there is no new version 9\.0\.0/,
      next('9.0.0'),
    );
    await refused(
      t,
      {},
      0,
      /nothing changed since 1\.0\.0, so there is no new version 1\.0\.1/,
      next('1.0.1'),
    );
    await refused(
      t,
      {},
      0,
      /nothing changed since 1\.0\.0, so there is no new version 2\.0\.0-rc\.1/,
      next('2.0.0-rc.1'),
    );
    await refused(
      t,
      {},
      0,
      /breaking and not approved: 2\.0\.0 does not satisfy '\^1\.0\.0'/,
      next('2.0.0', { value: '{ read: [b, a, c] }' }),
    );
    await refused(
      t,
      {},
      0,
      /breaking and not approved: 2\.0\.0 does not satisfy/,
      next('2.0.0', { more: 'description: other words\n' }),
    );
    await refused(
      t,
      { version: '0.1.0' },
      0,
      /breaking and not approved: 1\.0\.0 does not satisfy '\^0\.1\.0'/,
      { version: '1.0.0' },
    );
    const grown = await story(realm(contract({ version: '1.0.0-rc.1' })), [
      { by: 'eric', edits: { [P]: contract({ version: '1.0.0' }) } },
    ]);
    t.same(grown.why, [], 'a prerelease becomes its release');
  },
);

t.test('a changelog grows by its own version, and time that was given is not taken away', async (t) => {
  const value = '{ read: [b, a, c] }';
  const more = { value, log: log('1.1.0', '1.0.5') };
  await refused(t, {}, 0, /its changelog adds 1\.1\.0, 1\.0\.5/, { version: '1.1.0', ...more });
  await refused(t, {}, 0, /its changelog adds 2\.0\.0/, {
    version: '1.1.0',
    value,
    log: log('2.0.0'),
  });
  await refused(t, {}, 0, /its changelog adds 1\.1\.0/, { log: log('1.1.0') });
  const dated = '- { version: "1.1.0", effective_at: 2020-01-01T00:00:00Z }\n';
  await refused(t, {}, 0, /changes the date of 1\.1\.0 in its changelog/, {
    version: '1.1.0',
    value,
    log: dated,
  });
  const pending = (version: string, below: string, due = '2099-01-01T00:00:00Z') =>
    contract({
      version,
      value: version === '2.0.0' ? '{ read: [b] }' : '{ read: [b, c] }',
      log: below,
      more: `effective_at: ${due}\n`,
    });
  const start = realm(pending('2.0.0', log('2.0.0')));
  const kept = '- { version: "2.0.0", effective_at: 2099-01-01T00:00:00Z }\n';
  const by = async (text: string, rules?: string) =>
    (
      await story(rules === undefined ? start : { ...start, 'realm.yaml': rules }, [
        { by: 'eric', edits: { [P]: text } },
      ])
    ).why.join();
  t.equal(await by(pending('2.1.0', log('2.1.0') + kept)), '', 'an honest one');
  t.match(await by(pending('2.1.0', log('2.1.0', '2.0.5') + kept)), /its changelog adds 2\.1\.0, 2\.0\.5/);
  t.match(await by(pending('2.1.0', log('2.1.0', '2.0.0'))), /rewrites its changelog/);
  const free = 'name: acme\nversion: 1.0.0\ngovernance: { breaking_changes: { require_approval: false } }\n';
  const gone = contract({ version: '3.0.0', value: '{ read: [c] }', log: log('3.0.0') + kept });
  t.match(await by(gone, free), /3\.0\.0 takes effect before 2\.0\.0, which is not in effect yet/);
  for (const due of ['2099-02-30', '2099-02-30T00:00:00Z', '2099-13-01', 'never', '2099'])
    t.match(
      await by(pending('2.0.0', log('2.0.0'), due)),
      new RegExp(`takes effect at '${due}', which is not a date|is not valid`),
    );
  const fresh = await story(realm(contract({})), [
    {
      by: 'eric',
      edits: {
        'domains/s3/contracts/n.yaml':
          'name: n\nversion: "1.0.0"\nowner: aperture\nchangelog: [{ version: "2.0.0" }]\n',
      },
    },
  ]);
  t.match(fresh.why.join(), /its changelog adds 2\.0\.0/);
});

t.test(
  'a contract goes when its owner leaves, not when its binding does; outsiders hold nobody',
  async (t) => {
    const leaves = { [P]: null, [B]: null };
    await refused(t, {}, 0, /cannot be removed: fungal imports it/, leaves);
    await refused(t, {}, 0, /cannot be removed: fungal imports it/, {
      [P]: null,
      [B]: 'repo: aperture\nrole: provider\n',
    });
    const outside = {
      ...realm(contract({})),
      'domains/s3/bindings/fungal.yaml': 'repo: fungal\nrole: consumer\n',
      'domains/s3/bindings/mole.yaml':
        'repo: mole\nrole: consumer\nimports:\n- { contract: paths, version: "*" }\n',
    };
    const away = { [P]: null, [B]: 'repo: aperture\nrole: provider\n' };
    t.same((await story(outside, [{ by: 'eric', edits: away }])).why, [], 'somebody who is no member');
    const left = {
      ...realm(contract({})),
      'repos/fungal.yaml': 'name: fungal\nmaintainers: [fun@example.com]\nstatus: left\n',
    };
    t.same((await story(left, [{ by: 'eric', edits: away }])).why, [], 'somebody who has left');
  },
);
