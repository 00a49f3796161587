import type { Acknowledged, AckResult } from '../../actions/approval/ack.ts';
import type { Ended } from '../../actions/contract/grace.ts';
import { sharedWords } from '../../actions/share/share.ts';
import { inLines } from '../../visible.ts';

/** `git realm ack` for people: what was said, and whom it still waits for. */
export function ackText(result: AckResult): string {
  const lines = result.acknowledged.flatMap((acknowledged) => acknowledgedLines(acknowledged, result.repo));
  lines.push(...result.ended.map(endedLine));
  const shared = sharedWords(result.shared);
  return inLines([...lines, ...(shared === null ? [] : [shared])]);
}

function acknowledgedLines(acknowledged: Acknowledged, repo: string): string[] {
  const name = `${acknowledged.domain}/${acknowledged.contract} ${acknowledged.version}`;
  const lines = [`${acknowledged.already ? 'already acknowledged' : 'acknowledged'}: ${name} for ${repo}`];
  if (acknowledged.resolved)
    lines.push(`  resolved: now at ${acknowledged.version} (accepted without proof)`);
  else if (!acknowledged.already)
    lines.push(
      `  ${acknowledged.range} does not include it: git realm import ${acknowledged.contract} --domain ${acknowledged.domain} --version '>=${acknowledged.version}'`,
    );
  if (acknowledged.effectiveAt !== null)
    lines.push(
      `  takes effect at ${acknowledged.effectiveAt}${acknowledged.missing.length === 0 ? '' : `; waits for ${acknowledged.missing.join(', ')}`}`,
    );
  return lines;
}

/** A grace period that ended early, in one line. */
export const endedLine = (ended: Ended): string =>
  `in effect now: ${ended.domain}/${ended.contract} ${ended.version}, ${ended.ready.join(', ')} ready`;
