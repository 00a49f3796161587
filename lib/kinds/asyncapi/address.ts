import { isObject, type JsonObject, type JsonValue } from '../../json.ts';

/** What may stand at a parameter of an address. */
export interface Parameter {
  name: string;
  /** The only values; `null`: any, or those of `schema`. */
  values: string[] | null;
  /** 2.x: what the values are; `null`: any text. */
  schema: JsonObject | null;
}

/** Where messages are sent: a topic, a queue, a subject, a path. */
export interface Address {
  /** As it is written; `null`: the document does not know it. */
  text: string | null;
  /** Without the names of its parameters: `user/{}/signedup`; of an unknown address the key of its channel. */
  shape: string;
  /** In their order. */
  parameters: Parameter[];
}

const PARAMETER = /\{([^{}]*)\}/g;

/** The address of a channel. `key`: what the document calls it. */
export function addressOf(
  text: string | null,
  key: string,
  parameters: ReadonlyMap<string, JsonObject>,
): Address {
  if (text === null) return { text, shape: `channel ${key}`, parameters: [] };
  const names = [...text.matchAll(PARAMETER)].map(([, name = '']) => name);
  return {
    ...{ text, shape: text.replaceAll(PARAMETER, '{}') },
    parameters: names.map((name) => parameterOf(name, parameters.get(name) ?? {})),
  };
}

/** 3.x lists values, 2.x has a schema. */
function parameterOf(name: string, declared: JsonObject): Parameter {
  const schema = isObject(declared.schema) ? declared.schema : null;
  const listed =
    texts(declared.enum) ?? (schema?.const === undefined ? texts(schema?.enum) : texts([schema.const]));
  return { name, values: listed, schema: listed === null ? schema : null };
}

const texts = (value: JsonValue | undefined): string[] | null =>
  Array.isArray(value) && value.length > 0 ? value.map(String) : null;

/** Addresses that parameters may make, at most. */
const MOST = 64;

/** Every address there is, where its parameters list their values; `null` where they do not, or make too many. */
export function addressesIn({ text, parameters }: Address): string[] | null {
  let all = [text ?? ''];
  for (const { name, values } of parameters) {
    if (values === null || values.length * all.length > MOST) return null;
    all = values.flatMap((value) => all.map((address) => address.replaceAll(`{${name}}`, value)));
  }
  return text === null ? null : all;
}

/** How a text and an address go together: it is one of its addresses, or may be, or is not. */
export type Fit = 'in' | 'some' | 'none';

/**
 * Is a literal address one of those of another? A parameter with values is one of them; any other stands for a text without the
 * characters that separate the levels of an address.
 */
export function fitOf(literal: string, address: Address): Fit {
  if (address.text === null) return 'none';
  const all = addressesIn(address);
  if (all !== null) return all.includes(literal) ? 'in' : 'none';
  const parts = address.text.split(/\{[^{}]*\}/);
  return matches(literal, parts, address.parameters, /[/.]/) ?? 'none';
}

/** `some`: it may be, by a parameter with a schema that is not looked into. */
function matches(
  text: string,
  [first = '', ...rest]: readonly string[],
  [parameter, ...more]: readonly Parameter[],
  separator: RegExp,
): Fit | undefined {
  if (!text.startsWith(first)) return undefined;
  const after = text.slice(first.length);
  if (parameter === undefined) return after === '' ? 'in' : undefined;
  const { values, schema } = parameter;
  const ends = values?.map((value) => value.length) ?? endsIn(after, separator);
  let best: Fit | undefined;
  for (const end of ends) {
    const value = after.slice(0, end);
    if (values !== null && !values.includes(value)) continue;
    const found = matches(after.slice(end), rest, more, separator);
    if (found === undefined) continue;
    const here: Fit =
      schema === null || Object.keys(schema).every((key) => key === 'type' || key === 'description')
        ? found
        : 'some';
    if (here === 'in') return 'in';
    best = here;
  }
  return best;
}

/** Where a value without a separator may end. */
function endsIn(text: string, separator: RegExp): number[] {
  const stop = text.search(separator);
  const most = stop === -1 ? text.length : stop;
  return Array.from({ length: Math.min(most, 200) }, (_, at) => most - at);
}
