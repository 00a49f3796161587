import type { Committed } from '../../actions/change/commit.ts';
import type { ChangeRun } from '../../actions/change/drive.ts';
import type { AdoptResult } from '../../actions/change/pulls/adopt.ts';
import type { OrdersRefreshed } from '../../actions/change/pulls/refresh.ts';
import type { RevertResult } from '../../actions/change/pulls/revert.ts';
import type { PullShown, PullsResult } from '../../actions/change/pulls/shown.ts';
import type { PullStatus } from '../../actions/change/pulls/status.ts';
import type { Pushed } from '../../actions/change/push.ts';
import type { WorktreesAdded } from '../../actions/change/worktree.ts';
import type { ListedChange } from '../../actions/change/worktree-list.ts';
import { sharedWords } from '../../actions/share/share.ts';
import { counted } from '../../count.ts';
import { inLines } from '../../visible.ts';

/** What a run did, what it could not do, and what to type then. */
export function runText(run: ChangeRun, nothing: string, undoing = false): string {
  if (run.steps.length === 0) return nothing;
  if (run.dryRun) {
    const heading = undoing ? `would undo in ${run.branch}:` : 'would do:';
    return inLines([heading, ...run.steps.map((step) => `  ${step.words}`)]);
  }
  const lines = run.steps
    .filter((step) => step.state === 'done' || step.state === 'undone')
    .map((step) => `${step.state === 'undone' ? 'undid: ' : ''}${step.words}`);
  return inLines([...lines, ...troubleLines(run)]);
}

function troubleLines(run: ChangeRun): string[] {
  const lines = run.steps
    .filter((step) => step.state === 'failed')
    .map((step) => `failed: ${step.words}: ${step.error}`);
  const waiting = run.steps.filter((step) => step.state === 'todo' && !run.dryRun);
  if (waiting.length > 0 && !run.done)
    lines.push(`not done: ${waiting.map((step) => step.words).join('; ')}`);
  const shared = sharedWords(run.shared);
  if (shared !== null) lines.push(shared);
  if (!run.done && !run.dryRun) {
    const command = run.verb.replace('-', ' ');
    lines.push(
      `when it is fixed: git realm ${command} --continue; to undo everything: git realm ${command} --abort`,
    );
  }
  return lines;
}

/** `git realm worktree`: the branch, and where it is checked out. */
export function worktreesText(result: WorktreesAdded): string {
  if (result.dryRun) return runText(result, `all worktrees of ${result.branch} already exist`);
  const failed = new Set(result.steps.filter((step) => step.state === 'failed').map((step) => step.repo));
  const lines = [`change set ${result.branch}`];
  for (const worktree of result.worktrees) {
    if (failed.has(worktree.repo)) continue;
    lines.push(
      `  ${worktree.repo}: ${worktree.path}${worktree.made ? ` (from ${worktree.base.slice(0, 12)})` : ' (already exists)'}`,
    );
  }
  for (const repo of result.invited) lines.push(`  ${repo}: skipped, has not joined`);
  lines.push(...troubleLines(result));
  const [first] = result.worktrees;
  if (result.done && first !== undefined) lines.push(`cd '${result.folder ?? first.path}'`);
  return inLines(lines);
}

/** `git realm worktree list`. */
export function changesText(changes: readonly ListedChange[]): string {
  if (changes.length === 0) return 'no change sets: git realm worktree --rfc <title>';
  return inLines(
    changes.flatMap((change) => [
      `${change.branch}${change.rfc === null ? '' : ` (${change.rfc})`}`,
      ...change.repos.map((repo) => {
        const commits = counted(repo.commits, 'commit');
        const parts = [repo.status, commits, ...(repo.pull === null ? [] : [repo.pull])];
        return `  ${repo.name}: ${parts.join(', ')}${repo.path === null ? '' : `, ${repo.path}`}`;
      }),
    ]),
  );
}

/** `git realm commit`: each repo with its commit and its files. */
export function committedText(result: Committed): string {
  if (result.dryRun) return runText(result, 'nothing to commit');
  const lines: string[] = [];
  for (const commit of result.commits) {
    if (commit.oid === null) continue;
    lines.push(`${commit.repo}: ${commit.oid.slice(0, 12)}`);
    lines.push(...commit.files.slice(0, 20).map((file) => `  ${file}`));
    if (commit.files.length > 20) lines.push(`  and ${commit.files.length - 20} more`);
  }
  for (const repo of result.unchanged) lines.push(`${repo}: no changes`);
  return inLines([...lines, ...troubleLines(result)]);
}

/** `git realm push`. */
export function pushedText(result: Pushed): string {
  const others = [
    ...result.upToDate.map((repo) => `${repo}: up to date`),
    ...result.empty.map((repo) => `${repo}: no commits`),
  ];
  return [runText(result, ''), inLines(others)].filter(Boolean).join('\n');
}

/** `git realm pr` and `pr merge`: the pull requests in their order, and why it is that one. */
export function pullsText(result: PullsResult): string {
  if (result.dryRun) return runText(result, 'nothing to do');
  const lines = pullLines(result.pulls);
  for (const why of result.why) lines.push(`  ${why}`);
  for (const repo of result.empty) lines.push(`${repo}: no commits, no pull request`);
  lines.push(...problemLines(result));
  return inLines([...lines, ...troubleLines(result)]);
}

/** `git realm pr adopt`: what became one change set. */
export function adoptText(result: AdoptResult): string {
  const verb = result.dryRun ? 'would adopt' : 'adopted';
  const lines = result.adopted.map(({ repo, number, title }) => `${verb} ${repo}#${number}: ${title}`);
  const heading = inLines([`change set ${result.branch}`, ...lines]);
  return result.dryRun ? heading : `${heading}\n${pullsText(result)}`;
}

/** `git realm pr revert`: what is reverted, and the pull requests that do it. */
export function revertText(result: RevertResult): string {
  const verb = result.dryRun ? 'would revert' : 'reverts';
  const lines = result.reverted.map(({ repo, number, merge, isGone }) =>
    isGone
      ? `${repo}#${number}: already reverted`
      : `${verb} ${repo}#${number}, merged as ${merge.slice(0, 12)}`,
  );
  return result.dryRun ? inLines(lines) : `${inLines(lines)}\n${pullsText(result)}`;
}

/** `git realm pr status`. */
export function pullStatusText(status: PullStatus): string {
  const lines = [`change set ${status.branch}, in merge order`, ...pullLines(status.pulls)];
  const { answer, why } = status.pause;
  lines.push(
    answer === 'yes'
      ? 'safe to stop here: every import of this change set is covered on the current main branches'
      : answer === 'no'
        ? `not safe to stop here: ${why}`
        : `unknown whether it is safe to stop here: ${why}`,
  );
  const unproved = status.unproved.length > 0 ? ' --unproved' : '';
  lines.push(
    status.next === null ? `next: ${status.waiting}` : `next: git realm pr merge${unproved} (${status.next})`,
  );
  return inLines([...lines, ...problemLines(status)]);
}

const notes = { posted: '', unchanged: ' (unchanged)', refused: ' (not posted)' };

/** `git realm pr refresh`: what was posted on each. */
export function ordersText({ changes }: OrdersRefreshed): string {
  if (changes.length === 0) return 'this repository has no open change set';
  return inLines(
    changes.flatMap(({ branch, posted }) => [
      `change set ${branch}`,
      ...(posted.length === 0 ? ['  no open pull requests on a forge'] : []),
      ...posted.map(
        ({ repo, number, state, description, outcome }) =>
          `  ${repo}#${number}: ${state}: ${description}${notes[outcome]}`,
      ),
    ]),
  );
}

function pullLines(pulls: readonly PullShown[]): string[] {
  return pulls.map((pull, at) => {
    const blocked =
      pull.state === 'open' && pull.blockedBy.length > 0 ? `, after ${pull.blockedBy.join(', ')}` : '';
    const reviews = pull.reviews.map((review) => `${review.author}: ${review.state}`);
    const checks = pull.checks.map((check) => `${check.name}: ${check.state}`);
    const held = pull.state === 'open' && pull.mergeable.answer !== 'yes' ? (pull.mergeable.why ?? '') : '';
    const notes = [...reviews, ...checks, held].filter(Boolean).join('; ');
    const name = pull.number === null ? pull.repo : `${pull.repo}#${pull.number}`;
    return `${at + 1}. ${name} ${pull.draft ? 'draft' : pull.state}${blocked}${pull.url === null ? '' : ` ${pull.url}`}${notes === '' ? '' : ` (${notes})`}`;
  });
}

function problemLines({
  problems,
  unproved,
  split,
  approvals,
}: Pick<PullStatus, 'problems' | 'unproved' | 'split' | 'approvals'>) {
  const doubts = unproved.map(({ repo, contract, why }) => `  ${repo}: ${contract}: ${why}`);
  return [
    ...approvals,
    ...(doubts.length === 0 ? [] : ['not proved safe, merged only with --unproved:', ...doubts]),
    ...(problems.length === 0
      ? []
      : ['no order is safe after every step:', ...problems.map((problem) => `  ${problem}`), ...split]),
  ];
}
