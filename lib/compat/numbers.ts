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
