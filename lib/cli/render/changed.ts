import type { Changed } from '../../actions/contract/rename.ts';
import { sharedWords } from '../../actions/share/share.ts';
import { inLines } from '../../visible.ts';

/** What was renamed or given away, in words, and what is left to do here. */
export function changedText(done: Changed, words: string): string {
  const shared = sharedWords(done.shared);
  return inLines([
    done.why ?? words,
    ...(shared === null ? [] : [shared]),
    ...(done.configChanged ? ['updated .blue/config.yaml: commit it'] : []),
  ]);
}
