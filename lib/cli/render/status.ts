import type { PendingRun } from '../../actions/change/pending-runs.ts';
import type { DriftStatus, ExportStatus, GraceStatus } from '../../actions/contract/export-status.ts';
import { requestWords } from '../../actions/share/share.ts';
import type { ImportStatus, StatusResult } from '../../actions/view/status.ts';
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
  for (const one of [...status.pending].reverse()) {
    const [first = '', ...rest] = pendingLines(one);
    lines.unshift(paint(paper, 'yellow', first), ...rest);
  }
  if (status.rewritten !== null)
    lines.unshift(paint(paper, 'red', rewriteWords(status.rewritten)), `  ${REWRITE_HINT}`);
  if (status.awaiting !== null) lines.push(paint(paper, 'yellow', requestWords(status.awaiting)));
  lines.push(...status.unfinished.flatMap((one) => unfinishedLines(one, paper)));
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
    lines.push('', 'Exports', ...status.exports.flatMap((one) => exportLines(one, paper)));
  if (status.imports.length > 0)
    lines.push('', 'Imports', ...status.imports.flatMap((one) => importLines(one, paper)));
  return inLines(lines);
}

function unfinishedLines(one: PendingRun, paper: Paper): string[] {
  const command = `git realm ${one.verb.replace('-', ' ')}`;
  const far = `${one.done} of ${counted(one.steps, 'step')} done`;
  return [
    paint(paper, 'yellow', `unfinished: ${command} of ${one.branch}, by ${one.by} on ${one.host} (${far})`),
    one.next === null
      ? `  to continue it there: ${command} --continue`
      : `  ${one.next}, or --abort to undo it`,
  ];
}

function exportLines(one: ExportStatus, paper: Paper): string[] {
  const name = `${one.domain}/${one.contract} ${one.version}`;
  const lines = [
    one.drift.length === 0
      ? `  ${name}: ${quietWords(one)}`
      : `  ${name}: ${paint(paper, 'yellow', 'the code has changed')}`,
  ];
  // Code that is older than what was published says nothing new: the pull comes first.
  const told = one.behind === '' ? one.drift : one.drift.filter((drift) => !drift.levels.includes('tip'));
  for (const drift of told) lines.push(...driftLines(drift, paper));
  if (one.drift.length > 0) {
    const who = one.affected.map((consumer) => `${consumer.repo} (${consumer.range})`);
    lines.push(`    affects ${who.join(', ') || 'no consumers yet'}`);
    lines.push(...one.impact.map((line) => `    ${line}`));
    if (one.draft !== null) lines.push(`    draft ${one.draft.slice(0, 12)}`);
    if (one.behind !== '') lines.push(`    ${one.behind}`);
    else if (one.ahead)
      lines.push(
        `    ahead: ${one.version} stays published until the change is approved: git realm proposals`,
      );
    else lines.push(`    ${nextStep(one)}`);
  }
  if (one.effectiveAt !== null)
    lines.push(
      `    ${one.version} takes effect at ${one.effectiveAt}: until then the previous version stays valid`,
      ...graceLines(one.grace),
    );
  for (const gone of one.missing) {
    const step =
      gone.renamedTo === null
        ? ''
        : `, renamed to ${gone.renamedTo}: git realm export --name ${one.contract} --source ${gone.renamedTo}`;
    lines.push(paint(paper, 'yellow', `    source ${gone.path} is missing${step}`));
  }
  // As with drift, what levels have in common is reported once, of the one that is furthest from the editor.
  const furthest = new Map(one.failed.map(({ level, why }) => [why, level]));
  for (const [why, level] of furthest) lines.push(paint(paper, 'red', `    ${words[level]}: ${why}`));
  for (const part of one.unresolved.slice(0, 5))
    lines.push(`    not resolved: ${part.path}:${part.line}: ${part.why}`);
  if (one.unresolved.length > 5) lines.push(`    and ${one.unresolved.length - 5} more not resolved`);
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

function quietWords(one: ExportStatus): string {
  if (!one.watched) return 'written manually, not watched';
  if (one.failed.length > 0) return 'cannot be read';
  return one.missing.length > 0 ? 'source file missing' : 'matches the code';
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
  if (bad && drift.reason !== '') lines.push(`      ${drift.reason}`);
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
  const levels = new Set(drift.flatMap((one) => one.levels));
  const before = levels.has('tip') ? '' : levels.has('head') ? 'git push, then ' : 'commit and push, then ';
  return `${before}git realm sync ${needsApproval ? 'proposes it (breaking changes need approval)' : 'publishes it'}`;
}

/** Lines of a changelog that nobody has to act on. */
const MOST_NEWS = 10;

/** What showed that a binding goes with its contract: a reading of it, a person or a change of the file, or one with a gap. */
const proofWord = (proof: ProofState, paper: Paper): string =>
  paint(paper, ({ proved: 'green', unproved: 'yellow', failing: 'red' } as const)[proof], proof);

function importLines(one: ImportStatus, paper: Paper): string[] {
  const name = `${one.domain}/${one.contract} ${one.range}`;
  if (one.state === 'current')
    return [
      `  ${name}: ${paint(paper, 'green', 'current')} at ${one.resolved}, ${proofWord(one.proof, paper)}`,
      ...(one.reason === '' ? [] : [`    news: ${one.reason}; no action needed`]),
      ...one.changes.slice(0, MOST_NEWS).map((change) => `    ${change}`),
      ...(one.changes.length > MOST_NEWS
        ? [`    and ${one.changes.length - MOST_NEWS} more: git realm diff ${one.contract}`]
        : []),
    ];
  const until = one.breaksInDays === null ? '' : `, breaks in ${counted(one.breaksInDays, 'day')}`;
  const step =
    one.published === null
      ? 'gone'
      : one.resolved === one.published
        ? `at ${one.published}: ${one.reason}`
        : `${one.resolved ?? 'never resolved'} → ${one.published} available`;
  return [
    `  ${name}: ${paint(paper, one.state === 'broken' ? 'red' : 'yellow', one.state)}${until}, ${step}`,
    ...(one.state === 'broken' ? [`    ${one.reason}`] : []),
    ...(one.binding === null ? [] : [`    binding ${one.binding}`]),
    ...one.changes.slice(0, 20).map((change) => `    ${change}`),
    ...graceLines(one.grace),
    one.state === 'broken'
      ? '    ask its owner, or change the range: git realm import'
      : `    update the binding for ${one.published}, push, then git realm sync${one.grace === null ? '' : ' (if ready early: git realm ack)'}`,
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
