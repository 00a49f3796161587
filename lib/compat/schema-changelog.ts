import { canonical, isObject, type JsonValue, pointerToken } from '../json.ts';
import type { Change, Verdict } from './types.ts';
import { shown } from './values.ts';

/** Keywords that describe and decide nothing. */
const words = new Set([
  '$comment',
  'default',
  'deprecated',
  'description',
  'examples',
  'example',
  'title',
  'x-realm',
]);
const MAX_CHANGES = 100;

/**
 * The differences of two JSON Schemas, keyword by keyword, for a changelog. A list says what was added and removed; what
 * the verdict blames is marked as breaking, and all of it where nothing is certain. Walks as deep as the schemas agree in
 * shape; past a hundred differences it stops.
 */
export function schemaChangelog(old: JsonValue, now: JsonValue, verdict: Verdict): Change[] {
  const changes: Change[] = [];
  const open: { old: JsonValue; now: JsonValue; pointer: string; described: boolean }[] = [
    { old, now, pointer: '', described: false },
  ];
  for (let here = open.shift(); here && changes.length < MAX_CHANGES; here = open.shift()) {
    const { pointer, described } = here;
    if (isObject(here.old) && isObject(here.now)) {
      for (const key of new Set([...Object.keys(here.old), ...Object.keys(here.now)])) {
        const before = Object.hasOwn(here.old, key) ? here.old[key] : undefined;
        const after = Object.hasOwn(here.now, key) ? here.now[key] : undefined;
        const at = `${pointer}/${pointerToken(key)}`;
        // Under `properties` a name is a name, whatever it is.
        const wordy =
          described ||
          (words.has(key) && !/\/(properties|patternProperties|\$defs|definitions)$/.test(pointer));
        if (before === undefined) note('added', at, after ?? null, undefined, wordy);
        else if (after === undefined) note('removed', at, before, undefined, wordy);
        else if (canonical(before) !== canonical(after))
          open.push({ old: before, now: after, pointer: at, described: wordy });
      }
    } else if (
      Array.isArray(here.old) &&
      Array.isArray(here.now) &&
      [...here.old, ...here.now].every(isScalar)
    ) {
      const [had, has] = [new Set(here.old), new Set(here.now)];
      for (const one of had) if (!has.has(one)) note('removed', pointer, one, undefined, described);
      for (const one of has) if (!had.has(one)) note('added', pointer, one, undefined, described);
    } else if (canonical(here.old) !== canonical(here.now))
      note('changed', pointer, here.now, here.old, described);
  }
  return changes;

  function note(
    kind: Change['kind'],
    pointer: string,
    subject: JsonValue,
    before: JsonValue | undefined,
    described: boolean,
  ): void {
    const where = `/schema${pointer}`;
    if (described) {
      changes.push({ kind: 'described', pointer: where, subject: short(subject), breaking: false });
      return;
    }
    const blamed = verdict.verdict === 'breaking' && related(verdict.pointer, pointer);
    changes.push({
      kind,
      pointer: where,
      subject: short(subject),
      ...(before === undefined ? {} : { before: short(before) }),
      breaking: verdict.verdict === 'unknown' || blamed,
    });
  }
}

/** Is one pointer the other's place, or inside it? */
const related = (a: string, b: string): boolean => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);

const isScalar = (value: JsonValue): boolean => typeof value !== 'object' || value === null;

/** A whole schema in a changelog is its first words. */
const short = (value: JsonValue): JsonValue => (isScalar(value) ? value : shown(value));
