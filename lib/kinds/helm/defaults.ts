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
  /** Its type is another one, which is a change of its own. */
  isTyped?: true;
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
        if (declaredAt(now.schema, here) !== undefined || declaredAt(old.schema, here) === undefined)
          found.push({ path: here, before: was, reason: `${shown(was)} is no longer set by default` });
        continue;
      }
      const is = after[name] ?? null;
      if (isObject(was) && isObject(is)) walk(was, is, here);
      else if (!sameJson(was, is))
        found.push({
          ...{ path: here, before: was, after: is },
          ...(isOtherType(was, is, declaredAt(old.schema, here), declaredAt(now.schema, here))
            ? { isTyped: true }
            : {}),
          reason: `where it is not set, ${shown(was)} became ${shown(is)}`,
        });
    }
    for (const [name, is] of Object.entries(after)) {
      if (Object.hasOwn(before, name)) continue;
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

/** Has each default the type that is declared, and are these two types? No value has both, so that change is the one to name. */
const isOtherType = (was: JsonValue, is: JsonValue, old: Declared, now: Declared): boolean =>
  isTyped(was, old) && isTyped(is, now) && typeOf(was) !== typeOf(is);
type Declared = ReturnType<typeof declaredAt>;
const typeOf = (value: JsonValue): string => (Array.isArray(value) ? 'array' : typeof value);
const isTyped = (value: JsonValue, declared: Declared): boolean =>
  value !== null && isObject(declared) && declared.type === typeOf(value);

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
