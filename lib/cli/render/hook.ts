import type { HookDrift, HookReport } from '../../actions/hook/hook-report.ts';
import { causeLines } from '../../causes.ts';
import { counted } from '../../count.ts';
import { inLines } from '../../visible.ts';
import { stepWords } from './step.ts';

/** What a hook says, on standard error, a few lines; nothing where there is nothing to know. */
export function hookText(report: HookReport, hook: string): string {
  const lines = summaries(report.drift);
  if (report.refuse && hook === 'pre-push')
    lines.push(
      'git realm: the push is refused (realm.guardPush) until this change is approved: git realm proposals',
    );
  else if (report.refuse && hook === 'pre-applypatch')
    lines.push(
      'git realm: the patch is refused (realm.drift = block); to apply it anyway: git -c realm.drift=warn am --continue',
    );
  else if (report.refuse)
    lines.push(
      'git realm: the commit is refused (realm.drift = block); to commit anyway: git commit --no-verify',
    );
  for (const publication of report.published) {
    const name = `${publication.domain}/${publication.contract}`;
    if (publication.outcome === 'published')
      lines.push(
        `git realm: published ${name} ${publication.from} → ${publication.version} (${publication.verdict})`,
      );
    else if (publication.outcome !== 'behind')
      lines.push(`git realm: not published: ${name}: ${publication.why}`);
  }
  for (const entry of report.stale) {
    const step = stepWords(entry.from, entry.version);
    lines.push(
      `git realm: ${entry.state} import ${entry.domain}/${entry.contract} ${step}: git realm status (${hook})`,
    );
  }
  return inLines(lines);
}

/** So many changes are reported in full; the rest is counted. */
const MOST = 10;

/** What changes in the same way, as contracts read from one source do, is reported once for all of them. */
function summaries(drift: readonly HookDrift[]): string[] {
  const groups = new Map<string, HookDrift[]>();
  for (const told of drift) {
    const key = JSON.stringify(wayOf(told));
    groups.set(key, [...(groups.get(key) ?? []), told]);
  }
  const all = [...groups.values()];
  const rest = all.slice(MOST).flat().length;
  return [
    ...all.slice(0, MOST).flatMap(groupLines),
    ...(rest === 0 ? [] : [`git realm: and ${counted(rest, 'more contract')}: git realm status`]),
  ];
}

/** In which way a contract changes: everything reported about it but its name, its versions, and whom it concerns. */
function wayOf(told: HookDrift): unknown {
  // Where a source went is reported with a command for one contract.
  if (told.export.missing.length > 0) return told;
  const { export: own, unread, lines, at, waiting } = told;
  return [unread, lines, at, waiting, verdictOf(told), own.behind, own.unresolved];
}

/** What publishing it would mean, at the one level that the hook looks at. */
function verdictOf({ export: own }: HookDrift): { verdict: string; reason: string | null } {
  const [drift] = own.drift;
  return { verdict: drift?.verdict ?? 'unknown', reason: drift?.reason ?? null };
}

function groupLines(group: readonly HookDrift[]): string[] {
  const [first] = group;
  if (first === undefined) return [];
  if (group.length === 1) return driftLines(first, headline(first));
  const names = group
    .slice(0, MOST)
    .map((told) => `${nameOf(told)}${told.unread === null ? ` (would be ${nextOf(told)})` : ''}`);
  const more = group.length > MOST ? `, and ${group.length - MOST} more` : '';
  const head =
    first.unread === null
      ? `git realm: this commit changes ${group.length} contracts (${verdictOf(first).verdict})`
      : `git realm: with this commit ${group.length} contracts cannot be read: ${first.unread}`;
  const affected = group.flatMap((told) => told.export.affected);
  const together = {
    ...first.export,
    affected: affected.filter(
      (consumer, n) =>
        affected.findIndex(({ repo, range }) => repo === consumer.repo && range === consumer.range) === n,
    ),
    impact: [...new Set(group.flatMap((told) => told.export.impact))],
  };
  return driftLines({ ...first, export: together }, [head, `  ${names.join(', ')}${more}`]);
}

const nameOf = ({ export: { domain, contract, version } }: HookDrift): string =>
  `${domain}/${contract} ${version}`;

const nextOf = ({ export: own }: HookDrift): string => own.drift[0]?.next ?? own.version;

const headline = (told: HookDrift): string[] =>
  told.unread === null
    ? [
        `git realm: this commit changes ${nameOf(told)} (${verdictOf(told).verdict}, would be ${nextOf(told)})`,
      ]
    : [`git realm: with this commit ${nameOf(told)} cannot be read: ${told.unread}`];

function driftLines(told: HookDrift, head: readonly string[]): string[] {
  const { export: own, lines: changes, at, waiting } = told;
  const { verdict, reason } = verdictOf(told);
  const lines = [...head];
  if (reason !== null && /^(?:breaking|unknown)$/.test(verdict)) lines.push(`  ${reason}`);
  for (const line of changes.slice(0, MOST)) lines.push(`  ${line}`);
  if (changes.length > MOST)
    lines.push(`  and ${changes.length - MOST} more: git realm diff ${own.contract}`);
  if (waiting > 0)
    lines.push(
      `  ${counted(waiting, 'earlier change waits', 'earlier changes wait')} to be published: git realm status`,
    );
  if (at.length > 0) lines.push(`  at ${at.slice(0, 5).join(' ')}`);
  if (own.behind !== null) lines.push(`  ${own.behind}`);
  const who = own.affected.map(({ repo, range }) => `${repo} (${range})`);
  lines.push(`  affects ${who.join(', ') || 'no consumers yet'}`);
  lines.push(...own.impact.map((line) => `  ${line}`));
  for (const gone of own.missing) {
    const where =
      gone.renamedTo === null
        ? ''
        : `, renamed to ${gone.renamedTo}: git realm export --name ${own.contract} --source ${gone.renamedTo}`;
    lines.push(`  source ${gone.path} is missing${where}`);
  }
  lines.push(...causeLines(own.unresolved, 3).map((line) => `  ${line}`));
  return lines;
}
