import type { Notified } from '../../actions/contract/notify.ts';
import type { ImportSync, SyncResult } from '../../actions/contract/sync.ts';
import { sharedWords } from '../../actions/share/share.ts';
import { inLines } from '../../visible.ts';
import { endedLine } from './ack.ts';
import { stepWords } from './step.ts';

/** `git realm sync` for people: what was published, what was resolved, what was not and why. */
export function syncText(result: SyncResult): string {
  const lines = [];
  for (const one of result.exports) {
    const name = `${one.domain}/${one.contract}`;
    if (one.outcome === 'published' || one.outcome === 'would-publish') {
      const verb = one.outcome === 'published' ? 'published' : 'would publish';
      lines.push(`${verb} ${name} ${one.from} → ${one.version} (${one.verdict})`);
      lines.push(...one.changes.map((change) => `  ${change}`));
      const who = one.consumers.map((consumer) => `${consumer.repo} (${consumer.range})`);
      if (who.length > 0) lines.push(`  affects ${who.join(', ')}`);
    } else lines.push(`not published: ${name}: ${one.why}`);
  }
  lines.push(...result.imports.flatMap((one) => importLine(one, result.dryRun)));
  lines.push(...result.ended.map(endedLine));
  lines.push(...result.notices.map(noticeLine));
  const shared = sharedWords(result.shared);
  if (shared !== null) lines.push(shared);
  if (lines.length === 0) return `${result.repo} and realm ${result.realm} are in sync${unpublished(result)}`;
  return inLines(lines);
}

/** Only what is pushed is compared: commits that nobody else has may say something else. */
const unpublished = ({ unpushed }: SyncResult): string =>
  unpushed ? '; commits in HEAD that are not pushed do not count yet' : '';

/** An issue that was opened or closed in the repository of a consumer. */
export function noticeLine(one: Notified): string {
  const issue = `${one.repo}#${one.number}`;
  const what = one.what === 'opened' ? `notified ${one.repo}` : `closed issue ${issue}`;
  return `${what}: ${one.contract} ${one.version}${one.what === 'opened' ? ` (${issue})` : ''}`;
}

function importLine(one: ImportSync, dryRun: boolean): string[] {
  const name = `${one.domain}/${one.contract}`;
  if (one.resolved)
    return [`${dryRun ? 'would resolve' : 'resolved'} ${name}: now at ${one.version} (${one.why})`];
  if (one.state === 'current') return [];
  return [
    `${one.state}: ${name} ${stepWords(one.from, one.version)}: ${one.why}`,
    ...(one.state === 'stale' ? [`  accept without proof: git realm sync --resolve ${name}`] : []),
  ];
}
