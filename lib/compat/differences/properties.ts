import { isObject, type JsonObject, type JsonValue, pointerToken, sameJson } from '../../json.ts';
import { shown } from '../shown.ts';
import {
  joined,
  membersOf,
  named,
  namesIn,
  type Pair,
  placesIn,
  rank,
  withProperty,
  withRequired,
} from './pair.ts';
import { inParts } from './parts.ts';
import type { Reader, Spot } from './types.ts';
import type { Walking } from './walking.ts';

/** One side of a pair, as far as its properties go. */
interface Side {
  reader: Reader;
  spot: Spot;
  declared: ReadonlyMap<string, JsonValue>;
  required: ReadonlySet<string>;
  /** Position of each name in `required`. */
  places: ReadonlyMap<JsonValue, number>;
}

interface Property {
  name: string;
  /** Its place in the value. */
  path: string;
  old: Side;
  now: Side;
}

const sideOf = (reader: Reader, spot: Spot, schema: JsonObject): Side => ({
  reader,
  spot,
  declared: membersOf(schema.properties),
  required: namesIn(schema.required),
  places: placesIn(schema.required),
});

/** `properties` and `required`, name by name. */
export function compareProperties(walk: Walking, pair: Pair): void {
  const old = sideOf(walk.before, pair.old, pair.was);
  const now = sideOf(walk.after, pair.now, pair.is);
  const names = new Set([...old.declared.keys(), ...now.declared.keys(), ...old.required, ...now.required]);
  walk.work.spend(2 * names.size);
  for (const name of names) compareProperty(walk, pair, { name, path: joined(pair.path, name), old, now });
}

function compareProperty(walk: Walking, pair: Pair, property: Property): void {
  const { name, path, old, now } = property;
  const [before, after] = [declaration(old, name), declaration(now, name)];
  const isDeclared = old.declared.has(name) || now.declared.has(name);
  const [must, needs] = [old.required.has(name), now.required.has(name)];
  // Hidden on both sides: these messages know nothing of it.
  if (!before && !after && isDeclared && must === needs) return;
  const moved = before && !after ? inParts(walk, pair).get(name) : undefined;
  if (before && moved) walk.pair(before, moved, path);
  else if (before && !after) noteRemoved(walk, pair, property, before);
  else if (!before && after) noteAdded(walk, pair, property, after);
  else {
    if (must !== needs && (before || !isDeclared)) noteRequired(walk, pair, property);
    if (before && after) walk.pair(before, after, path);
  }
}

/** Where a side declares a property, if these messages carry it. */
function declaration({ reader, spot, declared }: Side, name: string): Spot | undefined {
  if (!declared.has(name)) return undefined;
  const place = { node: declared.get(name), pointer: `${spot.pointer}/properties/${pointerToken(name)}` };
  return reader.hidden?.(place) ? undefined : place;
}

function noteRemoved({ report }: Walking, pair: Pair, { name, path }: Property, before: Spot): void {
  report.note(
    pair,
    {
      fact: 'property-removed',
      property: name,
      keyword: 'properties',
      kind: 'removed',
      effect: 'unclear',
      reason: 'property removed',
      alone: (schema) => withRequired(withProperty(schema, name, undefined), name, false),
    },
    { oldPointer: before.pointer },
    path,
    before.node,
  );
}

function noteAdded({ report }: Walking, pair: Pair, { name, path, old, now }: Property, after: Spot): void {
  const needs = now.required.has(name);
  const isNewlyRequired = needs && !old.required.has(name);
  report.note(
    pair,
    {
      fact: isNewlyRequired ? 'required-property-added' : 'property-added',
      property: name,
      keyword: 'properties',
      kind: 'added',
      effect: isNewlyRequired ? 'narrows' : 'unclear',
      reason: isNewlyRequired ? 'required property added' : 'property added',
      alone: (schema) => withRequired(withProperty(schema, name, after.node ?? true), name, needs),
      after: after.node ?? true,
    },
    { pointer: after.pointer },
    path,
  );
}

function noteRequired({ report }: Walking, pair: Pair, { name, path, old, now }: Property): void {
  const needs = now.required.has(name);
  const at = ({ spot, places }: Side): string => `${spot.pointer}/required/${places.get(name) ?? 0}`;
  report.note(
    pair,
    {
      property: name,
      fact: needs ? 'property-became-required' : 'property-became-optional',
      keyword: 'required',
      kind: 'changed',
      effect: needs ? 'narrows' : 'widens',
      reason: needs ? 'it is now required' : 'it is now optional',
      alone: (schema) => withRequired(schema, name, needs),
    },
    needs ? { pointer: at(now) } : { oldPointer: at(old) },
    path,
  );
}

/** A schema for what is not named: absent and `true` are the same. */
export function compareAdditional(walk: Walking, pair: Pair): void {
  const keyword = 'additionalProperties';
  const [before, after] = [pair.was[keyword] ?? true, pair.is[keyword] ?? true];
  if (sameJson(before, after)) return;
  const [old, now] = pair.inside(keyword);
  if (isObject(before) && isObject(after)) {
    walk.pair(old, now, `${pair.path}.*`);
    return;
  }
  const narrows = rank(after) < rank(before);
  walk.report.keyword(pair, keyword, {
    fact: narrows ? 'additional-properties-narrowed' : 'additional-properties-widened',
    effect: narrows ? 'narrows' : 'widens',
    reason: `additional properties: ${named(before)} became ${named(after)}`,
  });
}

/** `patternProperties`, pattern by pattern; only the same text is the same pattern. */
export function comparePatternProperties(walk: Walking, pair: Pair): void {
  const [had, has] = [membersOf(pair.was.patternProperties), membersOf(pair.is.patternProperties)];
  for (const name of new Set([...had.keys(), ...has.keys()])) {
    const [old, now] = pair.inside('patternProperties', name);
    if (had.has(name) && has.has(name)) {
      walk.pair(old, now, `${pair.path}./${name}/`);
      continue;
    }
    const gone = had.has(name);
    walk.report.note(
      pair,
      {
        fact: gone ? 'pattern-property-removed' : 'pattern-property-added',
        keyword: 'patternProperties',
        kind: gone ? 'removed' : 'added',
        effect: gone ? 'unclear' : 'narrows',
        reason: `properties like ${shown(name)} ${gone ? 'no longer have a schema' : 'now have a schema'}`,
        alone: (schema) => withPattern(schema, name, gone ? undefined : (now.node ?? true)),
      },
      gone ? { oldPointer: old.pointer } : { pointer: now.pointer },
    );
  }
}

function withPattern(schema: JsonObject, name: string, node: JsonValue | undefined): JsonObject {
  const others = [...membersOf(schema.patternProperties)].filter(([key]) => key !== name);
  const all: [string, JsonValue][] = node === undefined ? others : [...others, [name, node]];
  return { ...schema, patternProperties: Object.fromEntries(all) as JsonObject };
}
