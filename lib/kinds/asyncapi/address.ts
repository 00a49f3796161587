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
  const [first = '', ...rest] = address.text.split(/\{[^{}]*\}/);
  if (!literal.startsWith(first) || literal.length > MOST_LETTERS) return 'none';
  // Where what was matched so far may end, and how sure that is.
  let ends = new Map<number, Fit>([[first.length, 'in']]);
  for (const [at, part] of rest.entries()) ends = after(literal, ends, address.parameters[at], part);
  return ends.get(literal.length) ?? 'none';
}

/** Letters of an address that is looked for, at most. */
const MOST_LETTERS = 1000;

/** Where a parameter and the text behind it may end. */
function after(
  literal: string,
  ends: ReadonlyMap<number, Fit>,
  parameter: Parameter | undefined,
  part: string,
): Map<number, Fit> {
  const found = new Map<number, Fit>();
  const { values = null, schema = null } = parameter ?? {};
  const isPlain = Object.keys(schema ?? {}).every((key) => key === 'type' || key === 'description');
  for (const [from, fit] of ends)
    for (const to of values === null ? levelEnds(literal, from) : valueEnds(literal, from, values)) {
      if (!literal.startsWith(part, to)) continue;
      const end = to + part.length;
      if (found.get(end) !== 'in') found.set(end, isPlain ? fit : 'some');
    }
  return found;
}

const valueEnds = (literal: string, from: number, values: readonly string[]): number[] =>
  values.filter((value) => literal.startsWith(value, from)).map((value) => from + value.length);

/** A value that is not listed does not hold what separates the levels of an address. */
function levelEnds(literal: string, from: number): number[] {
  const stop = literal.slice(from).search(/[/.]/);
  const most = stop === -1 ? literal.length - from : stop;
  return Array.from({ length: most }, (_, at) => from + at + 1);
}
