import { createHash } from 'node:crypto';
import type { Finding } from '../../findings/types.ts';

/**
 * A fingerprint for each finding, the same from run to run while the finding stands: made of its id and path, not of the
 * line, which moves, nor of the message, which may count days. Findings that agree in both are numbered.
 */
export function fingerprints(findings: readonly Finding[]): string[] {
  const met = new Map<string, number>();
  return findings.map(({ id, path }) => {
    const key = JSON.stringify([id, path ?? '']);
    const nth = met.get(key) ?? 0;
    met.set(key, nth + 1);
    return createHash('sha256')
      .update(nth === 0 ? key : `${key}#${nth}`)
      .digest('hex');
  });
}
