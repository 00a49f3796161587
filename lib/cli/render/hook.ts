import type { HookDrift, HookReport } from '../../flow/hook-run.ts';
import { inLines } from '../../visible.ts';

/** What a hook says, on standard error, a few lines; nothing where there is nothing to know. */
export function hookText(report: HookReport, hook: string): string {
  const lines = report.drift.flatMap(driftLines);
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
    const step = `${one.from || 'never resolved'} → ${one.version || 'gone'}`;
    lines.push(
      `git realm: ${one.state} import ${one.domain}/${one.contract} ${step}: git realm status (${hook})`,
    );
  }
  return inLines(lines);
}

function driftLines(drift: HookDrift): string[] {
  const name = `${drift.domain}/${drift.contract} ${drift.version}`;
  const lines =
    drift.unread === ''
      ? [`git realm: this commit changes ${name} (${drift.verdict}, would be ${drift.next})`]
      : [`git realm: with this commit ${name} cannot be read: ${drift.unread}`];
  if (drift.reason !== '' && /^(?:breaking|unknown)$/.test(drift.verdict)) lines.push(`  ${drift.reason}`);
  for (const line of drift.lines.slice(0, 10)) lines.push(`  ${line}`);
  if (drift.lines.length > 10) lines.push(`  and ${drift.lines.length - 10} more`);
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
