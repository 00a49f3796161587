import type { DetectorOptions, Extraction, SourceFile } from '../detect/types.ts';
import type { Usage, Use } from './types.ts';

/** Reads what the files of a binding use or grant. Throws `detector-option` for bad options. */
export async function readUse(
  use: Use,
  files: readonly SourceFile[],
  options: DetectorOptions,
): Promise<Usage> {
  const { extract } = await import('../detect/index.ts');
  return usageOf(await extract(use.reader, files, options));
}

/** The consumer's side out of what a reader found: how much that is, and why it is not all. */
export function usageOf(extraction: Extraction): Usage {
  const gap = extraction.unresolved.find((unresolved) => unresolved.gap);
  return {
    extraction,
    looked: extraction.parts.length,
    unread: gap === undefined ? null : `${gap.path}:${gap.line}: ${gap.why}`,
  };
}
