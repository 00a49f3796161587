import { counted } from '../count.ts';
import { quickAccepts } from './quick-range.ts';
import { gt, parse, satisfies, validRange } from './semver.ts';
import { sameLine } from './version.ts';

/** What is published of a contract, as a realm's file says. */
export interface Published {
  version: string;
  /** After a breaking change: from when this version counts (ISO 8601); until then the newest one before that does. */
  effectiveAt?: string | undefined;
  /** The versions before it, the newest first: several breaking changes may be under way. */
  before?: readonly { version: string; effectiveAt?: string | undefined }[] | undefined;
}

export interface ImportFacts {
  /** The versions the consumer accepts, a semver range. */
  range: string;
  /** The version the consumer last resolved; absent before the first time. */
  resolvedVersion?: string | undefined;
  /** Absent: the contract was removed. */
  published: Published | undefined;
  now: Date;
  /** Whatever is added harms no consumer: the provider offers, and nobody has to grant or hold more. */
  offers?: boolean | undefined;
}

export type ImportState =
  /** `news`: a newer version of the same line is published, and asks nothing of the consumer. */
  | { state: 'current'; news?: string }
  | {
      state: 'stale';
      reason: string;
      /** Whole days until it breaks, at least 1. */
      breaksInDays?: number;
    }
  | { state: 'broken'; reason: string };

/**
 * How an import stands at a moment (docs/design/compatibility.md). `current`: resolved at the published version, or at an earlier one that
 * what is offered has only been added to. `stale`: a newer one
 * satisfies the range, or the version that ends the grace period will not, and then it says in how many days. `broken`: the
 * version that counts now does not satisfy the range, or the contract was removed. Never throws: a realm's file may say anything.
 *
 * A published prerelease satisfies a range by its number (`1.4.0-rc.1` satisfies `>=1.0.0`): a contract has one published
 * version, and what a resolver would skip for a better one is here all there is.
 */
export function importState({ range, resolvedVersion, published, now, offers }: ImportFacts): ImportState {
  if (!published) return { state: 'broken', reason: 'the contract was removed' };
  const { version } = published;
  const plain = quickAccepts(range, version);
  if (plain === undefined && !parse(version))
    return { state: 'broken', reason: `the published version '${version}' is not a valid semantic version` };
  if (plain === undefined && validRange(range) === null)
    return { state: 'broken', reason: `'${range}' is not a valid version range` };

  if (plain ?? accepts(range, version)) {
    if (resolvedVersion === undefined)
      return { state: 'stale', reason: `not resolved yet; ${version} is published` };
    if (resolvedVersion === version) return { state: 'current' };
    const ahead = parse(resolvedVersion) !== null && gt(resolvedVersion, version);
    if (offers === true && !ahead && sameLine(resolvedVersion, version))
      return { state: 'current', news: `${version} is newer than the resolved ${resolvedVersion}` };
    return {
      state: 'stale',
      reason: ahead
        ? `resolved at ${resolvedVersion}, but ${version} is published`
        : `${version} is newer than the resolved ${resolvedVersion}`,
    };
  }
  const line = lineOf(published, now);
  const still = line.findIndex((published) => accepts(range, published.version));
  const next = line[still - 1];
  if (next?.days !== undefined) {
    return {
      state: 'stale',
      reason: `${next.version} does not satisfy '${range}' and will then replace ${line[still]?.version}`,
      breaksInDays: next.days,
    };
  }
  return { state: 'broken', reason: `the published ${version} does not satisfy '${range}'` };
}

/** `stale, breaks in 12 days`: the state in the words that commands print. */
export function importStateWords(state: ImportState): string {
  if (state.state !== 'stale' || state.breaksInDays === undefined) return state.state;
  return `stale, breaks in ${counted(state.breaksInDays, 'day')}`;
}

/** The version that counts at a moment: the newest one whose grace period is over. */
export const effectiveVersion = (published: Published, now: Date): string =>
  lineOf(published, now).at(-1)?.version ?? published.version;

/** The newest version and those it came over, down to the one that counts now; `days` until each counts, rounded up. */
function lineOf(published: Published, now: Date): { version: string; days?: number }[] {
  const line: { version: string; days?: number }[] = [];
  for (const { version, effectiveAt } of [published, ...(published.before ?? [])]) {
    const left = effectiveAt === undefined ? 0 : Date.parse(effectiveAt) - now.getTime();
    // A date that cannot be read holds nothing up.
    if (!(left > 0)) return [...line, { version }];
    line.push({ version, days: Math.ceil(left / 86_400_000) });
  }
  return line;
}

/** Does a published version do for a range? A prerelease does by its number. */
export const accepts = (range: string, version: string): boolean =>
  quickAccepts(range, version) ?? satisfies(version, range, { includePrerelease: true });
