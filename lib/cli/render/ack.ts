import type { Acknowledged, AckResult } from '../../actions/approval/ack.ts';
import type { Ended } from '../../actions/contract/grace.ts';
import { sharedWords } from '../../actions/share/share.ts';
import { inLines } from '../../visible.ts';

/** `git realm ack` for people: what was said, and whom it still waits for. */
export function ackText(result: AckResult): string {
  const lines = result.acknowledged.flatMap((one) => acknowledgedLines(one, result.repo));
  lines.push(...result.ended.map(endedLine));
  const shared = sharedWords(result.shared);
  return inLines([...lines, ...(shared === null ? [] : [shared])]);
}

function acknowledgedLines(one: Acknowledged, repo: string): string[] {
  const name = `${one.domain}/${one.contract} ${one.version}`;
  const lines = [`${one.already ? 'already acknowledged' : 'acknowledged'}: ${name} for ${repo}`];
  if (one.resolved) lines.push(`  resolved: now at ${one.version} (accepted without proof)`);
  else if (!one.already)
    lines.push(
      `  ${one.range} does not include it: git realm import ${one.contract} --domain ${one.domain} --version '>=${one.version}'`,
    );
  if (one.effectiveAt !== null)
    lines.push(
      `  takes effect at ${one.effectiveAt}${one.missing.length === 0 ? '' : `; waits for ${one.missing.join(', ')}`}`,
    );
  return lines;
}

/** A grace period that ended early, in one line. */
export const endedLine = (one: Ended): string =>
  `in effect now: ${one.domain}/${one.contract} ${one.version}, ${one.ready.join(', ')} ready`;
