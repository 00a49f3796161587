import { type Document, isAlias, isCollection, isNode, isPair, isScalar, parseDocument } from 'yaml';
import { validators } from '../../schemas/generated/validators.js';
import { validRange } from '../compat/semver.ts';
import { isObject, type JsonValue, pointerToken } from '../json.ts';
import { withoutTraces, yamlExcess } from '../yaml-bounds.ts';
import { quickYaml } from './quick.ts';
import type { BindingFile, FileKind, FileTypes } from './types.ts';
import { fromValidation, lower, offsetOf, position, shorten } from './validation-words.ts';

/** What is wrong with a file, and where: enough to open the editor at the place. */
export interface Problem {
  path: string;
  /** 1-based. */
  line: number;
  /** 1-based. */
  column?: number;
  /** What was expected, in words, and what is there. */
  message: string;
  /** JSON pointer into the file's value; '' for the whole file. */
  pointer: string;
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };

/** Longest file that is read, in UTF-16 units: what takes the parser seconds, not minutes, whatever it holds. */
export const MAX_FILE_LENGTH = 2 * 1024 * 1024;

/** Most problems reported for one file. */
const MAX_PROBLEMS = 20;

/** A file of a realm as its type, or what is wrong with it, with line and column. Never throws for any text. */
export function parseFile<K extends FileKind>(kind: K, path: string, text: string): Parsed<FileTypes[K]> {
  const quick = quickly(text);
  if (quick !== undefined) {
    const value = withoutNulls(quick);
    if (isValid(kind, value)) return { ok: true, value };
  }
  const read = readYaml(path, text);
  if (!read.ok) return read;
  const value = withoutNulls(read.value ?? {});
  if (isValid(kind, value)) return { ok: true, value };
  const errors = (validators[kind].errors ?? []).slice(0, MAX_PROBLEMS);
  if (errors.length === 0) return { ok: false, problems: rangeProblems(read.doc, path, text, value) };
  return { ok: false, problems: errors.map((error) => fromValidation(read.doc, path, text, error)) };
}

function isValid<K extends FileKind>(kind: K, value: JsonValue): value is FileTypes[K] & JsonValue {
  return (
    validators[kind](value) && (kind !== 'binding' || badRanges(value as unknown as BindingFile).length === 0)
  );
}

/** Any YAML text as the JSON value it holds (`null` when empty), with the same bounds and the same problems. */
export function parseYaml(path: string, text: string): Parsed<JsonValue> {
  const quick = quickly(text);
  if (quick !== undefined) return { ok: true, value: quick };
  const read = readYaml(path, text);
  return read.ok ? { ok: true, value: read.value } : read;
}

const quickly = (text: string): JsonValue | undefined =>
  text.length <= MAX_FILE_LENGTH ? quickYaml(text) : undefined;

/**
 * How every file is read: YAML 1.2 core, so that dates stay strings. Duplicate keys are looked for below: the parser's own
 * search is quadratic.
 */
export const yamlOptions = {
  version: '1.2',
  schema: 'core',
  merge: false,
  stringKeys: true,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'error',
} as const;

/** Aliases may not blow a value up: at most this many copies. */
const MAX_ALIASES = 100;

type Read = { ok: true; doc: Document; value: JsonValue } | { ok: false; problems: Problem[] };

function readYaml(path: string, text: string): Read {
  const problem = (offset: number, message: string, pointer = ''): Read => ({
    ok: false,
    problems: [{ path, ...position(text, offset), message, pointer }],
  });
  if (text.length > MAX_FILE_LENGTH)
    return problem(0, `expected a file of at most ${MAX_FILE_LENGTH} characters, found ${text.length}`);
  const excess = yamlExcess(text);
  if (excess !== undefined) return problem(excess.offset, excessMessages[excess.kind]);
  try {
    const doc: Document = withoutTraces(() => parseDocument(text, yamlOptions));
    if (doc.errors.length > 0) return { ok: false, problems: doc.errors.slice(0, 3).map(fromSyntax) };
    const odd = firstOddity(doc.contents, '');
    if (odd) return problem(odd.offset, odd.message, odd.pointer);
    return { ok: true, doc, value: doc.toJS({ maxAliasCount: MAX_ALIASES }) as JsonValue };
  } catch (error) {
    if (error instanceof ReferenceError && /alias/i.test(error.message))
      return problem(0, `expected few aliases: ${lower(error.message)}`);
    if (error instanceof RangeError) return problem(0, 'expected a flatter file: it is nested too deeply');
    throw error;
  }

  function fromSyntax(error: { code: string; message: string; pos: [number, number] }): Problem {
    const message = syntaxMessages[error.code] ?? `expected YAML: ${lower(error.message)}`;
    return { path, ...position(text, error.pos[0]), message, pointer: '' };
  }
}

const syntaxMessages: Record<string, string> = {
  MULTIPLE_DOCS: "expected one document, found another after '---'",
  TAB_AS_INDENT: 'expected spaces, found a tab as indentation',
  NON_STRING_KEY: 'expected a plain key, found a list or a mapping as a key',
  RESOURCE_EXHAUSTION: 'expected a flatter file: it is nested too deeply',
};

/** What is too much for a parser, whatever the text says. */
const excessMessages = {
  size: 'expected a smaller file: it has too many nodes',
  depth: 'expected a flatter file: it is nested too deeply',
  keys: "expected plain keys, found many that begin with '?'",
} as const;

interface Oddity {
  offset: number;
  message: string;
  pointer: string;
}

/** The first duplicate key, number that JSON does not have, or alias inside of what it stands for. */
function firstOddity(node: unknown, pointer: string, open: readonly string[] = []): Oddity | undefined {
  if (isScalar(node)) {
    if (typeof node.value !== 'number' || Number.isFinite(node.value)) return undefined;
    const message = `expected a JSON number, found ${node.source ?? String(node.value)}`;
    return { offset: startOf(node), message, pointer };
  }
  if (isAlias(node)) {
    if (!open.includes(node.source)) return undefined;
    const message = `expected a finite value, found an alias inside '&${shorten(node.source)}' itself`;
    return { offset: startOf(node), message, pointer };
  }
  if (!isCollection(node)) return undefined;
  const within = node.anchor === undefined ? open : [...open, node.anchor];
  const seen = new Set<string>();
  for (const [at, item] of node.items.entries()) {
    const key = isPair(item) && isScalar(item.key) ? String(item.key.value) : at;
    if (isPair(item) && seen.has(String(key))) {
      const message = `expected each key once, found '${shorten(String(key))}' again`;
      return { offset: startOf(item.key), message, pointer };
    }
    if (isPair(item)) seen.add(String(key));
    const value = isPair(item) ? item.value : item;
    const odd = firstOddity(value, `${pointer}/${pointerToken(key)}`, within);
    if (odd) return odd;
  }
  return undefined;
}

const startOf = (node: unknown): number => (isNode(node) && node.range?.[0]) || 0;

/** Keys whose content is the user's own JSON: a null in there means null. */
export const opaqueKeys = new Set([
  'schema',
  'value',
  'covers',
  'uses',
  'extract',
  'verify',
  'commits',
  'detected_exports',
]);

/** A null member means absent (serde writes an unset option so). */
export function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (opaqueKeys.has(key)) {
      if (member === null && key !== 'value') delete value[key];
    } else if (member === null) delete value[key];
    else if (typeof member === 'object' && key !== '__proto__') value[key] = withoutNulls(member);
  }
  return value;
}

/** Indexes of the imports whose version is not a range. */
const badRanges = (binding: BindingFile): number[] =>
  (binding.imports ?? []).flatMap(({ version }, at) => (validRange(version) === null ? [at] : []));

function rangeProblems(doc: Document, path: string, text: string, value: JsonValue): Problem[] {
  const binding = value as unknown as BindingFile;
  return badRanges(binding)
    .slice(0, MAX_PROBLEMS)
    .map((at) => {
      const version = shorten(binding.imports?.[at]?.version ?? '');
      const message = `version: expected a semver range such as ">=1.0.0", found ${JSON.stringify(version)}`;
      const place = position(text, offsetOf(doc, ['imports', at, 'version']));
      return { path, ...place, message, pointer: `/imports/${at}/version` };
    });
}
