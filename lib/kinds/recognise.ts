import { bytesMatch, decode } from '../detect/limits.ts';
import { MAX_BYTES, MAX_DOCUMENT_BYTES, type SourceFile } from '../detect/types.ts';
import type { JsonValue } from '../json.ts';

/** The text of a file; `null` where it is too large, binary or not UTF-8. */
export function textOf(file: SourceFile): string | null {
  const text = decode(file, MAX_DOCUMENT_BYTES);
  return typeof text === 'string' ? text : null;
}

/** A pure memo: the bytes of a file that was read do not change, and each kind asks for the same value. */
const parsed = new WeakMap<SourceFile, Promise<JsonValue | undefined>>();

/** The value of a YAML, JSON or TOML file; `undefined` where it is none, does not parse, or the bytes lack `hint`. */
export async function dataIn(file: SourceFile, hint?: RegExp): Promise<JsonValue | undefined> {
  if (!/\.(?:json|jsonc|ya?ml|toml)$/i.test(file.path)) return undefined;
  if (hint !== undefined && !bytesMatch(file.bytes, hint, MAX_DOCUMENT_BYTES)) return undefined;
  const known = parsed.get(file) ?? parse(file);
  parsed.set(file, known);
  return known;
}

async function parse(file: SourceFile): Promise<JsonValue | undefined> {
  const text = textOf(file);
  if (text === null) return undefined;
  try {
    if (file.bytes.length > MAX_BYTES && !/\.toml$/i.test(file.path)) {
      const { readDocument } = await import('../detect/document/read.ts');
      return await readDocument(file.path, text);
    }
    const { readData } = await import('../detect/data/document.ts');
    return (await readData(file.path, text)).value;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}
