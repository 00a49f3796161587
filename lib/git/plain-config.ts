import type { ConfigEntry } from './config-file.ts';

/**
 * What a store's own configuration may say: how its files are laid out, where its remotes are, and what fetch and push check
 * besides. Everything else is the user's to say in a configuration of theirs, for it can start a program, redirect the
 * network, or is not known here. A list of what is allowed: git learns new settings every few months.
 */
const ALLOWED = new Set([
  'core.repositoryformatversion',
  'core.filemode',
  'core.bare',
  'core.logallrefupdates',
  'core.ignorecase',
  'core.precomposeunicode',
  'core.symlinks',
  'core.sharedrepository',
  'core.autocrlf',
  'core.eol',
  'core.safecrlf',
  'core.longpaths',
  'core.compression',
  'core.loosecompression',
  'core.bigfilethreshold',
  'core.trustctime',
  'core.checkstat',
  'core.fsync',
  'core.fsyncmethod',
  'core.fsyncobjectfiles',
  'core.untrackedcache',
  'core.preloadindex',
  'core.commitgraph',
  'core.multipackindex',
  'core.quotepath',
  'core.abbrev',
  'user.name',
  'user.email',
  'user.useconfigonly',
  'gc.auto',
  'maintenance.auto',
  'maintenance.strategy',
  'transfer.fsckobjects',
  'transfer.hiderefs',
  'transfer.unpacklimit',
  'fetch.fsckobjects',
  'fetch.unpacklimit',
  'fetch.prune',
  'receive.fsckobjects',
  'receive.unpacklimit',
  'receive.denycurrentbranch',
  'receive.denydeletecurrent',
  'receive.denydeletes',
  'receive.denynonfastforwards',
  'receive.advertisepushoptions',
  'remote.*.url',
  'remote.*.pushurl',
  'remote.*.fetch',
  'remote.*.tagopt',
  'remote.*.prune',
  'remote.*.prunetags',
  'remote.*.mirror',
  'branch.*.remote',
  'branch.*.pushremote',
  'branch.*.merge',
  'branch.*.rebase',
  'branch.*.description',
]);

/** What was found in a store's configuration. */
export interface PlainConfig {
  allowed: ConfigEntry[];
  /** Not in effect, in the order of the file. */
  ignored: ConfigEntry[];
  /** What makes git fetch the objects that are missing; `null`: nothing does. */
  partial: ConfigEntry | null;
}

export function plainConfig(entries: readonly ConfigEntry[]): PlainConfig {
  const result: PlainConfig = { allowed: [], ignored: [], partial: null };
  for (const entry of entries) {
    const kind = kindOf(entry.key);
    if (PARTIAL.has(kind) && !isFalse(entry.value)) result.partial ??= entry;
    // How the repository is laid out is never ignored: git refuses what it does not know.
    const isLayout = kind.startsWith('extensions.') && kind !== 'extensions.worktreeconfig';
    (isLayout || ALLOWED.has(kind) ? result.allowed : result.ignored).push(entry);
  }
  return result;
}

const PARTIAL = new Set(['extensions.partialclone', 'remote.*.promisor', 'remote.*.partialclonefilter']);

/** The key with any subsection as `*`. */
function kindOf(key: string): string {
  const first = key.indexOf('.');
  const last = key.lastIndexOf('.');
  return first === last ? key : `${key.slice(0, first)}.*${key.slice(last)}`;
}

const isFalse = (value: string | null): boolean => value !== null && /^(false|no|off|0|)$/i.test(value);
