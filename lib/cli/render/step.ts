/** `1.0.0 → 1.1.0`, or the one version where an import is at it already and something else is wrong with it. */
export function stepWords(from: string | null, to: string | null): string {
  if (from === to && to !== null) return to;
  return `${from ?? 'never resolved'} → ${to ?? 'removed'}`;
}
