import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import { layered, put } from '../../kinds/helm/coalesce.ts';
import { pointersIn } from '../data/instances.ts';
import { mayBeSecret } from '../secrets.ts';

/** Values that something gives, with the lines that they stand in. */
export interface Layer {
  value: JsonObject;
  path: string;
  line(pointer: string): number;
}

/** What a use records of the values that are given: without what looks like a secret, or is only known at run time. */
export interface Given {
  values: JsonObject;
  /** Of each value, before those that it holds: its line, or `file:line` where it is in another file. */
  lines: (number | string)[];
  /** Pointers to texts that are left out. */
  hidden: string[];
}

/** Layers as one, the last on top. `home`: the file that the use stands in; `templates`: a text with `{{` in it is not known. */
export function givenBy(layers: readonly Layer[], home: string, templates: boolean): Given {
  const places = new Map<string, number | string>();
  let values: JsonObject = {};
  for (const { value, path, line } of layers) {
    values = layered(values, value);
    for (const pointer of pointersIn(value, ''))
      places.set(pointer, path === home ? line(pointer) : `${path}:${line(pointer)}`);
  }
  const hidden: string[] = [];
  const shown = masked(values, '', '', templates, hidden) as JsonObject;
  return { values: shown, lines: pointersIn(values, '').map((pointer) => places.get(pointer) ?? 1), hidden };
}

/** The same of one whole document. */
export const recordOf = (value: JsonObject, layer: Omit<Layer, 'value'>, templates: boolean): Given =>
  givenBy([{ ...layer, value }], layer.path, templates);

function masked(
  value: JsonValue,
  key: string,
  pointer: string,
  templates: boolean,
  hidden: string[],
): JsonValue {
  if (typeof value === 'string') {
    if (!mayBeSecret(value, key) && !(templates && value.includes('{{'))) return value;
    hidden.push(pointer);
    return '';
  }
  if (Array.isArray(value))
    return value.map((item, at) => masked(item, key, `${pointer}/${at}`, templates, hidden));
  if (!isObject(value)) return value;
  const made: JsonObject = {};
  for (const [name, inner] of Object.entries(value))
    put(made, name, masked(inner, name, `${pointer}/${pointerToken(name)}`, templates, hidden));
  return made;
}

/** What `--set name=value` sets ("Using Helm", "The Format and Limitations of --set"). `isText`: the value is a text, whatever it looks like. */
export function settingOf(name: string, value: JsonValue, isText: boolean): JsonObject | null {
  const tokens = name.match(/\[\d+\]|(?:\\.|[^.[\]\\])+/g);
  if (tokens === null) return null;
  let made: JsonValue = typeof value === 'string' && !isText ? typed(value) : value;
  for (const token of tokens.reverse()) {
    const index = /^\[(\d+)\]$/.exec(token)?.[1];
    // The elements before it are those of the list below, which is not merged.
    if (index !== undefined) made = [made];
    else {
      const under: JsonObject = {};
      put(under, token.replace(/\\(.)/g, '$1'), made);
      made = under;
    }
  }
  return isObject(made) ? made : null;
}

function typed(text: string): JsonValue {
  if (text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^-?(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  const [, list] = /^\{(.*)\}$/.exec(text) ?? [];
  return list === undefined ? text : list === '' ? [] : list.split(',').map(typed);
}
