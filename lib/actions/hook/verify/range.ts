import { RealmError } from '../../../errors.ts';
import { listCommits } from '../../../git/rev-list.ts';
import { orIfFatal } from '../../../git/run.ts';
import { contentRefusals } from '../../../governance/refusals.ts';
import type { FileChange } from '../../../governance/rules/step.ts';
import { kindOf } from '../../../realm/kinds.ts';
import { judgedDiff } from '../../../store/raw-diff.ts';
import { readSnapshot } from '../../../store/snapshot.ts';
import type { Store } from '../../../store/store.ts';
import { commitOf, type Judged, MAX_STEPS, no, type Push, type PushedCommit } from './push.ts';

/** More than anybody pushes by hand. */
const MAX_COMMITS = 5000;

/** A tree or note that git's programs do not read alike proves nothing about what it holds. */
export function unreadable(error: unknown): string[] {
  const codes = ['bad-tree', 'bad-note', 'object-missing'];
  if (error instanceof RealmError && codes.includes(error.code)) return [error.message];
  throw error;
}

const MERGED = 'merge commits are not allowed: reapply the change on the tip (git realm sync)';

const REWRITTEN =
  'published history may not be rewritten: new commits must descend from the tip (git realm sync)';

/** The commits from one tip to the next, the oldest first, or why they are not a straight line. */
export async function linear(
  store: Store,
  old: string | null,
  tip: string,
): Promise<PushedCommit[] | string> {
  const not = old === null ? [] : [old];
  const range = { tips: [tip], not, oldestFirst: true, topological: true, most: MAX_COMMITS + 1 };
  const oids = await orIfFatal(listCommits(store.repo, range), null);
  if (oids === null) return 'the history is not linear';
  if (oids.length > MAX_COMMITS) return `more than ${MAX_COMMITS} commits at once`;
  const read = await Promise.all(oids.map((oid) => commitOf(store, oid)));
  if (read.some((commit) => (commit?.parents.length ?? 0) > 1)) return MERGED;
  const commits: PushedCommit[] = [];
  let last = old;
  for (const commit of read) {
    if (commit === null) return 'the history is not linear';
    if ((commit.parents[0] ?? null) !== last) return REWRITTEN;
    commits.push(commit);
    last = commit.oid;
  }
  return last === tip ? commits : REWRITTEN;
}

/** The same for a short line, read without a process of its own: there may be thousands of them in one push. */
export async function upTo(push: Push, old: string | null, tip: string): Promise<PushedCommit[] | string> {
  const commits: PushedCommit[] = [];
  for (let oid: string | null = tip; oid !== old; ) {
    const commit: PushedCommit | null = oid === null ? null : await commitOf(push.store, oid);
    if (oid === null) return REWRITTEN;
    if (commit === null) return 'the history is not linear';
    if (commit.parents.length > 1) return MERGED;
    if (commits.push(commit) > MAX_STEPS || --push.strokes.left < 0)
      return 'too many commits in one push: push them in parts';
    oid = commit.parents[0] ?? null;
  }
  return commits.reverse();
}

/** There are no rules before the first push: anyone who may write to an empty repository founds the realm. */
export async function founding(push: Push, tip: string, range: readonly PushedCommit[]): Promise<Judged> {
  for (const { oid, parents, strange } of range) {
    const why =
      strange ?? (await judgedDiff(push.store, parents[0] ?? null, oid).then(allRead, unreadable))[0];
    if (why !== undefined) return no(why, oid);
  }
  const { model } = await readSnapshot(push.store, tip, { keep: false });
  if (model.realm === undefined) return no('it has no valid realm.yaml', tip);
  const [problem] = model.problems();
  if (problem !== undefined) return no(`'${problem.path}' is not valid: ${problem.message}`, tip);
  const contracts = model
    .domainNames()
    .flatMap((domain) => model.contractNames(domain).map((contract) => ({ domain, contract })));
  const blob = (oid: string) => push.store.objects.info(oid);
  const [content] = await contentRefusals({ after: model, blob }, contracts);
  if (content !== undefined) return no(content, tip);
  return { commits: range.length, refused: [] };
}

/** A file of the realm's own that cannot be read is not empty, no matter who founds it. */
const allRead = (changes: readonly FileChange[]): string[] =>
  changes.flatMap(({ path, to }) =>
    to?.text === null && (kindOf(path) !== undefined || path.startsWith('trust/'))
      ? [`'${path}' ${to.unread}`]
      : [],
  );
