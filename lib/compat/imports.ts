import { gt, parse, satisfies, validRange } from './semver.ts';

/** What is published of a contract, as a realm's file says. */
export interface Published {
  version: string;
  /** After a breaking change: when this version replaces `previous` (ISO 8601). */
  effectiveAt?: string | undefined;
  /** The version that stays valid until then. */
  previous?: string | undefined;
}

export interface ImportFacts {
  /** The versions the consumer accepts, a semver range. */
  range: string;
  /** The version the consumer last resolved; absent before the first time. */
  resolvedVersion?: string | undefined;
  /** Absent: the contract is gone. */
  published: Published | undefined;
  now: Date;
}

export type ImportState =
  | { state: 'current' }
  | { state: 'stale'; reason: string /** Whole days until it breaks, at least 1. */; breaksInDays?: number }
  | { state: 'broken'; reason: string };

/**
 * How an import stands at a moment (DESIGN §7). `current`: resolved at the published version. `stale`: a newer one
 * satisfies the range, or the version that ends the grace period will not, and then it says in how many days. `broken`: the
 * version that counts now does not satisfy the range, or the contract is gone. Never throws: a realm's file may say anything.
 *
 * A published prerelease satisfies a range by its number (`1.4.0-rc.1` satisfies `>=1.0.0`): a contract has one published
 * version, and what a resolver would skip for a better one is here all there is.
 */
export function importState({ range, resolvedVersion, published, now }: ImportFacts): ImportState {
  if (!published) return { state: 'broken', reason: 'the contract is gone' };
  const { version, previous } = published;
  if (!parse(version))
    return { state: 'broken', reason: `the published version '${version}' is no semantic version` };
  if (validRange(range) === null) return { state: 'broken', reason: `'${range}' is no range of versions` };

  if (accepts(range, version)) {
    if (resolvedVersion === undefined)
      return { state: 'stale', reason: `not resolved yet; ${version} is published` };
    if (resolvedVersion === version) return { state: 'current' };
    const ahead = parse(resolvedVersion) !== null && gt(resolvedVersion, version);
    return {
      state: 'stale',
      reason: ahead
        ? `resolved at ${resolvedVersion}, but ${version} is published`
        : `${version} is newer than the resolved ${resolvedVersion}`,
    };
  }
  const days = graceDays(published, now);
  if (days !== undefined && previous !== undefined && accepts(range, previous)) {
    return {
      state: 'stale',
      reason: `${version} does not satisfy '${range}' and replaces ${previous} then`,
      breaksInDays: days,
    };
  }
  return { state: 'broken', reason: `the published ${version} does not satisfy '${range}'` };
}

/** `stale, breaks in 12 days`: the state in the words that commands print. */
export function importStateWords(state: ImportState): string {
  if (state.state !== 'stale' || state.breaksInDays === undefined) return state.state;
  return `stale, breaks in ${state.breaksInDays} ${state.breaksInDays === 1 ? 'day' : 'days'}`;
}

/** The version that counts at a moment: the one before while the grace period runs. */
export const effectiveVersion = (published: Published, now: Date): string =>
  graceDays(published, now) !== undefined && published.previous !== undefined
    ? published.previous
    : published.version;

/** Days until the version takes effect, rounded up; undefined where it has, or where the date cannot be read. */
function graceDays({ effectiveAt }: Published, now: Date): number | undefined {
  if (effectiveAt === undefined) return undefined;
  const left = Date.parse(effectiveAt) - now.getTime();
  return left > 0 ? Math.ceil(left / 86_400_000) : undefined;
}

const accepts = (range: string, version: string): boolean =>
  satisfies(version, range, { includePrerelease: true });
