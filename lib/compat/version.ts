import { counted } from '../count.ts';
import { RealmError } from '../errors.ts';
import { isObject, type JsonValue } from '../json.ts';
import { plainVersion } from './quick-range.ts';
import { gt, inc, parse } from './semver.ts';
import { becameWords, shown } from './shown.ts';
import type { Change, VerdictName } from './types.ts';

/** What a version has to answer for: a verdict, or `described`, where only words about the contract changed. */
export type Significance = VerdictName | 'described';

/**
 * The next version after a change (docs/design/compatibility.md): breaking → major, compatible → minor, described → patch, below 1.0.0 one
 * place lower; `unknown` counts as breaking, `equal` keeps the version. Throws `bad-version` where it is not a semver.
 */
export function bump(version: string, significance: Significance): string {
  const plain = plainVersion(version);
  if (plain !== undefined) return significance === 'equal' ? version : raised(plain, significance).join('.');
  const parsed = checkedVersion(version);
  if (significance === 'equal') return parsed.version;
  const place = places[significance] + (parsed.major === 0 ? 1 : 0);
  const release = place === 0 ? 'major' : place === 1 ? 'minor' : 'patch';
  return inc(parsed, release) ?? parsed.version;
}

/** What `inc` makes of a version that is nothing but three numbers: a hook does without the library. */
function raised(version: readonly number[], significance: Exclude<Significance, 'equal'>): number[] {
  const place = Math.min(places[significance] + (version[0] === 0 ? 1 : 0), 2);
  return version.map((number, n) => (n < place ? number : n === place ? number + 1 : 0));
}

const places = { breaking: 0, unknown: 0, compatible: 1, described: 2 } as const;

export type VersionAnswer = { ok: true } | { ok: false; minimum: string; reason: string };

/**
 * Is a version given by hand high enough for the change? A prerelease of the release that is demanded is; the same version
 * again only where nothing changed. Throws `bad-version` where either is not a semver.
 */
export function versionSatisfiesVerdict(
  old: string,
  explicit: string,
  significance: Significance,
): VersionAnswer {
  const before = checkedVersion(old);
  const given = checkedVersion(explicit);
  const minimum = bump(old, significance);
  const release = `${given.major}.${given.minor}.${given.patch}`;
  if (significance === 'equal' && given.compare(before) === 0) return { ok: true };
  if (!gt(given, before)) {
    return { ok: false, minimum, reason: `version ${given.version} is not higher than ${before.version}` };
  }
  if (gt(minimum, release)) {
    const because = significance === 'unknown' ? 'not proved compatible' : significance;
    return {
      ok: false,
      minimum,
      reason: `the change is ${because}: ${given.version} is lower than ${minimum}`,
    };
  }
  return { ok: true };
}

/** Why a version that follows another without any change is refused; a prerelease becomes its release, 0.x comes of age. */
export function jumpOf(old: string, version: string): string | null {
  const [before, given] = [checkedVersion(old), checkedVersion(version)];
  const released =
    before.prerelease.length > 0 &&
    before.major === given.major &&
    before.minor === given.minor &&
    before.patch === given.patch;
  const grown = before.major === 0 && given.version === '1.0.0';
  return before.version === given.version || released || grown
    ? null
    : `nothing changed since ${before.version}, so there is no new version ${given.version} to publish`;
}

/** Are two versions of one line: would a consumer of one accept the other (same major; below 1.0.0 same minor)? */
export function sameLine(a: string, b: string): boolean {
  const [left, right] = [parse(a), parse(b)];
  if (!left || !right) return false;
  return left.major === right.major && (left.major > 0 || left.minor === right.minor);
}

/** A version as semver reads it. Throws `bad-version`. */
function checkedVersion(version: string): SemVer {
  const parsed = parse(version);
  if (!parsed) {
    throw new RealmError('bad-version', `'${version}' is not a valid semantic version`, {
      hint: 'write it as MAJOR.MINOR.PATCH, for example 1.4.0',
    });
  }
  return parsed;
}

type SemVer = NonNullable<ReturnType<typeof parse>>;

/** The differences as lines of a changelog: `Added training-metrics/* (write)`; past `limit` one line counts the rest. */
export function changelogLines(changes: readonly Change[], limit = 100): string[] {
  const lines = changes.slice(0, limit).map(changelogLine);
  if (changes.length > limit) lines.push(`and ${counted(changes.length - limit, 'more change')}`);
  return lines;
}

function changelogLine({ kind, pointer, subject, before, rule = '' }: Change): string {
  // Of an interface the subject says where, in the words of its users.
  const isNamed = /^(openapi|graphql)\//.test(rule);
  const place = isNamed ? '' : pointer.replace(/(\/(?:enum|required))\/\d+$/, '$1');
  const where = place === '' ? '' : ` (${place.slice(1).replaceAll('~1', '/').replaceAll('~0', '~')})`;
  if (kind === 'described' && isNamed) return `Documentation only: ${plain(subject)}`;
  if (kind === 'added') return `Added ${plain(subject)}${where}`;
  if (kind === 'removed') return `Removed ${plain(subject)}${where}`;
  if (kind === 'described') return `Changed the description${where}`;
  return before === undefined
    ? `Changed ${plain(subject)}${where}`
    : plain(before) === plain(subject)
      ? `Changed: ${becameWords(before, subject)}${where}`
      : `Changed ${plain(before)} to ${plain(subject)}${where}`;
}

/** Text without quotes and on one line, so that a path reads as a path. */
function plain(value: JsonValue): string {
  if (typeof value !== 'string')
    return isObject(value) || Array.isArray(value) ? shown(value) : String(value);
  const line = value.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
