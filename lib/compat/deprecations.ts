/** One entry of a contract's `deprecations`. */
export interface Deprecation {
  pointer: string;
  since?: string | undefined;
  /** A day, `YYYY-MM-DD`, or a moment in ISO 8601: when the part may go. */
  sunset?: string | undefined;
  reason?: string | undefined;
}

export type Sunset =
  | { state: 'announced' }
  | {
      state: 'coming';
      /** Whole days left, at least 1. */
      days: number;
    }
  | { state: 'past' }
  | { state: 'unreadable'; text: string };

/** How far a deprecated part is from its sunset. A day means its beginning in UTC. */
export function sunsetOf({ sunset }: Deprecation, now: Date): Sunset {
  if (sunset === undefined) return { state: 'announced' };
  const at = Date.parse(sunset);
  if (Number.isNaN(at)) return { state: 'unreadable', text: sunset };
  const left = at - now.getTime();
  return left > 0 ? { state: 'coming', days: Math.ceil(left / 86_400_000) } : { state: 'past' };
}
