import { opinionsUnder } from '../../compat/schema/instance.ts';
import { shown } from '../../compat/shown.ts';
import { isObject, type JsonObject, type JsonValue, sameJson } from '../../json.ts';
import type { Chart } from './interface.ts';
import { declaredAt, isPlain } from './shape.ts';

/** A default that is another one: where, and what it is for those who do not set it. */
export interface Changed {
  path: readonly string[];
  before?: JsonValue;
  after?: JsonValue;
  reason: string;
}

/** One side: the chart, and the schema of its values. */
export interface Side {
  chart: Chart;
  schema: JsonValue;
}

/**
 * What those see otherwise who do not set a value: defaults that are others, gone though still declared, or there although the value was
 * declared before. A value that came with its default changes nothing, unless the schema may refuse it beside what was given.
 */
export function defaultChanges(old: Side, now: Side): Changed[] {
  const found: Changed[] = [];
  const walk = (before: JsonObject, after: JsonObject, path: readonly string[]): void => {
    for (const [name, was] of Object.entries(before)) {
      const here = [...path, name];
      if (!Object.hasOwn(after, name)) {
        if (declaredAt(now.schema, here) !== undefined)
          found.push({ path: here, before: was, reason: `${shown(was)} is no longer set by default` });
        continue;
      }
      const is = after[name] ?? null;
      if (isObject(was) && isObject(is)) walk(was, is, here);
      // Another type is a change of its own.
      else if (!sameJson(was, is) && !isOtherType(declaredAt(old.schema, here), declaredAt(now.schema, here)))
        found.push({
          ...{ path: here, before: was, after: is },
          reason: `where it is not set, ${shown(was)} became ${shown(is)}`,
        });
    }
    for (const [name, is] of Object.entries(after)) {
      if (Object.hasOwn(before, name) || is === null) continue;
      const here = [...path, name];
      const was = declaredAt(old.schema, here);
      const why =
        was !== undefined && !isSection(here, now.chart)
          ? `where it is not set, it became ${shown(is)}`
          : refusal(now, here, is);
      if (why !== null) found.push({ path: here, after: is, reason: why });
    }
  };
  walk(old.chart.values, now.chart.values, []);
  return found;
}

const isOtherType = (was: JsonValue | undefined, is: JsonValue | undefined): boolean =>
  isObject(was) && isObject(is) && was.type !== undefined && !sameJson(was.type, is.type ?? null);

const isSection = ([first, ...more]: readonly string[], { dependencies }: Chart): boolean =>
  more.length === 0 && (first === 'global' || dependencies.includes(first ?? ''));

/** Why the schema may refuse a default that came, beside what was given before; `null`: it does not. */
function refusal(
  { chart: { schema: root } }: Side,
  path: readonly string[],
  value: JsonValue,
): string | null {
  let here: JsonValue = root ?? true;
  for (const name of path) {
    if (!isObject(here)) break;
    if (!isPlain(here)) return `whether the schema takes it beside what is given is not checked`;
    const { properties, additionalProperties = true }: JsonObject = here;
    here =
      isObject(properties) && Object.hasOwn(properties, name)
        ? (properties[name] ?? true)
        : additionalProperties;
  }
  if (here === true || !isObject(root)) return here === false ? 'the schema refuses it' : null;
  const { $schema, definitions, $defs } = root;
  const around = Object.fromEntries(
    Object.entries({ $schema, definitions, $defs }).filter(([, own]) => own !== undefined),
  ) as JsonObject;
  const opinion = opinionsUnder(isObject(here) ? { ...around, ...here } : here)(value);
  if ('why' in opinion) return `whether the schema takes it is not known: ${opinion.why}`;
  return opinion.fault === null ? null : `the schema refuses it: ${opinion.fault.reason}`;
}
