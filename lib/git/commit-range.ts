/** Which commits: those that the tips reach, and `not` does not reach; the newest first. */
export interface CommitRange {
  tips: readonly string[];
  not?: readonly string[];
  /** Only commits that changed one of these files, by their names as they are: no patterns. */
  paths?: readonly string[];
  /** At most so many, counted from the newest, whatever the order. */
  most?: number;
  oldestFirst?: boolean;
  /** A commit never comes between another and its children, whatever their dates say. */
  topological?: boolean;
  withoutMerges?: boolean;
  /** Only the line of first parents: what a branch itself was at. */
  firstParents?: boolean;
  /** Only commits that stand on one of `not`. */
  onTop?: boolean;
}

/**
 * A verb of git that walks over commits (git-rev-list(1)), with what it is to walk over. No name can be taken for an option,
 * nor one of a file for one of a commit.
 */
export function walk(verb: 'rev-list' | 'log', flags: readonly string[], range: CommitRange): string[] {
  const { tips, not = [], paths = [], most } = range;
  return [
    ...(paths.length > 0 ? ['--literal-pathspecs'] : []),
    verb,
    ...flags,
    ...(range.oldestFirst ? ['--reverse'] : []),
    ...(range.topological ? ['--topo-order'] : []),
    ...(range.withoutMerges ? ['--no-merges'] : []),
    ...(range.firstParents ? ['--first-parent'] : []),
    ...(range.onTop ? ['--ancestry-path'] : []),
    ...(most === undefined ? [] : [`--max-count=${most}`]),
    '--end-of-options',
    ...tips,
    ...not.map((revision) => `^${revision}`),
    '--',
    ...paths,
  ];
}
