/** Lines of a file: where something is labelled, found or called. */
export interface Site {
  path: string;
  /** First and last line, 1-based. */
  first: number;
  last: number;
}

/** How far one has to look: the function and constants of the file, the file, or what it imports. */
export type Flow = 'none' | 'function' | 'file';

/** Where a detector says that it could not read something; line 0 means the whole file. */
export interface Said {
  path: string;
  line: number;
}

/** What became of a labelled place: it was found, it was said that something there could not be read, or nothing was said. */
export type Outcome = 'hit' | 'said' | 'silent';

/** `src/x.py:12` or `src/x.py:12-15`. */
export function siteOf(at: string): Site {
  const colon = at.lastIndexOf(':');
  const [first = 0, last = first] = at
    .slice(colon + 1)
    .split('-')
    .map(Number);
  return { path: at.slice(0, colon), first, last };
}

/** Whether a finding or a remark is about these lines. */
export const isAt = ({ path, first, last }: Site, at: Said): boolean =>
  at.path === path && (at.line === 0 || (at.line >= first && at.line <= last));
