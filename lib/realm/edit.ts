import { isAlias, isMap, isSeq, parseDocument } from 'yaml';
import { RealmError } from '../errors.ts';
import { isObject, type JsonObject, type JsonValue, sameJson } from '../json.ts';
import { parseFile, parseYaml, withoutNulls, yamlOptions } from './parse.ts';
import { splice } from './splice.ts';
import type { FileKind, FileTypes } from './types.ts';

/**
 * The text of a file with what `edit` did to the draft of its value: only the nodes that changed are written again, every
 * other byte stays (comments, order, quotes, indentation, line ends, unknown keys). The same text comes back when nothing
 * changed. Throws `bad-file` where the text cannot be read, `edit-failed` where aliases stand in the way.
 */
export function editFile<K extends FileKind>(
  kind: K,
  path: string,
  text: string,
  edit: (draft: FileTypes[K]) => void,
): string {
  const draft = readable(kind, path, text);
  edit(draft);
  return rewrite(kind, path, text, draft);
}

/** The text of a file with another value, under the promises of `editFile`. */
export function rewriteFile<K extends FileKind>(
  kind: K,
  path: string,
  text: string,
  value: FileTypes[K],
): string {
  readable(kind, path, text);
  return rewrite(kind, path, text, structuredClone(value));
}

function readable<K extends FileKind>(kind: K, path: string, text: string): FileTypes[K] {
  const parsed = parseFile(kind, path, text);
  if (parsed.ok) return parsed.value;
  const [problem] = parsed.problems;
  throw new RealmError('bad-file', `${path}:${problem?.line ?? 1}: ${problem?.message ?? 'unreadable'}`, {
    hint: 'fix the file, then try again',
    data: { problems: parsed.problems },
  });
}

function rewrite<K extends FileKind>(kind: K, path: string, text: string, value: FileTypes[K]): string {
  const want = defined(value as unknown as JsonObject) as JsonObject;
  const read = parseYaml(path, text);
  const old = read.ok && isObject(read.value) ? read.value : {};
  if (sameJson(withoutNulls(structuredClone(old)), want)) return text;
  for (const way of [splice, throughDocument]) {
    const edited = way(kind, text, old, want);
    if (edited !== undefined && holds(edited, want)) return edited;
  }
  throw new RealmError('edit-failed', `could not rewrite ${path}: it uses YAML aliases`, {
    hint: 'replace the aliases (*name) with their values, then try again',
  });
}

/** Does the text read as this value? Whatever way it was edited in, this decides. */
function holds(text: string, want: JsonObject): boolean {
  const read = parseYaml('', text);
  return read.ok && sameJson(withoutNulls(read.value ?? {}), withoutNulls(structuredClone(want)));
}

/** The second way: the document's nodes are set and the whole is printed, which keeps comments but not every space. */
function throughDocument(
  _kind: FileKind,
  text: string,
  old: JsonObject,
  want: JsonObject,
): string | undefined {
  const doc = parseDocument(text, yamlOptions);
  set([], old, want);
  try {
    const printed = doc.toString({ lineWidth: 0, flowCollectionPadding: true });
    return text.includes('\r\n') ? printed.replace(/\r?\n/g, '\r\n') : printed;
  } catch {
    return undefined;
  }

  function set(path: string[], before: JsonValue | undefined, after: JsonValue): void {
    if (before !== undefined && sameJson(before, after)) return;
    const node = path.length === 0 ? doc.contents : doc.getIn(path, true);
    if (!isMap(node) || isAlias(node) || isSeq(node) || !isObject(before) || !isObject(after)) {
      if (path.length === 0) doc.contents = doc.createNode(after) as typeof doc.contents;
      else doc.setIn(path, doc.createNode(after));
      return;
    }
    for (const key of Object.keys(before))
      if (!Object.hasOwn(after, key) && before[key] !== null) doc.deleteIn([...path, key]);
    for (const [key, member] of Object.entries(after))
      set([...path, key], Object.hasOwn(before, key) ? before[key] : undefined, member);
  }
}

/** The same value without members that are `undefined`. */
function defined(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => defined(item ?? null));
  if (!isObject(value)) return value;
  for (const key of Object.keys(value)) {
    const member = value[key] as JsonValue | undefined;
    if (member === undefined) delete value[key];
    else if (typeof member === 'object' && key !== '__proto__') value[key] = defined(member);
  }
  return value;
}
