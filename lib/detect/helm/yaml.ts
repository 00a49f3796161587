import { isObject, type JsonValue, pointerToken } from '../../json.ts';
import { type DataDocument, readData } from '../data/document.ts';
import { readDocument } from '../document/read.ts';
import { decode } from '../limits.ts';
import { MAX_BYTES, MAX_DOCUMENT_BYTES, type SourceFile } from '../types.ts';

/** One document of a file, and the lines of its values by their pointers in it. */
export interface FileDocument {
  value: JsonValue;
  /** The line of a value, or of what it stands in. */
  line(pointer: string): number;
}

/** Why a file, or a document of it, was not read. */
export interface Refused {
  why: string;
  line: number;
}

/** The texts of the documents of a file, each with the line before it. JSON has one. */
export function documentsIn(path: string, text: string): { text: string; before: number }[] {
  if (/\.json$/i.test(path)) return [{ text, before: 0 }];
  const found: { text: string; before: number }[] = [];
  let [start, before, at] = [0, 0, 0];
  const add = (end: number): void => {
    const own = text.slice(start, end);
    if (/^(?!\s*(?:#|---|%|$))/m.test(own)) found.push({ text: own, before });
  };
  for (const [mark] of text.matchAll(/[^\n]*(?:\n|$)/g)) {
    if (/^---(?:\s|$)/.test(mark)) {
      add(at);
      // What follows the mark on its line belongs to the document.
      [start, before] = /^---\s*(?:#.*)?$/.test(mark.trimEnd())
        ? [at + mark.length, text.slice(0, at).split('\n').length]
        : [at, text.slice(0, at).split('\n').length - 1];
    }
    at += mark.length;
  }
  add(text.length);
  return found;
}

/** The documents of a YAML or JSON file. A template is not a document: what looks like one is refused, whether or not it parses. */
export async function readFile(file: SourceFile): Promise<{ documents: FileDocument[] } | Refused> {
  const text = decode(file, MAX_DOCUMENT_BYTES);
  if (typeof text !== 'string') return text;
  const documents: FileDocument[] = [];
  for (const part of documentsIn(file.path, text)) {
    const read = await readPart(file.path, part.text);
    if ('why' in read) return { why: read.why, line: part.before + read.line };
    const { value, lines } = read;
    const line = (pointer: string): number => {
      for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
        const known = lines.get(at);
        if (known !== undefined) return part.before + known;
        if (at === '') return part.before + 1;
      }
    };
    documents.push({ value, line });
  }
  return { documents };
}

async function readPart(path: string, text: string): Promise<DataDocument | Refused> {
  try {
    const read =
      text.length > MAX_BYTES
        ? { value: await readDocument(path, text), lines: new Map<string, number>() }
        : await readData(path, text);
    const template = templateIn(read.value, '');
    if (template === undefined) return read;
    return { why: templateWords, line: read.lines.get(template) ?? 1 };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    const line = Number(/line (\d+)/.exec(error.message)?.[1] ?? 1);
    if (!/\{\{/.test(text)) return { why: `it does not parse: ${error.message}`, line };
    const first = text.slice(0, text.indexOf('{{')).split('\n').length;
    return { why: templateWords, line: first };
  }
}

const templateWords = 'it contains a template ({{ … }}), which is not rendered';

/** Where `{{ … }}` stands outside of quotes: it parses, as a map whose key is a map. */
function templateIn(value: JsonValue, pointer: string): string | undefined {
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) {
      const found = templateIn(item, `${pointer}/${at}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isObject(value)) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (/^\s*\{/.test(key)) return pointer;
    const found = templateIn(inner, `${pointer}/${pointerToken(key)}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The lines of a file by pointers that begin with its path; in a file of several documents, the position of one follows. */
export async function helmLines(path: string, text: string): Promise<Map<string, number>> {
  const lines = new Map<string, number>();
  const parts = documentsIn(path, text);
  for (const [at, part] of parts.entries()) {
    const isLarge = part.text.length > MAX_BYTES;
    const read = isLarge ? undefined : await readData(path, part.text).catch(() => undefined);
    const prefix = `/${pointerToken(path)}${parts.length > 1 ? `/${at}` : ''}`;
    for (const [pointer, line] of read?.lines ?? []) lines.set(`${prefix}${pointer}`, part.before + line);
  }
  return lines;
}
