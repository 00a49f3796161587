import type { HookDrift, HookReport } from '../../actions/hook/hook-report.ts';
import { counted } from '../../count.ts';
import { inLines } from '../../visible.ts';
import { stepWords } from './step.ts';

/** What a hook says, on standard error, a few lines; nothing where there is nothing to know. */
export function hookText(report: HookReport, hook: string): string {
  const lines = summaries(report.drift);
  if (report.refuse && hook === 'pre-push')
    lines.push(
      'git realm: the push is refused (realm.guardPush) until this is approved: git realm proposals',
    );
  else if (report.refuse && hook === 'pre-applypatch')
    lines.push(
      'git realm: the patch is refused (realm.drift = block); git -c realm.drift=warn am --continue goes ahead',
    );
  else if (report.refuse)
    lines.push('git realm: the commit is refused (realm.drift = block); git commit --no-verify goes ahead');
  for (const one of report.published) {
    const name = `${one.domain}/${one.contract}`;
    if (one.outcome === 'published')
      lines.push(`git realm: published ${name} ${one.from} → ${one.version} (${one.verdict})`);
    else if (one.outcome !== 'behind') lines.push(`git realm: not published: ${name}: ${one.why}`);
  }
  for (const one of report.stale) {
    const step = stepWords(one.from, one.version);
    lines.push(
      `git realm: ${one.state} import ${one.domain}/${one.contract} ${step}: git realm status (${hook})`,
    );
  }
  return inLines(lines);
}

/** So many changes are told in full; the rest is counted. */
const MOST = 10;

/** What changes in the same way, as contracts read from one source do, is told once for all of them. */
function summaries(drift: readonly HookDrift[]): string[] {
  const groups = new Map<string, HookDrift[]>();
  for (const one of drift) {
    const { domain: _d, contract: _c, version: _v, next: _n, affected: _a, impact: _i, ...same } = one;
    // Where a source went is told with a command for one contract.
    const key = JSON.stringify(one.missing.length > 0 ? one : same);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const all = [...groups.values()];
  const rest = all.slice(MOST).flat().length;
  return [
    ...all.slice(0, MOST).flatMap(groupLines),
    ...(rest === 0 ? [] : [`git realm: and ${rest} more contracts: git realm status`]),
  ];
}

function groupLines(group: readonly HookDrift[]): string[] {
  const [first] = group;
  if (first === undefined) return [];
  if (group.length === 1) return driftLines(first, headline(first));
  const names = group
    .slice(0, MOST)
    .map((one) => `${nameOf(one)}${one.unread === '' ? ` (would be ${one.next})` : ''}`);
  const more = group.length > MOST ? `, and ${group.length - MOST} more` : '';
  const head =
    first.unread === ''
      ? `git realm: this commit changes ${group.length} contracts (${first.verdict})`
      : `git realm: with this commit ${group.length} contracts cannot be read: ${first.unread}`;
  const affected = group.flatMap((one) => one.affected.map(({ repo, range }) => ({ repo, range })));
  const together = {
    ...first,
    affected: affected.filter(
      (one, n) => affected.findIndex(({ repo, range }) => repo === one.repo && range === one.range) === n,
    ),
    impact: [...new Set(group.flatMap((one) => one.impact))],
  };
  return driftLines(together, [head, `  ${names.join(', ')}${more}`]);
}

const nameOf = ({ domain, contract, version }: HookDrift): string => `${domain}/${contract} ${version}`;

const headline = (drift: HookDrift): string[] =>
  drift.unread === ''
    ? [`git realm: this commit changes ${nameOf(drift)} (${drift.verdict}, would be ${drift.next})`]
    : [`git realm: with this commit ${nameOf(drift)} cannot be read: ${drift.unread}`];

function driftLines(drift: HookDrift, head: readonly string[]): string[] {
  const lines = [...head];
  if (drift.reason !== '' && /^(?:breaking|unknown)$/.test(drift.verdict)) lines.push(`  ${drift.reason}`);
  for (const line of drift.lines.slice(0, MOST)) lines.push(`  ${line}`);
  if (drift.lines.length > MOST)
    lines.push(`  and ${drift.lines.length - MOST} more: git realm diff ${drift.contract}`);
  if (drift.waiting > 0)
    lines.push(
      `  ${counted(drift.waiting, 'earlier change waits', 'earlier changes wait')} to be published: git realm status`,
    );
  if (drift.at.length > 0) lines.push(`  at ${drift.at.slice(0, 5).join(' ')}`);
  if (drift.behind !== '') lines.push(`  ${drift.behind}`);
  const who = drift.affected.map((one) => `${one.repo} (${one.range})`);
  lines.push(`  affects ${who.join(', ') || 'nobody yet'}`);
  lines.push(...drift.impact.map((line) => `  ${line}`));
  for (const gone of drift.missing) {
    const where =
      gone.renamedTo === null
        ? ''
        : `, renamed to ${gone.renamedTo}: git realm export --name ${drift.contract} --source ${gone.renamedTo}`;
    lines.push(`  source ${gone.path} is gone${where}`);
  }
  for (const one of drift.unresolved.slice(0, 3))
    lines.push(`  not resolved: ${one.path}:${one.line}: ${one.why}`);
  return lines;
}
