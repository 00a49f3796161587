import { agreed, Inquiry, type Meaning, meaningOf } from '../../compat/differences/levels.ts';
import type { Difference, Reader, Spot } from '../../compat/differences/types.ts';
import { differencesOf } from '../../compat/differences/walk.ts';
import { collidingWritten } from '../../compat/numbers.ts';
import { withUnread } from '../../compat/references.ts';
import { checkBounds, Undecided } from '../../compat/schema/document.ts';
import { compareSchemas } from '../../compat/schema/index.ts';
import { Work } from '../../compat/schema/work.ts';
import { shown } from '../../compat/shown.ts';
import type { Change, ValueComparison, Verdict } from '../../compat/types.ts';
import { atPointer, isObject, type JsonObject, type JsonValue, pointerToken, sameJson } from '../../json.ts';

/**
 * Is every value that is valid under the old schema valid under the new one? With every difference of the two: what each
 * means by itself is found by making it alone in the old schema. Throws nothing.
 */
export function compareJsonSchemas(old: JsonValue, now: JsonValue, work: Work = new Work()): ValueComparison {
  const place = { rule: 'json-schema/combination', where: 'the schema as a whole' };
  return withUnread(compareWithin(old, now, work), old, now, place);
}

function compareWithin(old: JsonValue, now: JsonValue, work: Work): ValueComparison {
  const collision = collidingWritten(old, now);
  if (collision !== undefined)
    return { verdict: { verdict: 'unknown', reason: collision, pointer: '' }, changes: [] };
  const verdict = compareSchemas(old, now, { work });
  if (verdict.verdict === 'equal' && sameJson(old, now)) return { verdict, changes: [] };
  const blame = { rule: 'json-schema/combination', subject: 'the schema as a whole', where: 'the value' };
  let found: Difference[];
  try {
    checkBounds(old);
    checkBounds(now);
    found = everyDifference(old, now, work);
  } catch (error) {
    if (error instanceof Undecided || error instanceof RangeError) return agreed(verdict, [], blame);
    throw error;
  }
  // Words decide nothing, however much of the rest cannot be read.
  const wordsOnly =
    found.length > 0 && found.every(({ fact }) => fact === 'words-changed' || fact === 'deprecated-changed');
  const settled: Verdict = wordsOnly && verdict.verdict === 'unknown' ? { verdict: 'equal' } : verdict;
  const inquiry = new Inquiry((schema) => schema, { old: definitionsOf(old), now: definitionsOf(now) }, work);
  const changes = found.map((difference) => changeOf(difference, meaning(difference, verdict, inquiry)));
  return agreed(settled, changes, blame);
}

function everyDifference(old: JsonValue, now: JsonValue, work: Work): Difference[] {
  const [before, after] = [readerOf(old), readerOf(now)];
  const seen = new Set<string>();
  const found = differencesOf(
    { reader: before, spot: { node: old, pointer: '' } },
    { reader: after, spot: { node: now, pointer: '' } },
    seen,
    work,
  );
  return [...found, ...definitions(old, now, before, after, seen, work)];
}

/** Definitions that nothing refers to, or that were not met: they change nothing by themselves. */
function definitions(
  old: JsonValue,
  now: JsonValue,
  before: Reader,
  after: Reader,
  seen: Set<string>,
  work: Work,
): Difference[] {
  const found: Difference[] = [];
  for (const keyword of ['$defs', 'definitions']) {
    const [had, has] = [old, now].map((root) =>
      isObject(root) && isObject(root[keyword]) ? root[keyword] : {},
    );
    for (const name of new Set([...Object.keys(had ?? {}), ...Object.keys(has ?? {})])) {
      const pointer = `/${keyword}/${pointerToken(name)}`;
      const [left, right] = [had?.[name], has?.[name]];
      const path = `${keyword}.${name}`;
      if (left !== undefined && right !== undefined) {
        const inside = differencesOf(
          { reader: before, spot: { node: left, pointer } },
          { reader: after, spot: { node: right, pointer } },
          seen,
          work,
        );
        found.push(
          ...inside.map(
            (difference): Difference => ({
              ...difference,
              effect: 'words',
              path: difference.path === '' ? path : `${path}.${difference.path}`,
            }),
          ),
        );
        continue;
      }
      const isNew = left === undefined;
      found.push({
        fact: isNew ? 'definition-added' : 'definition-removed',
        keyword,
        kind: isNew ? 'added' : 'removed',
        effect: 'words',
        path,
        reason: `definition ${shown(name)} ${isNew ? 'added' : 'removed'}`,
        ...(isNew ? { pointer, after: right ?? null } : { oldPointer: pointer, before: left ?? null }),
        schema: {},
        alone: (schema) => schema,
      });
    }
  }
  return found;
}

function readerOf(root: JsonValue): Reader {
  return {
    normal: (node: JsonObject): JsonObject => node,
    follow($ref: string): Spot | undefined {
      if (!/^#(\/|$)/.test($ref)) return undefined;
      let pointer = $ref.slice(1);
      try {
        pointer = decodeURIComponent(pointer);
      } catch {
        // As it is written.
      }
      const node = atPointer(root, pointer);
      return node === undefined ? undefined : { node, pointer };
    },
  };
}

function definitionsOf(root: JsonValue): JsonObject {
  const found: JsonObject = {};
  for (const keyword of ['$schema', '$defs', 'definitions'])
    if (isObject(root) && root[keyword] !== undefined) found[keyword] = root[keyword];
  return found;
}

function meaning(difference: Difference, verdict: Verdict, inquiry: Inquiry): Meaning {
  if (difference.effect === 'words') return { level: 'none' };
  // Proved for the whole: no difference in it can do harm.
  if (verdict.verdict === 'equal' || verdict.verdict === 'compatible') return { level: 'compatible' };
  if (difference.effect === 'widens') return { level: 'compatible' };
  return meaningOf(inquiry.ask(difference, 'received'), difference);
}

/** A name in `required` comes and goes. */
const required: Partial<Record<Difference['fact'], Change['kind']>> = {
  'property-became-required': 'added',
  'property-became-optional': 'removed',
};

/** A difference as a change of the contract. */
function changeOf(difference: Difference, { level, witness, reason }: Meaning): Change {
  const wordy = difference.fact === 'words-changed' || difference.fact === 'deprecated-changed';
  const value = (of: JsonValue | undefined): JsonValue =>
    of === undefined ? null : isScalar(of) ? of : shown(of);
  const named =
    difference.fact.startsWith('property-became') || difference.fact === 'required-property-added';
  const subject = named
    ? (difference.path.split('.').at(-1) ?? difference.path)
    : value(difference.kind === 'removed' ? difference.before : difference.after);
  return {
    kind: wordy ? 'described' : (required[difference.fact] ?? difference.kind),
    pointer: difference.pointer ?? difference.oldPointer ?? '',
    ...(difference.oldPointer === undefined ? {} : { oldPointer: difference.oldPointer }),
    ...(difference.pointer === undefined ? { gone: true as const } : {}),
    subject,
    ...(difference.kind === 'changed' && difference.before !== undefined && !named
      ? { before: value(difference.before) }
      : {}),
    breaking: level === 'breaking' || level === 'unknown',
    rule: `json-schema/${difference.fact}`,
    level,
    where: difference.path === '' ? 'the value' : difference.path,
    ...(witness === undefined ? {} : { witness }),
    reason: reason === undefined ? difference.reason : `${difference.reason}; ${reason}`,
  };
}

const isScalar = (value: JsonValue): boolean => typeof value !== 'object' || value === null;
