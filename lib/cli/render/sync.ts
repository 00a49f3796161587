import type { Notified } from '../../actions/contract/notify.ts';
import type { ImportSync } from '../../actions/contract/resolve-imports.ts';
import type { SyncResult } from '../../actions/contract/sync.ts';
import { sharedWords } from '../../actions/share/share.ts';
import { inLines } from '../../visible.ts';
import { endedLine } from './ack.ts';
import { stepWords } from './step.ts';

/** `git realm sync` for people: what was published, what was resolved, what was not and why. */
export function syncText(result: SyncResult): string {
  const lines = [];
  for (const publication of result.exports) {
    const name = `${publication.domain}/${publication.contract}`;
    if (publication.outcome === 'published' || publication.outcome === 'would-publish') {
      const verb = publication.outcome === 'published' ? 'published' : 'would publish';
      lines.push(`${verb} ${name} ${publication.from} → ${publication.version} (${publication.verdict})`);
      lines.push(...publication.changes.map((change) => `  ${change}`));
      const who = publication.consumers.map((consumer) => `${consumer.repo} (${consumer.range})`);
      if (who.length > 0) lines.push(`  affects ${who.join(', ')}`);
    } else lines.push(`not published: ${name}: ${publication.why}`);
  }
  lines.push(...result.imports.flatMap((synced) => importLine(synced, result.dryRun)));
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
export function noticeLine(notified: Notified): string {
  const issue = `${notified.repo}#${notified.number}`;
  const what = notified.what === 'opened' ? `notified ${notified.repo}` : `closed issue ${issue}`;
  return `${what}: ${notified.contract} ${notified.version}${notified.what === 'opened' ? ` (${issue})` : ''}`;
}

function importLine(synced: ImportSync, dryRun: boolean): string[] {
  const name = `${synced.domain}/${synced.contract}`;
  if (synced.resolved)
    return [`${dryRun ? 'would resolve' : 'resolved'} ${name}: now at ${synced.version} (${synced.why})`];
  if (synced.state === 'current') return [];
  return [
    `${synced.state}: ${name} ${stepWords(synced.from, synced.version)}: ${synced.why}`,
    ...(synced.state === 'stale' ? [`  accept without proof: git realm sync --resolve ${name}`] : []),
  ];
}
