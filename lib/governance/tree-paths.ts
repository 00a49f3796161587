import { contentPath, kindOf, paths } from '../realm/kinds.ts';

/** Largest file of a realm, bytes: everybody who joins gets it. */
export const MAX_FILE = 1 << 20;

/** Why a path cannot be in a realm, no matter who writes it: it reads as another one elsewhere, or is git's own. */
export function pathProblem(path: string): string | null {
  if (/[\x00-\x1f\x7f]/.test(path)) return 'a path has a control character';
  if (path.includes('\uFFFD')) return 'a path is not UTF-8';
  // Format, private and unassigned characters: nobody sees them.
  if (/[\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(path))
    return 'a path has an invisible character';
  const shown = `'${path}'`;
  if (path !== path.normalize('NFC')) return `${shown} is not in Unicode's composed form`;
  if (/[\\:]/.test(path)) return `${shown} has a backslash or colon, which is not portable`;
  for (const part of path.split('/')) {
    if (/^(\.git|git~\d+)[. ]*$/.test(folded(part))) return `${shown} is reserved for git`;
    if (DEVICE.test(part)) return `${shown} has a name that is reserved on Windows`;
    if (/[. ]$/.test(part)) return `${shown} has a name that ends in a dot or space, which is not portable`;
  }
  return null;
}

/**
 * May a realm hold a file at this path at all: one whose format the realm knows, a file beside a contract, a key, a text for people at the top or under
 * `docs/`, or what a forge or git reads (rules for pull requests, jobs of CI)?
 */
export const isRealmPath = (path: string): boolean =>
  kindOf(path) !== undefined ||
  contentPath(path) !== undefined ||
  path === paths.allowedSigners ||
  OTHERS.some((pattern) => pattern.test(path));

const OTHERS: readonly RegExp[] = [
  /^trust\/gpg\/[^/]+$/,
  /^[^/]+\.(?:md|txt|rst|adoc)$/,
  /^(?:README|LICENSE|LICENCE|COPYING|NOTICE|CODEOWNERS|Jenkinsfile)$/,
  /^\.(?:gitignore|gitattributes|mailmap|editorconfig|gitlab-ci\.yml|woodpecker\.ya?ml)$/,
  /^(?:azure|bitbucket)-pipelines\.yml$/,
  /^(?:docs|\.github|\.gitlab|\.gitea|\.forgejo|\.woodpecker|\.circleci)\/./,
];

/** With any suffix, and whatever the case. */
const DEVICE =
  /^(?:con|prn|aux|nul|conin\$|conout\$|com[\d\u00b9\u00b2\u00b3]|lpt[\d\u00b9\u00b2\u00b3]) *(?:\.|$)/i;

/** As file systems that fold case and form see a name. */
const folded = (name: string): string => name.normalize('NFKC').toUpperCase().toLowerCase();

/**
 * Finds what an added path would be the same as, where case does not count: a file, or a folder on the way to one. Reads all
 * paths once.
 */
export function twinFinder(paths: Iterable<string>): (path: string) => string | undefined {
  let known: Map<string, Set<string>> | undefined;
  const all = () => {
    known ??= new Map();
    for (const path of known.size === 0 ? paths : []) {
      for (const prefix of prefixes(path)) {
        const key = folded(prefix);
        known.set(key, (known.get(key) ?? new Set()).add(prefix));
      }
    }
    return known;
  };
  return (path) => {
    for (const prefix of prefixes(path)) {
      const twin = [...(all().get(folded(prefix)) ?? [])].find((other) => other !== prefix);
      if (twin !== undefined) return twin;
    }
    return undefined;
  };
}

/** `a/b/c` → `a`, `a/b`, `a/b/c`. */
function prefixes(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_part, at) => parts.slice(0, at + 1).join('/'));
}
