import type { PendingRun } from '../../actions/change/pending-runs.ts';
import type { DriftStatus, ExportStatus, GraceStatus } from '../../actions/contract/export-status.ts';
import { requestWords } from '../../actions/share/share.ts';
import type { ImportStatus, StatusResult } from '../../actions/view/status.ts';
import { causeLines } from '../../causes.ts';
import type { Level } from '../../checkout/levels.ts';
import { counted } from '../../count.ts';
import type { ProofState } from '../../realm/types.ts';
import { REWRITE_HINT, rewriteWords } from '../../store/rewrite.ts';
import { inLines } from '../../visible.ts';
import { paint } from '../terminal.ts';
import { inboxLines } from './inbox.ts';
import { pendingLines } from './pending.ts';

interface Paper {
  colour: boolean;
}

/** `git realm status` for people: what needs attention first, then what is in order, one line each. */
export function statusText(status: StatusResult, paper: Paper): string {
  const lines = [`${paint(paper, 'bold', status.repo)} in realm ${status.realm}${ageWords(status.age)}`];
  for (const operation of [...status.pending].reverse()) {
    const [first = '', ...rest] = pendingLines(operation);
    lines.unshift(paint(paper, 'yellow', first), ...rest);
  }
  if (status.rewritten !== null)
    lines.unshift(paint(paper, 'red', rewriteWords(status.rewritten)), `  ${REWRITE_HINT}`);
  if (status.awaiting !== null) lines.push(paint(paper, 'yellow', requestWords(status.awaiting)));
  lines.push(...status.unfinished.flatMap((run) => unfinishedLines(run, paper)));
  const inbox = inboxLines(status.inbox, paper);
  if (inbox.length > 0) lines.push('', ...inbox, '  to mark this as seen: git realm inbox');
  if (status.publishing.oid === null) lines.push(`nothing is published: ${status.publishing.why}`);
  for (const problem of status.problems.slice(0, 10)) {
    lines.push(paint(paper, 'red', `realm file ${problem.path}:${problem.line}: ${problem.message}`));
  }
  if (status.domains.length === 0) {
    lines.push('', 'in no domain yet', `  git realm domain create <name> --repos ${status.repo},<other>`);
  }
  if (status.exports.length > 0)
    lines.push('', 'Exports', ...status.exports.flatMap((exported) => exportLines(exported, paper)));
  if (status.imports.length > 0)
    lines.push('', 'Imports', ...status.imports.flatMap((imported) => importLines(imported, paper)));
  return inLines(lines);
}

function unfinishedLines(run: PendingRun, paper: Paper): string[] {
  const command = `git realm ${run.verb.replace('-', ' ')}`;
  const far = `${run.done} of ${counted(run.steps, 'step')} done`;
  return [
    paint(paper, 'yellow', `unfinished: ${command} of ${run.branch}, by ${run.by} on ${run.host} (${far})`),
    run.next === null
      ? `  to continue it there: ${command} --continue`
      : `  ${run.next}, or --abort to undo it`,
  ];
}

function exportLines(status: ExportStatus, paper: Paper): string[] {
  const name = `${status.domain}/${status.contract} ${status.version}`;
  const lines = [
    status.drift.length === 0
      ? `  ${name}: ${quietWords(status)}`
      : `  ${name}: ${paint(paper, 'yellow', 'the code has changed')}`,
  ];
  // Code that is older than what was published says nothing new: the pull comes first.
  const told =
    status.behind === null ? status.drift : status.drift.filter((drift) => !drift.levels.includes('tip'));
  for (const drift of told) lines.push(...driftLines(drift, paper));
  if (status.drift.length > 0) {
    const who = status.affected.map((consumer) => `${consumer.repo} (${consumer.range})`);
    lines.push(`    affects ${who.join(', ') || 'no consumers yet'}`);
    lines.push(...status.impact.map((line) => `    ${line}`));
    if (status.draft !== null) lines.push(`    draft ${status.draft.slice(0, 12)}`);
    if (status.behind !== null) lines.push(`    ${status.behind}`);
    else if (status.ahead)
      lines.push(
        `    ahead: ${status.version} stays published until the change is approved: git realm proposals`,
      );
    else lines.push(`    ${nextStep(status)}`);
  }
  if (status.effectiveAt !== null)
    lines.push(
      `    ${status.version} takes effect at ${status.effectiveAt}: until then the previous version stays valid`,
      ...graceLines(status.grace),
    );
  for (const gone of status.missing) {
    const step =
      gone.renamedTo === null
        ? ''
        : `, renamed to ${gone.renamedTo}: git realm export --name ${status.contract} --source ${gone.renamedTo}`;
    lines.push(paint(paper, 'yellow', `    source ${gone.path} is missing${step}`));
  }
  // As with drift, what levels have in common is reported once, of the one that is furthest from the editor.
  const furthest = new Map(status.failed.map(({ level, why }) => [why, level]));
  for (const [why, level] of furthest) lines.push(paint(paper, 'red', `    ${words[level]}: ${why}`));
  lines.push(...causeLines(status.unresolved, 5).map((line) => `    ${line}`));
  return lines;
}

/** Whom the countdown waits for. */
function graceLines(grace: GraceStatus | null): string[] {
  if (grace === null) return [];
  const unread =
    grace.problem === null ? [] : [`    acknowledgements are ignored: ${grace.problem} (git realm doctor)`];
  if (grace.ready.length + grace.missing.length === 0) return unread;
  const ready = grace.ready.length === 0 ? '' : `; ${grace.ready.join(', ')} ready`;
  return grace.missing.length === 0
    ? ['    all consumers are ready: to put it in effect, git realm sync']
    : [`    waits for ${grace.missing.join(', ')}${ready}`, ...unread];
}

function quietWords(status: ExportStatus): string {
  if (!status.watched) return 'written manually, not watched';
  if (status.failed.length > 0) return 'cannot be read';
  return status.missing.length > 0 ? 'source file missing' : 'matches the code';
}

const words: Record<Level, string> = {
  worktree: 'work tree',
  index: 'staged',
  head: 'committed, not pushed',
  tip: 'published, not synced',
};

function driftLines(drift: DriftStatus, paper: Paper): string[] {
  const deepest = drift.levels.at(-1) ?? 'worktree';
  const bad = drift.verdict === 'breaking' || drift.verdict === 'unknown';
  const verdict = paint(paper, bad ? 'red' : 'green', drift.verdict);
  const lines = [`    ${words[deepest]}: ${verdict}, would be ${drift.next}`];
  if (bad && drift.reason !== null) lines.push(`      ${drift.reason}`);
  for (const change of drift.changes.slice(0, 20)) {
    const sign = change.kind === 'added' ? '+' : change.kind === 'removed' ? '-' : '~';
    const key = change.pointer.split('/')[1] ?? '';
    const subject = typeof change.subject === 'string' ? change.subject : JSON.stringify(change.subject);
    const style = change.kind === 'removed' ? 'red' : 'green';
    const at = change.at.length > 0 ? `  ${paint(paper, 'dim', change.at.join(' '))}` : '';
    lines.push(`      ${paint(paper, style, `${sign} ${subject}`)}${key === '' ? '' : ` (${key})`}${at}`);
  }
  if (drift.changes.length > 20) lines.push(`      and ${drift.changes.length - 20} more`);
  return lines;
}

function nextStep({ drift, needsApproval }: ExportStatus): string {
  const levels = new Set(drift.flatMap((status) => status.levels));
  const before = levels.has('tip') ? '' : levels.has('head') ? 'git push, then ' : 'commit and push, then ';
  return `${before}git realm sync ${needsApproval ? 'proposes it (breaking changes need approval)' : 'publishes it'}`;
}

/** Lines of a changelog that nobody has to act on. */
const MOST_NEWS = 10;

/** What showed that a binding goes with its contract: a reading of it, a person or a change of the file, or one with a gap. */
const proofWord = (proof: ProofState, paper: Paper): string =>
  paint(paper, ({ proved: 'green', unproved: 'yellow', failing: 'red' } as const)[proof], proof);

function importLines(status: ImportStatus, paper: Paper): string[] {
  const name = `${status.domain}/${status.contract} ${status.range}`;
  if (status.state === 'current')
    return [
      `  ${name}: ${paint(paper, 'green', 'current')} at ${status.resolved}, ${proofWord(status.proof, paper)}`,
      ...(status.reason === null ? [] : [`    news: ${status.reason}; no action needed`]),
      ...status.changes.slice(0, MOST_NEWS).map((change) => `    ${change}`),
      ...(status.changes.length > MOST_NEWS
        ? [`    and ${status.changes.length - MOST_NEWS} more: git realm diff ${status.contract}`]
        : []),
    ];
  const until = status.breaksInDays === null ? '' : `, breaks in ${counted(status.breaksInDays, 'day')}`;
  const step =
    status.published === null
      ? 'gone'
      : status.resolved === status.published
        ? `at ${status.published}: ${status.reason}`
        : `${status.resolved ?? 'never resolved'} → ${status.published} available`;
  return [
    `  ${name}: ${paint(paper, status.state === 'broken' ? 'red' : 'yellow', status.state)}${until}, ${step}`,
    ...(status.state === 'broken' ? [`    ${status.reason}`] : []),
    ...(status.binding === null ? [] : [`    binding ${status.binding}`]),
    ...status.changes.slice(0, 20).map((change) => `    ${change}`),
    ...graceLines(status.grace),
    status.state === 'broken'
      ? '    ask its owner, or change the range: git realm import'
      : `    update the binding for ${status.published}, push, then git realm sync${status.grace === null ? '' : ' (if ready early: git realm ack)'}`,
  ];
}

function ageWords(age: number | null): string {
  if (age === null) return '';
  const minutes = Math.floor(age / 60_000);
  if (minutes < 1) return ' (fetched just now)';
  if (minutes < 120) return ` (fetched ${minutes} min ago)`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? ` (fetched ${hours} h ago)`
    : ` (fetched ${Math.floor(hours / 24)} days ago: git realm fetch)`;
}
