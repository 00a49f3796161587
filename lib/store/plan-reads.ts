import type { RealmFiles } from '../realm/model.ts';

/**
 * What was looked at in one tree. A plan is a pure function of that: for another tree which shows the same it
 * would come out the same.
 */
export interface PlanReads {
  /** Whether these files are there, and what they say. */
  files: Set<string>;
  /** Which files there are at all. */
  names: boolean;
  /** Anything else: what every file says, or what was before this tree. */
  everything: boolean;
}

export const nothingRead = (): PlanReads => ({ files: new Set(), names: false, everything: false });

/** The same files; whatever is asked of them is noted in `reads`. */
export function watched(files: RealmFiles, reads: PlanReads): RealmFiles {
  const { mayHold } = files;
  const at = (path: string): string => {
    reads.files.add(path);
    return path;
  };
  return {
    paths: () => {
      reads.names = true;
      return files.paths();
    },
    has: (path) => files.has(at(path)),
    oid: (path) => files.oid?.(at(path)),
    file: (kind, path) => files.file(kind, at(path)),
    problems: () => {
      reads.everything = true;
      return files.problems();
    },
    ...(mayHold === undefined ? {} : { mayHold: (path, text) => mayHold(at(path), text) }),
  };
}
