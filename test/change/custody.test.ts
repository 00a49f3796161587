import t from 'tap';
import { heldBy, mayTakeOver, strokeProblem } from '../../lib/change/custody.ts';
import type { JournalRecord } from '../../lib/change/types.ts';
import { realmView } from '../helpers/values/realm-view.ts';

const [eric, mara, fun] = ['eric@example.com', 'mara@example.com', 'fun@example.com'];
const model = realmView({
  'realm.yaml': 'name: r\nversion: "1.0.0"\ngovernance: { approvers: [boss@example.com] }\n',
  'repos/a.yaml': `name: a\nmaintainers: [${eric}, ${mara}]\n`,
  'repos/b.yaml': `name: b\nformerly: [old]\nmaintainers: [${eric}, ${mara}, ${fun}]\n`,
  'repos/c.yaml': 'name: c\nmaintainers: []\n',
});

const record = (repos: (string | null)[], more: object = {}): JournalRecord =>
  ({
    format: 1,
    id: 'abcd',
    at: '2026-01-01T00:00:00Z',
    by: eric,
    verb: 'push',
    branch: 'x',
    args: {},
    state: 'running',
    steps: repos.map((repo) => ({
      id: `push:${repo}`,
      repo,
      effect: { kind: 'push' },
      after: [],
      state: 'todo',
    })),
    ...more,
  }) as unknown as JournalRecord;

t.test('who maintains every repo of an operation may take it over', async (t) => {
  const cases: [repos: (string | null)[], who: string, may: boolean][] = [
    [['a', 'b', null], mara, true],
    [['a', 'b'], fun, false],
    [['old'], fun, true],
    [['c'], 'boss@example.com', true],
    [['a'], 'boss@example.com', false],
    [[null], mara, false],
    [['gone'], mara, false],
  ];
  for (const [repos, who, may] of cases)
    t.equal(mayTakeOver(model, record(repos), who), may, `${repos}: ${who}`);
});

t.test('taking over is written down once', async (t) => {
  const taken = heldBy(record(['a']), mara, '2026-01-02T00:00:00Z');
  t.same(taken.taken_over, [{ by: mara, at: '2026-01-02T00:00:00Z' }]);
  t.equal(heldBy(taken, mara, '2026-01-03T00:00:00Z'), taken);
  t.equal(heldBy(record(['a']), 'ERIC@example.com', 'x').taken_over, undefined, 'nor by its author');
});

t.test('a stroke of a journal is refused in words', async (t) => {
  const was = record(['a', 'b']);
  const stroke = (is: JournalRecord, actor: string, before: JournalRecord | null = was) =>
    strokeProblem(model, { was: before, is, begunBy: eric, actor });
  t.equal(stroke(was, eric, null), null);
  t.match(stroke(record(['a'], { by: mara }), eric, null), /the author of its journal is 'mara/);
  t.match(stroke(was, mara, null), /not 'mara@/, 'nor where the state before cannot be read');
  t.equal(stroke(record(['a', 'b'], { state: 'done' }), eric), null);
  t.match(stroke(record(['a']), eric), /changes the plan of the operation/);
  t.match(stroke(record(['a', 'b'], { at: 'soon' }), eric), /no date/);
  t.equal(stroke(heldBy(was, mara, 'x'), mara), null);
  t.match(stroke(heldBy(was, fun, 'x'), fun), /'fun@example\.com' is neither/);
  t.match(stroke(was, mara), /does not record that 'mara@/);
  t.match(stroke(heldBy(was, eric.toUpperCase().replace('ERIC', 'mara'), 'x'), fun), /in the name of/);
  t.match(stroke(was, eric, heldBy(was, mara, 'x')), /omits who took it over/);
  const over = record(['a', 'b'], { state: 'done' });
  t.match(stroke(heldBy(over, mara, 'x'), mara, over), /has ended/);
});
