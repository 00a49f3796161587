import type { JsonObject, JsonValue } from '../../json.ts';
import { pointerToken } from '../../json.ts';
import type { Part, Unresolved } from '../types.ts';
import type { Evaluator } from './evaluator.ts';
import { type Located, plain, type Value } from './values.ts';

export interface JsonReading {
  value: JsonValue | undefined;
  parts: Part[];
  unresolved: Unresolved[];
}

/** What is read where nothing is. */
export const nothing: JsonReading = { value: undefined, parts: [], unresolved: [] };

const DEEPEST = 40;

/**
 * The JSON value of an expression, with a part for each leaf under `base`. What has no one value is unresolved and left
 * out; undefined where nothing of it is known. A class or enum is its members.
 */
export function jsonOf(at: Located, e: Evaluator, how: string, base = ''): JsonReading {
  const parts: Part[] = [];
  const unresolved: Unresolved[] = [];
  const no = (located: Located, pointer: string, why: string): undefined => {
    const what = pointer === '' ? how : `${how} at ${pointer}`;
    unresolved.push({ path: located.module.path, line: located.expr.line, what, why });
    return undefined;
  };
  const leaf = (located: Located, pointer: string, value: JsonValue): JsonValue => {
    parts.push({ pointer: base + pointer, value, path: located.module.path, line: located.expr.line, how });
    return value;
  };

  const read = (
    located: Located,
    pointer: string,
    listed: string | undefined,
    depth: number,
  ): JsonValue | undefined => {
    if (depth > DEEPEST) return no(located, pointer, 'too deeply nested');
    const values = e.evaluate(located);
    const [value] = values;
    if (values.length !== 1 || !value)
      return no(located, pointer, `it may be any of ${values.length} values`);
    return ofValue(value, located, pointer, listed, depth);
  };

  const ofValue = (
    value: Value,
    located: Located,
    pointer: string,
    listed: string | undefined,
    depth: number,
  ): JsonValue | undefined => {
    const here = listed ?? pointer;
    switch (value.t) {
      case 'null':
        return leaf(located, here, null);
      case 'text': {
        if (value.literal !== undefined) return leaf(located, here, value.literal);
        const text = plain(value);
        const hole = value.parts.find((part) => typeof part !== 'string');
        return text === undefined
          ? no(located, pointer, hole?.why ?? 'part of it is unknown')
          : leaf(located, here, text);
      }
      case 'list': {
        const items = e.elements(located);
        return items.flatMap((item, i) => {
          const inner = read(item, `${pointer}/${i}`, isLeaf(item, e) ? pointer : undefined, depth + 1);
          return inner === undefined ? [] : [inner];
        });
      }
      case 'map': {
        const object: JsonObject = {};
        for (const entry of value.entries) {
          const key = plain(e.evaluate(entry.key)[0]);
          if (key === undefined) {
            no(entry.key, pointer, 'a key is unknown');
            continue;
          }
          const inner = read(entry.value, `${pointer}/${pointerToken(key)}`, undefined, depth + 1);
          if (inner !== undefined) setOwn(object, key, inner);
        }
        return object;
      }
      case 'class': {
        const object: JsonObject = {};
        for (const [name, bindings] of value.scope.bindings) {
          const last = bindings.at(-1);
          if (!last) continue;
          const member = { expr: last.value, env: undefined, module: value.scope.module };
          const inner = read(member, `${pointer}/${pointerToken(name)}`, undefined, depth + 1);
          if (inner !== undefined) setOwn(object, name, inner);
        }
        return object;
      }
      default:
        return no(located, pointer, value.t === 'unknown' ? value.hole.why : `a ${value.t} is not a value`);
    }
  };

  return { value: read(at, '', undefined, 0), parts, unresolved };
}

/** An element that is not a list or map counts under its list's own pointer. */
function isLeaf(at: Located, e: Evaluator): boolean {
  return e.evaluate(at).every((value) => value.t === 'text' || value.t === 'null');
}

function setOwn(object: JsonObject, key: string, value: JsonValue): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}
