import path from 'node:path';
import type { Repository } from './repository.ts';
import type { GitPlace } from './run.ts';

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
export async function readConfig(place: GitPlace): Promise<GitConfig> {
  const { stdout } = await place.git(['config', '-z', '--list'], { ok: [0, 128] });
  return parseConfig(stdout.toString('utf8'));
}

/** The scopes that are the user's own word: a repository's own configuration may come from elsewhere. */
const OWN_SCOPES: readonly string[] = ['system', 'global', 'command'];

/**
 * What the user says in a file or environment of their own; nothing where git cannot read its configuration. One process.
 */
export async function readOwnConfig(place: GitPlace): Promise<GitConfig> {
  const entries = await scopedEntries(place);
  return parseConfig(
    entries
      .filter(({ scope }) => OWN_SCOPES.includes(scope))
      .map(({ entry }) => entry)
      .join('\0'),
  );
}

/** The last value of a key, from wherever it is set; `null`: nowhere. Throws `git-failed` where git cannot read a file of it. */
export async function configValue(place: GitPlace, key: string): Promise<string | null> {
  const { code, stdout } = await place.git(['config', '--get', key], { ok: [0, 1] });
  return code === 0 ? stdout.toString('utf8').trim() : null;
}

/** The last value of a key in one file, without what that includes; `''` where it does not say, or cannot be read. */
export async function valueInFile(place: GitPlace, file: string, key: string): Promise<string> {
  const args = ['config', '--file', file, '--no-includes', key];
  return (await place.git(args, { ok: [0, 1, 128] })).stdout.toString('utf8').trim();
}

/**
 * The configuration of many repositories at once: what they share and their own files take two processes in all. Where
 * includes make what is shared differ (`includeIf`), or a repository is not plain, git is asked in each.
 */
export async function readConfigs(repos: readonly Repository[]): Promise<GitConfig[]> {
  const [first, ...others] = repos;
  if (first === undefined || others.length === 0 || !repos.every(isPlain))
    return Promise.all(repos.map(readConfig));
  const input = repos.map((repo) => `[include]\n\tpath = ${quoted(configFile(repo))}\n`).join('');
  const args = ['config', '--file', '-', '--includes', '--show-origin', '-z', '--list'];
  const [shared, { code, stdout }] = await Promise.all([
    sharedBy(first),
    first.git(args, { input, ok: [0, 1, 128] }),
  ]);
  if (shared === null) return Promise.all(repos.map(readConfig));
  const own = new Map(repos.map((repo) => [`file:${configFile(repo)}`, [] as string[]]));
  const fields = stdout.toString('utf8').split('\0');
  let isUsual = code === 0;
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const list = own.get(fields[at] ?? '');
    const entry = fields[at + 1] ?? '';
    if (list === undefined) isUsual &&= fields[at] === 'standard input:';
    else {
      isUsual &&= !/^include/i.test(entry);
      list.push(entry);
    }
  }
  if (!isUsual) return Promise.all(repos.map(readConfig));
  return repos.map((repo) => {
    const local = own.get(`file:${configFile(repo)}`) ?? [];
    return parseConfig([...shared.before, ...local, ...shared.after].join('\0'));
  });
}

const configFile = ({ commonDir }: Repository): string => path.join(commonDir, 'config');
const isPlain = ({ refFiles, commonDir }: Repository): boolean =>
  refFiles === true && !commonDir.includes('\n');
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** What every repository of this user has, weaker (`before`) and stronger than its own; `null` where it depends on which. */
async function sharedBy(repo: Repository): Promise<{ before: string[]; after: string[] } | null> {
  const entries = await scopedEntries(repo);
  if (entries.length === 0 || entries.some(({ entry }) => /^includeif\./i.test(entry))) return null;
  const of = (...scopes: string[]) =>
    entries.filter(({ scope }) => scopes.includes(scope)).map(({ entry }) => entry);
  return { before: of('system', 'global'), after: of('command') };
}

/** All entries of all scopes in git's order, each `key LF value`; none where git cannot read its configuration. */
async function scopedEntries(place: GitPlace): Promise<{ scope: string; entry: string }[]> {
  const { code, stdout } = await place.git(['config', '-z', '--show-scope', '--list'], { ok: [0, 128] });
  const fields = code === 0 ? stdout.toString('utf8').split('\0') : [];
  const entries: { scope: string; entry: string }[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2)
    entries.push({ scope: fields[at] ?? '', entry: fields[at + 1] ?? '' });
  return entries;
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
  if (/^[-+]?\d+[kmg]?$/i.test(word)) return Number.parseInt(word, 10) !== 0;
  if (/^(true|yes|on)$/i.test(word)) return true;
  return /^(false|no|off|)$/i.test(word) ? false : undefined;
}
