import { isObject, type JsonObject, type JsonValue } from '../json.ts';

/** Strings, to be skipped, and numbers as JSON and YAML write them; digits within a word (a UUID, a date) are none. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\w.+-])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w+-]|\.\w)/gs;
/** Text without a number so long or so small is read exactly. */
const SUSPECT = /\d[\d.]{14,}|[eE]-?\d{3,}/;

/**
 * Two different numbers in the texts that are the same once read, as in "9007199254740992 and 9007199254740993", or
 * undefined. Where there are none, numbers keep their order when they are read, and comparisons of them are right.
 */
export function collidingNumbers(texts: readonly string[]): string | undefined {
  if (!texts.some((text) => SUSPECT.test(text))) return undefined;
  const met = new Map<number, { written: string; exact: string }>();
  for (const text of texts) {
    for (const [token] of text.matchAll(TOKEN)) {
      if (token.startsWith('"')) continue;
      const read = Number(token);
      const exact = normal(token);
      const before = met.get(read);
      if (before && before.exact !== exact) return `${before.written} and ${token}`;
      if (!before) met.set(read, { written: token, exact });
    }
  }
  return undefined;
}

/**
 * The key under which a document that is read from a text keeps how its numbers beyond 2^53 are written: once read, different
 * ones may be the same.
 */
export const WRITTEN = 'x-realm-numbers';

/** The document with what its text says of such numbers; a list that the document itself brings is not believed. */
export function withWritten(document: JsonObject, texts: readonly string[]): JsonObject {
  const { [WRITTEN]: brought, ...rest } = document;
  const written = new Set<string>();
  for (const text of texts)
    for (const [token] of SUSPECT.test(text) ? text.matchAll(TOKEN) : [])
      if (!token.startsWith('"') && isBeyond(Number(token))) written.add(token);
  if (written.size > 0) return { ...rest, [WRITTEN]: [...written].sort() };
  return brought === undefined ? document : rest;
}

/** Whether a number may look the same as another: an integer beyond 2^53. */
export const isBeyond = (value: number): boolean => Number.isInteger(value) && !Number.isSafeInteger(value);

/** The numbers beyond 2^53 that a document keeps as they are written. */
export const writtenIn = (document: JsonValue): string[] => {
  const list = isObject(document) ? document[WRITTEN] : undefined;
  return Array.isArray(list) ? list.map(String) : [];
};

/**
 * Why the numbers of two documents cannot be compared, or undefined where no two of those that are kept as written look the
 * same once read.
 */
export function collidingWritten(old: JsonValue, now: JsonValue): string | undefined {
  const collision = collidingNumbers([[...writtenIn(old), ...writtenIn(now)].join('\n')]);
  return collision === undefined ? undefined : `${collision} cannot be distinguished after parsing`;
}

/** A decimal as its digits without zeros at either end, and the power of ten: equal for equal numbers. */
function normal(token: string): string {
  const [mantissa = '', exponent = '0'] = token.toLowerCase().split('e');
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  if (kept === '') return '0';
  return `${sign}${kept}e${Number(exponent) - fraction.length + (digits.length - kept.length)}`;
}
