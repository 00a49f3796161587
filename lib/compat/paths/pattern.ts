import type { CharSet } from './charset.ts';

/**
 * One element of a path pattern: a character of `set`; any run of them (`many`); or `dirs`, glob's leading `**` with its
 * slash: no directory, or one or more.
 */
export type Atom = { set: CharSet; many: boolean } | { dirs: true };

/** A pattern read into alternatives, or why this program does not claim to know what it means. */
export type Reading = { alternatives: Atom[][] } | { unread: string };

/** Numbers for the policy variables met so far: the same name is the same number on both sides of a comparison. */
export type Variables = Map<string, number>;
