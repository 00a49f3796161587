import type { Repository } from './repository.ts';

/** The effective git configuration of a repository, read once. */
export interface GitConfig {
  /** The last value, as git decides; keys in any case: `realm.drift`, `branch.Main.remote`. */
  get(key: string): string | undefined;
  all(key: string): readonly string[];
  /** git's booleans; `fallback` where the key is absent or no boolean. */
  bool(key: string, fallback: boolean): boolean;
  keys(): Iterable<string>;
}

/** Read everything in one process: `git config -z --list`. */
export async function readConfig(repo: Pick<Repository, 'git'>): Promise<GitConfig> {
  const { stdout } = await repo.git(['config', '-z', '--list'], { ok: [0, 128] });
  return parseConfig(stdout.toString('utf8'));
}

/** Parse `git config -z --list`: `key LF value NUL`, or `key NUL` for a bare boolean. */
export function parseConfig(text: string): GitConfig {
  const values = new Map<string, string[]>();
  for (const entry of text.split('\0')) {
    if (entry === '') continue;
    const end = entry.indexOf('\n');
    const key = fold(end < 0 ? entry : entry.slice(0, end));
    const value = end < 0 ? 'true' : entry.slice(end + 1);
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  const get = (key: string) => values.get(fold(key))?.at(-1);
  return {
    get,
    all: (key) => values.get(fold(key)) ?? [],
    bool: (key, fallback) => asBoolean(get(key)) ?? fallback,
    keys: () => values.keys(),
  };
}

/** Section and name fold to lower case, the subsection between them stays. */
function fold(key: string): string {
  const first = key.indexOf('.');
  const last = key.lastIndexOf('.');
  if (first < 0) return key.toLowerCase();
  return key.slice(0, first).toLowerCase() + key.slice(first, last) + key.slice(last).toLowerCase();
}

function asBoolean(word: string | undefined): boolean | undefined {
  if (word === undefined) return undefined;
  if (/^(true|yes|on|1)$/i.test(word)) return true;
  return /^(false|no|off|0|)$/i.test(word) ? false : undefined;
}
