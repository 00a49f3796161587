import type { GitPlace } from './run.ts';

/** One entry of a tree, by its whole path. */
export interface ListedEntry {
  mode: string;
  type: string;
  oid: string;
  /** Of a blob that is here, where sizes are asked for. */
  size: number | null;
  path: string;
}

export interface ListingOptions {
  /** All files below, and no folder. */
  recursive?: boolean;
  /** How large the blobs are: git looks at each. */
  sizes?: boolean;
  /** Only what is at these paths, and the folders on the way where those are among them. */
  paths?: readonly string[];
}

/** What a commit's tree holds. Throws `git-failed` where there is no such commit. */
export async function listTree(
  place: GitPlace,
  revision: string,
  { recursive = false, sizes = false, paths = [] }: ListingOptions = {},
): Promise<ListedEntry[]> {
  const flags = [recursive ? '-r' : '-t', ...(sizes ? ['-l'] : [])];
  const { stdout } = await place.git(['ls-tree', ...flags, '-z', '--full-tree', revision, '--', ...paths]);
  return stdout
    .toString('utf8')
    .split('\0')
    .flatMap((entry) => {
      // `<mode> SP <type> SP <oid> [SP+ <size>] TAB <path>`; the size is `-` for what is not a blob (git-ls-tree(1)).
      const [, mode = '', type = '', oid = '', size = '', path] =
        /^(\d+) (\w+) ([0-9a-f]+)(?: +(\S+))?\t([\s\S]*)$/.exec(entry) ?? [];
      if (path === undefined) return [];
      return [{ mode, type, oid, size: /^\d+$/.test(size) ? Number(size) : null, path }];
    });
}
