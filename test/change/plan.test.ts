import t from 'tap';
import type { MergePlan } from '../../lib/change/order.ts';
import { planCommits } from '../../lib/change/plan/commits.ts';
import { type MergePlace, planMerges } from '../../lib/change/plan/merges.ts';
import { type PullPlace, planPulls } from '../../lib/change/plan/pulls.ts';
import { planRemoval } from '../../lib/change/plan/removal.ts';
import { planWorktrees, type WorktreePlace } from '../../lib/change/plan/worktrees.ts';
import type { Plan } from '../../lib/change/types.ts';
import type { TrackedChange } from '../../lib/realm/change-sets.ts';
import type { WorktreeFile } from '../../lib/realm/types.ts';

const at = '2026-01-24T10:00:00Z';
const by = 'eric@example.com';
const heads = { op: { id: 'one', at, by }, undo: { id: 'two', at, by } };
const branch = 'feat/metrics';
const oid = 'a'.repeat(40);
const tracked = (repos: WorktreeFile['repos'], more: Partial<WorktreeFile> = {}): TrackedChange => ({
  path: `worktrees/${branch}.yaml`,
  file: { name: branch, domains: ['data'], repos, ...more } as WorktreeFile,
});
const order = (repos: readonly string[], blockedBy: [string, string[]][] = []): MergePlan => ({
  order: [...repos],
  blockedBy: new Map(blockedBy),
  edges: [],
  problems: [],
  unproved: [],
  split: [],
});
const ids = ({ steps }: Plan): string[] => steps.map(({ id }) => id);
const last = ({ steps }: Plan) => steps.at(-1);

t.test('worktrees: only what is missing is made, and tracked where that is news', async (t) => {
  const asked = { branch, rfc: null, domains: ['data'], args: {}, tracks: true };
  const place = (repo: string, there: boolean): WorktreePlace => ({
    ...{ repo, target: `/w/${repo}`, base: oid, there, from: 'new' },
  });
  const both = planWorktrees(asked, [place('a', false), place('b', true)], undefined, heads);
  t.same(ids(both), ['worktree:a', 'realm:open']);
  t.match(last(both), {
    after: ['worktree:a'],
    effect: { op: { id: 'one', repos: ['a', 'b'] }, undo: { id: 'two', what: 'all' } },
  });
  const known = tracked([{ name: 'a' }]);
  t.match(last(planWorktrees(asked, [place('a', true), place('b', false)], known, heads)), {
    effect: { undo: { what: 'repos', repos: ['b'] } },
  });
  t.same(ids(planWorktrees(asked, [place('a', true)], known, heads)), [], 'all is there');
  const wider = { ...asked, domains: ['data', 'images'] };
  t.same(ids(planWorktrees(wider, [place('a', true)], known, heads)), ['realm:open'], 'one more domain');
  const silent = planWorktrees({ ...asked, tracks: false }, [place('c', false)], known, heads);
  t.same(ids(silent), ['worktree:c'], 'only what is there is taken up');
});

t.test('removal: the realm is told of the repos that are here, and what they were', async (t) => {
  const change = tracked([{ name: 'a' }, { name: 'b', status: 'merged' }, { name: 'c', status: 'removed' }]);
  const plan = planRemoval(change, ['a', 'b', 'c'], [{ repo: 'a', at: null, tip: oid }], false, heads);
  t.same(ids(plan), ['worktree-remove:a', 'realm:status']);
  t.match(last(plan), {
    effect: {
      op: { statuses: { a: 'removed', b: 'removed' } },
      undo: { statuses: { a: 'active', b: 'merged', c: 'removed' } },
    },
  });
  t.notMatch(last(plan), { effect: { op: { statuses: { c: 'removed' } } } });
  t.same(ids(planRemoval(change, ['c'], [], false, heads)), []);
});

t.test('commits: linked to those that may be named, and only where there are two', async (t) => {
  const touched = (repo: string, siblings: string[]) => ({ repo, head: oid, index: oid, count: 2, siblings });
  const asked = { branch, message: 'Add', change: 'I123456789', link: true, args: {}, tracks: true };
  const plan = planCommits(asked, [touched('a', ['b']), touched('b', ['a']), touched('c', [])], heads);
  t.same(ids(plan), ['commit:a', 'commit:b', 'commit:c', 'link:a', 'link:b', 'realm:commit']);
  t.match(last(plan), {
    after: ['commit:a', 'commit:b', 'commit:c', 'link:a', 'link:b'],
    effect: { op: { linked: true, counts: { a: 3 }, commits: { a: { $from: 'commit:a', $key: 'oid' } } } },
  });
  t.same(ids(planCommits(asked, [touched('a', ['b'])], heads)), ['commit:a', 'realm:commit']);
  t.match(last(planCommits({ ...asked, link: false }, [touched('a', ['b']), touched('b', [])], heads)), {
    effect: { op: { linked: false } },
  });
});

t.test('pull requests: opened or updated, never those that are merged', async (t) => {
  const base = { base: 'main', elsewhere: true, landed: false, visible: ['a', 'b', 'c', 'd'] };
  const open = { number: 7, url: 'https://forge/a/7', title: 'By hand', state: 'open' as const };
  const places: PullPlace[] = [
    { ...base, repo: 'a', known: open },
    { ...base, repo: 'b', known: { ...open, state: 'closed' }, visible: ['b'] },
    { ...base, repo: 'c', known: { ...open, number: 9, state: 'merged' } },
    { ...base, repo: 'd', known: null, landed: true },
  ];
  const asked = { draft: false, reviewers: [], labels: [] };
  const merges = order(['a', 'b', 'c', 'd'], [['b', ['a']]]);
  const plan = planPulls(tracked([]), places, merges, asked, heads);
  t.same(ids(plan), ['pull:a', 'pull:b', 'pull-block:a', 'pull-block:b', 'realm:pulls']);
  t.match(plan.steps[0]?.effect, { before: { number: 7 }, title: 'By hand' }, 'a title that is there stays');
  t.match(plan.steps[1]?.effect, { before: null, title: branch }, 'a closed one is opened anew');
  const named = planPulls(tracked([]), places, merges, { ...asked, title: 'Mine' }, heads);
  t.match(named.steps[0]?.effect, { title: 'Mine' });
  t.match(plan.steps[3]?.effect, { block: /\{#b\}/ });
  t.notMatch(plan.steps[3]?.effect, { block: /\{#a\}/ }, 'what may not be named is not');
  t.match(last(plan), {
    effect: {
      op: {
        prs: [
          { repo: 'a', number: { $from: 'pull:a' }, blocked_by: [] },
          { repo: 'b', number: { $from: 'pull:b' }, blocked_by: ['a'] },
          { repo: 'c', number: 9 },
          { repo: 'd', number: null },
        ],
      },
      undo: { what: 'prs' },
    },
  });
  t.match(last(planPulls(tracked([], { prs: [] }), places, merges, asked, heads)), {
    effect: { undo: null },
  });
});

t.test('merges: each after what blocks it, then the texts, then the realm', async (t) => {
  const place = (repo: string, pending: MergePlace['pending']): MergePlace => ({
    ...{ repo, number: 1, url: null, pending, visible: ['a', 'b'] },
  });
  const pending = { base: 'main', sha: oid };
  const asked = { patience: 5, unproved: false };
  const merges = order(['a', 'b'], [['b', ['a']]]);
  const change = tracked([
    { name: 'a', status: 'active' },
    { name: 'b', status: 'active' },
  ]);
  const plan = planMerges(
    branch,
    change,
    { places: [place('a', pending), place('b', pending)], merges },
    asked,
    heads,
  );
  t.same(ids(plan), ['pull-merge:a', 'pull-merge:b', 'pull-block:a', 'pull-block:b', 'realm:merged']);
  t.match(plan.steps[1], { after: ['pull-merge:a'], effect: { sha: oid, patience: 5 } });
  t.match(plan.steps[2]?.effect, { block: /a#1[\s\S]*b#1[\s\S]*Not blocked/ });
  const halfway = planMerges(
    branch,
    change,
    { places: [place('a', null), place('b', pending)], merges },
    asked,
    heads,
  );
  t.match(halfway.steps[0], { id: 'pull-merge:b', after: [] }, 'what is merged blocks nothing');
  const untold = planMerges(
    branch,
    change,
    { places: [place('a', null), place('b', null)], merges },
    asked,
    heads,
  );
  t.same(ids(untold), ['pull-block:a', 'pull-block:b', 'realm:merged'], 'the realm does not know yet');
  const told = tracked([
    { name: 'a', status: 'merged' },
    { name: 'b', status: 'merged' },
  ]);
  t.same(
    ids(planMerges(branch, told, { places: [place('a', null), place('b', null)], merges }, asked, heads)),
    [],
  );
});
