import type { PendingOperation } from '../../store/pending.ts';
import { pendingWords } from '../../store/pending.ts';

/** What waits for a decision, with the commands that make it. */
export function pendingText(pending: readonly PendingOperation[]): string {
  return pending.length === 0 ? 'nothing is pending' : pending.flatMap(pendingLines).join('\n');
}

/** One operation that the realm's remote refused, and what to type. */
export const pendingLines = (operation: PendingOperation): string[] => [
  pendingWords(operation),
  `  git realm pending retry ${operation.id}, or git realm pending drop ${operation.id}`,
];
