import { byCause } from '../causes.ts';
import { counted } from '../count.ts';
import { oneLine } from '../visible.ts';
import { howWords } from './placeholders.ts';
import type { Extraction, Part, SourceFile, Unresolved } from './types.ts';

/**
 * What a detection found, for a person who must decide whether to trust it: per source file each element with its line
 * and how it was read, then what could not be resolved and why. Plain text, one trailing line break, files sorted by path.
 */
export function explain(extraction: Extraction, files: readonly Pick<SourceFile, 'path'>[]): string {
  const paths = [
    ...new Set([
      ...files.map((file) => file.path),
      ...extraction.parts.map((part) => part.path),
      ...extraction.unresolved.map((entry) => entry.path),
    ]),
  ].sort();
  const sections = paths.map((path) => section(path, extraction));
  return `${[...sections, summary(extraction, paths.length)].join('\n\n')}\n`;
}

function section(path: string, { parts, unresolved }: Extraction): string {
  const found = parts.filter((part) => part.path === path).sort((a, b) => a.line - b.line);
  const open = unresolved.filter((entry) => entry.path === path).sort((a, b) => a.line - b.line);
  const lines = [oneLine(path)];
  if (found.length === 0 && open.length === 0) lines.push('  nothing found');
  const width = Math.max(0, ...found.map((part) => label(part).length));
  for (const part of found)
    lines.push(`  ${at(part)}  ${label(part).padEnd(width)}  by ${oneLine(howWords(part))}`);
  for (const { why, places } of byCause(open)) {
    lines.push(`  not resolved: ${oneLine(why)}`);
    for (const entry of places)
      lines.push(
        `  ${at(entry)}  ${oneLine(entry.what)}${entry.why === why ? '' : `: ${oneLine(entry.why)}`}`,
      );
  }
  return lines.join('\n');
}

function summary({ parts, unresolved, schema }: Extraction, files: number): string {
  const elements = new Set(parts.map((part) => `${part.pointer} ${JSON.stringify(part.value)}`)).size;
  const lines = [
    `${counted(elements, 'element')} from ${counted(files, 'file')}, ${unresolved.length} not resolved`,
  ];
  const rule = schema['x-realm'];
  const bucket = typeof rule === 'object' && rule !== null && !Array.isArray(rule) ? rule.bucket : undefined;
  if (typeof bucket === 'string') lines.push(`all paths are in the bucket '${oneLine(bucket)}'`);
  else if (bucket === null)
    lines.push('the bucket of these paths is unknown, so nothing can be proved about them');
  return lines.join('\n');
}

const at = (place: Part | Unresolved): string => `${place.line}:`.padStart(5);

function label(part: Part): string {
  const key = part.pointer.slice(1);
  const value = typeof part.value === 'string' ? part.value : JSON.stringify(part.value);
  const short = value.length > 200 ? `${value.slice(0, 197)}…` : value;
  return oneLine(key === '' ? short : `${key} ${short}`);
}
