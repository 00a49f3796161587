import type { Change, ChangeLevel, ValueComparison, Verdict } from '../compat/types.ts';
import { levels } from '../compat/types.ts';
import type { Part, Unresolved } from '../detect/types.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { Confidence, type Cover, type Direction, type Missing, type Recognised } from '../kinds/types.ts';

/** Says what is wrong with an answer. */
export class BadAnswer extends Error {}

/** What `describe` says of a kind. */
export interface Described {
  summary: string;
  looksFor: string;
  direction: Direction;
  readers: string[];
  uses: string[];
}

/** Longer texts are not names, reasons or places. */
const LONGEST = 2000;
/** Elements of one list. */
const MOST = 50_000;

export function described(name: string, answer: JsonObject): Described {
  if (answer.name !== name) throw new BadAnswer(`has the name ${JSON.stringify(answer.name)?.slice(0, 80)}`);
  const summary = text(answer, 'summary');
  return {
    summary,
    looksFor: optional(answer, 'looksFor') ?? summary,
    direction: oneOf(answer, 'direction', ['needs', 'offers', 'agreed']),
    readers: names(answer, 'readers'),
    uses: names(answer, 'uses'),
  };
}

export function recognised(answer: JsonObject, readers: readonly string[]): Recognised | null {
  if (answer.confidence === null) return null;
  const confidence = Confidence[oneOf(answer, 'confidence', ['possible', 'likely', 'certain'])];
  return { confidence, reader: oneOf(answer, 'reader', readers), why: text(answer, 'why') };
}

/** Evidence has to stand in one of the files that were asked about, on a line that it has. */
export type LineCount = ReadonlyMap<string, number>;

export const parts = (answer: JsonObject, key: 'parts' | 'uses', lines: LineCount): Part[] =>
  list(answer, key).map((object) => ({
    pointer: optional(object, 'pointer') ?? '',
    value: object.value ?? null,
    ...place(object, lines),
    how: text(object, 'how'),
  }));

/** `gap`: what the value lacks may stand there. */
export const unresolved = (
  answer: JsonObject,
  key: 'unresolved' | 'unread',
  lines: LineCount,
): Unresolved[] =>
  list(answer, key).map((object) => ({
    ...place(object, lines),
    what: optional(object, 'what') ?? '',
    why: text(object, 'why'),
    ...(object.gap === true || key === 'unread' ? { gap: true as const } : {}),
  }));

/** A verdict that its changes do not support is not accepted: it is `unknown`. */
export function comparison(kind: string, answer: JsonObject): ValueComparison {
  const changes = list(answer, 'changes').map((object) => change(kind, object));
  const named = oneOf(answer, 'verdict', ['equal', 'compatible', 'breaking', 'unknown']);
  const worst = levels.find((level) => changes.some((change) => change.level === level));
  const first = changes.find((change) => change.level === worst);
  if (named === 'equal') throw new BadAnswer("says 'equal' of two contents that differ");
  if (named === 'compatible' && (worst === 'compatible' || worst === 'none'))
    return { verdict: { verdict: 'compatible' }, changes };
  const reason = optional(answer, 'reason') ?? first?.reason;
  if (named === 'unknown' && reason !== undefined)
    return { verdict: { verdict: 'unknown', reason, pointer: first?.pointer ?? '' }, changes };
  if (named === 'breaking' && worst === 'breaking' && first !== undefined)
    return { verdict: breaking(first), changes };
  throw new BadAnswer(`says '${named}', but gives neither a change nor a reason for it`);
}

function breaking({ witness, reason, where, subject, pointer, rule = '' }: Change): Verdict {
  return {
    verdict: 'breaking',
    witness: witness ?? subject,
    pointer,
    keyword: rule,
    reason: reason ?? `${where ?? pointer} breaks`,
  };
}

function change(kind: string, object: JsonObject): Change {
  const level: ChangeLevel = oneOf(object, 'level', levels);
  const rule = text(object, 'rule');
  if (!rule.startsWith(`${kind}/`) || !/^[a-z0-9][a-z0-9-]*$/.test(rule.slice(kind.length + 1)))
    throw new BadAnswer(
      `names the rule ${JSON.stringify(rule.slice(0, 80))}, which does not begin with '${kind}/'`,
    );
  const reason = optional(object, 'reason');
  if (level === 'breaking' && object.witness === undefined && reason === undefined)
    throw new BadAnswer(`says that ${rule} breaks, but gives neither a witness nor a reason`);
  const [where, oldPointer] = [optional(object, 'where'), optional(object, 'oldPointer')];
  return {
    kind: oneOf(object, 'kind', ['added', 'removed', 'changed', 'described']),
    pointer: optional(object, 'pointer') ?? '',
    subject: object.subject ?? null,
    breaking: level === 'breaking' || level === 'unknown',
    rule,
    level,
    ...(object.before === undefined ? {} : { before: object.before }),
    ...(where === undefined ? {} : { where }),
    ...(oldPointer === undefined ? {} : { oldPointer }),
    ...(object.kind === 'removed' ? { gone: true as const } : {}),
    ...(object.witness === undefined ? {} : { witness: object.witness }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** `looked`: the uses that were asked about. */
export function cover(answer: JsonObject, looked: number): Cover {
  const named = oneOf(answer, 'answer', ['yes', 'no', 'unknown']);
  if (named === 'yes') return { answer: 'yes', looked };
  if (named === 'unknown') return { answer: 'unknown', why: text(answer, 'why') };
  const missing: Missing[] = list(answer, 'missing').map((object) => ({
    pointer: optional(object, 'pointer') ?? '',
    subject: given(object, 'subject'),
    witness: object.witness ?? given(object, 'subject'),
  }));
  if (missing.length === 0) throw new BadAnswer("says 'no' but does not name anything missing");
  return { answer: 'no', missing };
}

function place(object: JsonObject, lines: LineCount): { path: string; line: number } {
  const { path, line } = object;
  const most = typeof path === 'string' ? lines.get(path) : undefined;
  if (typeof path !== 'string' || most === undefined)
    throw new BadAnswer(`names a file that was not in the request: ${JSON.stringify(path)?.slice(0, 80)}`);
  if (typeof line !== 'number' || !Number.isInteger(line) || line < 1 || line > most)
    throw new BadAnswer(`names line ${JSON.stringify(line)?.slice(0, 80)} of ${path}, which has ${most}`);
  return { path, line };
}

function list(answer: JsonObject, key: string): JsonObject[] {
  const all = answer[key] ?? [];
  if (!Array.isArray(all) || !all.every(isObject)) throw new BadAnswer(`has no list of objects as '${key}'`);
  if (all.length > MOST) throw new BadAnswer(`has more than ${MOST} elements in '${key}'`);
  return all;
}

function names(answer: JsonObject, key: string): string[] {
  const all = answer[key];
  const fit = Array.isArray(all) && all.length > 0 && all.length <= 20;
  const words = fit
    ? all.filter((value) => typeof value === 'string' && /^[a-z][a-z0-9-]{0,39}$/.test(value))
    : [];
  if (!fit || words.length < all.length)
    throw new BadAnswer(`has no list of names (a-z, 0-9, -) as '${key}'`);
  return words as string[];
}

function text(answer: JsonObject, key: string): string {
  const word = answer[key];
  if (typeof word !== 'string' || word.trim() === '' || word.length > LONGEST)
    throw new BadAnswer(`has no text of at most ${LONGEST} characters as '${key}'`);
  return word;
}

const optional = (answer: JsonObject, key: string): string | undefined =>
  answer[key] === undefined || answer[key] === '' ? undefined : text(answer, key);

function given(answer: JsonObject, key: string): JsonValue {
  const value = answer[key];
  if (value === undefined) throw new BadAnswer(`has no '${key}'`);
  return value;
}

function oneOf<T extends string>(answer: JsonObject, key: string, all: readonly T[]): T {
  const found = all.find((word) => word === answer[key]);
  if (found === undefined) throw new BadAnswer(`must have one of ${all.join(', ')} as '${key}'`);
  return found;
}
