/**
 * An exact number: what a JSON number says in decimal, so that 0.3 is a multiple of 0.1 and bounds beyond 2^53 keep
 * their order. Always in lowest terms with a positive denominator.
 */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

const gcd = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
};

export const rational = (num: bigint, den = 1n): Rational => {
  const sign = den < 0n ? -1n : 1n;
  const common = gcd(num, den) || 1n;
  return { num: (sign * num) / common, den: (sign * den) / common };
};

/** The number that the shortest decimal spelling of a double stands for; the double must be finite. */
export function fromNumber(value: number): Rational {
  const [, sign, whole = '0', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(String(value)) ?? [];
  const digits = BigInt(`${sign ?? ''}${whole}${fraction}`);
  const shift = Number(exponent) - fraction.length;
  return shift >= 0 ? rational(digits * 10n ** BigInt(shift)) : rational(digits, 10n ** BigInt(-shift));
}

/** The double that spells exactly this number, or `undefined` where no double does. */
export function toNumber(value: Rational): number | undefined {
  const { num, den } = value;
  const guess = den === 1n ? Number(num) : divide(num, den);
  if (!Number.isFinite(guess)) return undefined;
  return compare(fromNumber(guess), value) === 0 ? (guess === 0 ? 0 : guess) : undefined;
}

/** Long division to 25 significant digits, rounded to a double by the engine's own decimal parser. */
function divide(num: bigint, den: bigint): number {
  const negative = num < 0n;
  const top = negative ? -num : num;
  const scale = Math.max(0, 25 - (top.toString().length - den.toString().length));
  const digits = (top * 10n ** BigInt(scale)) / den;
  return Number(`${negative ? '-' : ''}${digits}e-${scale}`);
}

export const compare = (a: Rational, b: Rational): number => {
  const difference = a.num * b.den - b.num * a.den;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

export const add = (a: Rational, b: Rational): Rational =>
  rational(a.num * b.den + b.num * a.den, a.den * b.den);
export const times = (a: Rational, b: Rational): Rational => rational(a.num * b.num, a.den * b.den);
export const over = (a: Rational, b: Rational): Rational => rational(a.num * b.den, a.den * b.num);
export const isInteger = (a: Rational): boolean => a.den === 1n;

export const floor = (a: Rational): bigint => {
  const quotient = a.num / a.den;
  return a.num < 0n && quotient * a.den !== a.num ? quotient - 1n : quotient;
};
export const ceil = (a: Rational): bigint => -floor({ num: -a.num, den: a.den });

/** The greatest number of which both are integer multiples. */
export const commonDivisor = (a: Rational, b: Rational): Rational =>
  rational(gcd(a.num * b.den, b.num * a.den), a.den * b.den);

/** The least positive number that is an integer multiple of both. */
export const commonMultiple = (a: Rational, b: Rational): Rational => over(times(a, b), commonDivisor(a, b));

export const spell = (a: Rational): string => (a.den === 1n ? `${a.num}` : `${a.num}/${a.den}`);
