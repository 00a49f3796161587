import { agreed, Inquiry, type Meaning, meaningOf } from '../../compat/differences/levels.ts';
import type { Difference, Reader, Spot } from '../../compat/differences/types.ts';
import { differencesOf } from '../../compat/differences/walk.ts';
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
  const changes = found.map((one) => changeOf(one, meaning(one, verdict, inquiry)));
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
            (one): Difference => ({
              ...one,
              effect: 'words',
              path: one.path === '' ? path : `${path}.${one.path}`,
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

function meaning(one: Difference, verdict: Verdict, inquiry: Inquiry): Meaning {
  if (one.effect === 'words') return { level: 'none' };
  // Proved for the whole: no difference in it can do harm.
  if (verdict.verdict === 'equal' || verdict.verdict === 'compatible') return { level: 'compatible' };
  if (one.effect === 'widens') return { level: 'compatible' };
  return meaningOf(inquiry.ask(one, 'received'), one);
}

/** A name in `required` comes and goes. */
const required: Partial<Record<Difference['fact'], Change['kind']>> = {
  'property-became-required': 'added',
  'property-became-optional': 'removed',
};

/** A difference as a change of the contract. */
function changeOf(one: Difference, { level, witness, reason }: Meaning): Change {
  const wordy = one.fact === 'words-changed' || one.fact === 'deprecated-changed';
  const value = (of: JsonValue | undefined): JsonValue =>
    of === undefined ? null : isScalar(of) ? of : shown(of);
  const named = one.fact.startsWith('property-became') || one.fact === 'required-property-added';
  const subject = named
    ? (one.path.split('.').at(-1) ?? one.path)
    : value(one.kind === 'removed' ? one.before : one.after);
  return {
    kind: wordy ? 'described' : (required[one.fact] ?? one.kind),
    pointer: one.pointer ?? one.oldPointer ?? '',
    ...(one.oldPointer === undefined ? {} : { oldPointer: one.oldPointer }),
    ...(one.pointer === undefined ? { gone: true as const } : {}),
    subject,
    ...(one.kind === 'changed' && one.before !== undefined && !named ? { before: value(one.before) } : {}),
    breaking: level === 'breaking' || level === 'unknown',
    rule: `json-schema/${one.fact}`,
    level,
    where: one.path === '' ? 'the value' : one.path,
    ...(witness === undefined ? {} : { witness }),
    reason: reason === undefined ? one.reason : `${one.reason}; ${reason}`,
  };
}

const isScalar = (value: JsonValue): boolean => typeof value !== 'object' || value === null;
