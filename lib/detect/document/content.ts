import type { JsonObject, JsonValue } from '../../json.ts';
import type { SourceFile } from '../types.ts';
import { documents } from './detectors.ts';

/** What the files of a contract of this kind say, or why they say nothing. Reads them as the provider's own were read. */
export async function readContent(
  kind: string,
  files: readonly SourceFile[],
): Promise<{ value: JsonValue; schema: JsonObject } | string> {
  const reader = documents.find(({ name }) => name === kind);
  if (reader === undefined) return `this release does not support documents of kind '${kind}'`;
  const { value, schema, parts, unresolved } = await reader.extract(files, {});
  const [gap] = unresolved.filter((item) => item.gap);
  if (parts.length > 0 && gap === undefined) return { value, schema };
  return gap === undefined ? 'it does not contain a document' : `${gap.path}:${gap.line}: ${gap.why}`;
}
