import { RealmError } from '../errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { compatibilityLevels } from '../kinds/protobuf/levels.ts';
import { visibleJson } from '../visible.ts';
import {
  type Comparison,
  compareDocuments,
  directions,
  documentKindNamed,
  documentKinds,
} from './compare.ts';
import { worstFirst } from './differences/order.ts';
import { kindOfDocuments, notCompared, parsedValue, parseYaml } from './documents.ts';
import { collidingNumbers, withWritten } from './numbers.ts';
import type { Verdict } from './types.ts';

/** Longer lines are answered with `unknown`, and not read into memory. */
const MAX_LINE = 128 * 1024 * 1024;

/**
 * Answers each line `{"id","old","new","kind"?,"schema"?,"newSchema"?,"direction"?,"level"?,"changes"?}` with one line
 * `{"id","verdict","witness"?,"pointer"?,"keyword"?,"reason"?}`, in order and as soon as it is known; with `"changes": true` also
 * with every change, worst first. `kind` is `json-schema`
 * (or `schema`), `value`, `openapi`, `graphql` or `protobuf`, by default what the documents look like; `direction` is `backwards` (default),
 * `forwards`, or `both`. Whatever is wrong with a line is its answer, `unknown` with a reason; nothing ends the batch.
 * Empty lines are skipped.
 */
export async function* judgeLines(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  let number = 0;
  for await (const line of linesOf(input)) {
    number++;
    if (line !== undefined && line.trim() === '') continue;
    yield `${asLine(await answer(line, number))}\n`;
  }
}

async function answer(line: string | undefined, number: number): Promise<JsonObject> {
  if (line === undefined) return unknown(null, `line ${number} is longer than ${MAX_LINE / 1024 / 1024} MiB`);
  let request: JsonValue;
  try {
    request = JSON.parse(line) as JsonValue;
  } catch (error) {
    return unknown(
      null,
      `line ${number} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (!isObject(request)) return unknown(null, `line ${number} is not a JSON object`);
  const id = Object.hasOwn(request, 'id') ? (request.id ?? null) : null;
  try {
    const comparison = await comparisonOf(request);
    if (typeof comparison === 'string') return unknown(id, comparison);
    // A document may come as text within the line.
    const texts = [line, ...[request.old, request.new].filter((side) => typeof side === 'string')];
    const collision = collidingNumbers(texts);
    if (collision) return unknown(id, `${collision} cannot be distinguished after parsing`);
    const { verdict, changes } = await compareDocuments(withNumbersOf(comparison, texts));
    const all = request.changes === true ? { changes: worstFirst(changes) as unknown as JsonValue } : {};
    return { id, ...plain(verdict), ...all };
  } catch (error) {
    return unknown(id, reasonOf(error));
  }
}

/** The documents with how the texts write their largest numbers. */
function withNumbersOf(comparison: Comparison, texts: readonly string[]): Comparison {
  const { kind, old, new: now } = comparison;
  if (kind !== 'openapi' && kind !== 'schema') return comparison;
  const marked = (value: JsonValue): JsonValue => (isObject(value) ? withWritten(value, texts) : value);
  return { ...comparison, old: marked(old), new: marked(now) };
}

/** What a line asks for; a string says what is wrong with it. */
async function comparisonOf(request: JsonObject): Promise<Comparison | string> {
  for (const side of ['old', 'new']) if (!Object.hasOwn(request, side)) return `'${side}' is missing`;
  const { kind, direction = 'backwards' } = request;
  if (!isOneOf(directions, direction)) return `'direction' must be one of ${directions.join(', ')}`;
  const named = typeof kind === 'string' ? documentKindNamed(kind) : undefined;
  if (kind !== undefined && named === undefined) return `'kind' must be one of ${documentKinds.join(', ')}`;
  let [old, now]: [JsonValue, JsonValue] = [request.old ?? null, request.new ?? null];
  const [left, right] = [await parsedValue(old), await parsedValue(now)];
  const guessed = named ?? kindOfDocuments(left, right);
  if (typeof guessed === 'object') return 'named' in guessed ? notCompared(guessed) : guessed.mixed;
  if (kind === undefined && 'graphql' in left && 'graphql' in right)
    [old, now] = [left.graphql, right.graphql];
  if (guessed === 'openapi') [old, now] = [await documentIn('old', old), await documentIn('new', now)];
  const { schema, newSchema, level } = request;
  if (level !== undefined && !isOneOf(compatibilityLevels, level))
    return `'level' must be one of ${compatibilityLevels.join(', ')}`;
  return { kind: guessed, old, new: now, schema, newSchema, direction, level };
}

/** An OpenAPI document may come as the text it is kept as. */
const documentIn = async (side: string, value: JsonValue): Promise<JsonValue> =>
  typeof value === 'string' ? parseYaml(side, value) : value;

const unknown = (id: JsonValue, reason: string): JsonObject => ({ id, verdict: 'unknown', reason });

/** A verdict with all it has to say, on one level. */
export type PlainVerdict = {
  verdict: Verdict['verdict'];
  /** With `breaking`: a value that is valid on one side only. */
  witness?: JsonValue;
  /** JSON pointer to what forbids the witness, or could not be read. */
  pointer?: string;
  /** The keyword there. */
  keyword?: string;
  /** Why it is not known, or what else is to be said. */
  reason?: string;
};

/** A verdict without empty fields. */
export function plain(verdict: Verdict): PlainVerdict {
  const out: PlainVerdict = { verdict: verdict.verdict };
  if (verdict.verdict === 'breaking') out.witness = verdict.witness;
  if ('pointer' in verdict) out.pointer = verdict.pointer;
  if ('keyword' in verdict && verdict.keyword !== undefined) out.keyword = verdict.keyword;
  if ('reason' in verdict) out.reason = verdict.reason;
  return out;
}

function reasonOf(error: unknown): string {
  if (error instanceof RealmError) return error.message;
  if (error instanceof RangeError) return 'it is nested too deeply';
  return `internal error: ${error instanceof Error ? error.message : String(error)}`;
}

/** JSON on one line, also for readers that take other characters for the end of one, and for terminals. */
const asLine = (value: JsonValue): string => visibleJson(value, 0);

const isOneOf = <T extends string>(names: readonly T[], value: unknown): value is T =>
  (names as readonly unknown[]).includes(value);

/** The lines of a stream of UTF-8; undefined for one that is too long. */
async function* linesOf(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder();
  let pending: string[] = [];
  let length = 0;
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      keep(text.slice(from, end));
      yield finish();
      from = end + 1;
    }
    keep(text.slice(from));
  }
  keep(decoder.decode());
  if (length > 0) yield finish();

  function keep(piece: string): void {
    length += piece.length;
    if (length <= MAX_LINE) pending.push(piece);
    else pending = [];
  }
  function finish(): string | undefined {
    const line = length <= MAX_LINE ? pending.join('') : undefined;
    pending = [];
    length = 0;
    return line;
  }
}
