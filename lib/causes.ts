import { counted } from './count.ts';

/** A place in the code that was not resolved. */
export interface Open {
  path: string;
  line: number;
  why: string;
}

/** All places that were not resolved for one reason. */
export interface Cause<T extends Open = Open> {
  /** The reason. What differs from place to place in it (names, numbers) is left out: `'…'`. */
  why: string;
  /** In the order in which they were given. */
  places: T[];
}

/**
 * Which reasons tell most, first: whole files that were not read, then code that looks like access and was not understood,
 * then what was not followed to its end, keys, and last the buckets, of which a path is known all the same.
 */
const usefulness: readonly RegExp[] = [
  /does not parse|not valid UTF-8|binary|over the limit|longer than|nested too deeply|expressions and statements|not available/,
  /looks like S3 access|no read or write of this address|unsupported form|not understood/,
  /steps to follow|than are followed|too deeply|called in more than|too many/,
  /^key known only|^path known only|no key is specified|it names a bucket/,
  /^(?!the bucket is unknown|path known only)/,
];

/** Places by their reason, each reason once: the most useful first, then those with the most places. */
export function byCause<T extends Open>(open: readonly T[]): Cause<T>[] {
  const causes = new Map<string, Cause<T>>();
  for (const place of open) {
    const key = general(place.why);
    const known = causes.get(key);
    if (known === undefined) causes.set(key, { why: place.why, places: [place] });
    else {
      known.places.push(place);
      if (known.why !== place.why) known.why = key;
    }
  }
  const rank = ({ why }: Cause<T>): number => {
    const found = usefulness.findIndex((shape) => shape.test(why));
    return found < 0 ? usefulness.length : found;
  };
  return [...causes.values()].sort(
    (a, b) => rank(a) - rank(b) || b.places.length - a.places.length || (a.why < b.why ? -1 : 1),
  );
}

/**
 * A line for each reason, with how many places it has and the first of them: at most `most` lines, the last for the rest, which
 * ends with `where`.
 */
export function causeLines(open: readonly Open[], most: number, where = ''): string[] {
  const causes = byCause(open);
  const shown = causes.length > most ? causes.slice(0, most - 1) : causes;
  const left = causes.slice(shown.length).reduce((sum, { places }) => sum + places.length, 0);
  return [
    ...shown.map((cause) => `not resolved: ${causeLine(cause)}`),
    ...(left > 0 ? [`and ${left} more not resolved${where}`] : []),
  ];
}

/** Places named for one reason. */
const MOST_PLACES = 3;

function causeLine({ why, places }: Cause): string {
  const named = [...new Set(places.map(({ path, line }) => `${path}:${line}`))];
  if (named.length === 1) return `${named[0]}: ${why}`;
  const more = named.length > MOST_PLACES ? `, and ${named.length - MOST_PLACES} more` : '';
  return `${why} (${counted(named.length, 'place')}: ${named.slice(0, MOST_PLACES).join(', ')}${more})`;
}

/** A reason without the names and numbers in it, and without what else stands in the way. */
const general = (why: string): string =>
  why
    .replace(/, and \d+ other reasons?$/, '')
    .replace(/'[^']*'/g, "'…'")
    .replace(/(environment variable|the variable) \w+/g, '$1 …')
    .replace(/in line \d+/g, 'in a line')
    .replace(/\bline \d+/g, 'a line');
