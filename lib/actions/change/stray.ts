import { readSources } from '../../checkout/levels.ts';
import { type Described, uncovered } from '../../compat/coverage.ts';
import { changedFiles } from '../../git/diff.ts';
import type { JsonValue } from '../../json.ts';
import type { Checkout } from './checkouts.ts';
import type { MergeOutcome } from './merge-results.ts';
import type { Ways } from './sides.ts';

/**
 * What a pull request brings into files that the export does not name: code the contract's detector would read something
 * out of that the contract does not say. In words; `null`: nothing. Without this a new file would count as read.
 */
export async function strayNeeds(
  checkout: Checkout,
  { main, merged }: MergeOutcome,
  { name, sources, detector }: Ways,
  said: Described,
): Promise<string | null> {
  if (main === null || !('at' in merged) || merged.at === main || sources.length === 0) return null;
  // Documents are what they are; only code can hold more of the same elsewhere.
  if (detector === null || detector.detector !== 's3-paths') return null;
  const { detectorNamed, extract } = await import('../../detect/index.ts');
  const own = new Set((await checkout.levels.inCommit(merged.at, sources)).map((source) => source.path));
  const changed = await changedFiles(checkout, main, merged.at);
  const { reads, triggers } = detectorNamed(detector.detector);
  const others = changed.filter((file) => !own.has(file) && reads(file));
  if (others.length === 0) return null;
  const listed = await checkout.levels.inCommit(
    merged.at,
    others.map((file) => `:(literal)${file}`),
  );
  for (const file of await readSources(listed)) {
    if (file.size !== undefined)
      return `${checkout.name}: ${file.path} is too large to read, and may contain values that ${name} does not list`;
    if (!triggers(file.bytes)) continue;
    const { value, schema, parts } = await extract(detector.detector, [file]);
    const [part] = parts;
    if (part === undefined) continue;
    const answer = uncovered({ value, schema: schema as JsonValue }, said);
    if (answer.verdict === 'covered') continue;
    return `${checkout.name}: ${part.path}:${part.line} is not a source of ${name} (git realm export --source ${part.path})`;
  }
  return null;
}
