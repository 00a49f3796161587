import { counted } from '../count.ts';
import { parseCommit } from '../git/commit.ts';
import { oneLine } from '../visible.ts';
import type { Store } from './store.ts';

/** Something in a realm that nothing can be made of. Whatever else is there is used as if it were not. */
export interface Skipped {
  /** The ref that holds it. */
  ref: string;
  /** What is wrong with it. */
  why: string;
  /** Who made it, by its own word: nothing proves it. `null`: nothing tells. */
  by: string | null;
}

/** Set by the code that starts the process, and called once for each item; `null`: there is more than anybody reads. */
export const skipping: { tell(skipped: Skipped | null): void } = { tell: () => {} };

/** Things that are named one by one. */
const NAMED = 20;

const told = new WeakMap<Store, Set<string>>();

/** Leave out what a ref holds, and say so once. */
export async function skip(store: Store, ref: string, oid: string, why: string): Promise<void> {
  const known = told.get(store) ?? new Set();
  told.set(store, known);
  if (known.has(ref)) return;
  known.add(ref);
  if (known.size === NAMED + 1) skipping.tell(null);
  if (known.size <= NAMED) skipping.tell({ ref, why, by: await makerOf(store, oid) });
}

/** One line, with a command that looks further. */
export const skippedWords = (skipped: Skipped | null): string =>
  skipped === null
    ? 'warning: skipped more of the same kind (git realm doctor)'
    : `warning: skipped '${oneLine(skipped.ref)}': ${oneLine(skipped.why)}; ${madeBy(skipped.by)} (git realm doctor)`;

export const madeBy = (by: string | null): string =>
  by === null ? 'its author is unknown' : `its stated author is '${oneLine(by)}'`;

/** Larger objects are not read for a name. */
const MAX_BYTES = 64 * 1024;

/** The committer of a commit, or the tagger of a tag. */
export async function makerOf(store: Store, oid: string): Promise<string | null> {
  const object = await store.objects.readWithin(oid, MAX_BYTES).catch(() => null);
  if (object === null || !('bytes' in object)) return null;
  const line =
    object.type === 'commit'
      ? parseCommit(object).committer
      : object.type === 'tag'
        ? (/^tagger (.*)$/m.exec(object.bytes.toString('utf8'))?.[1] ?? '')
        : '';
  return /<([^<>]+)>/.exec(line)?.[1] ?? null;
}

/** Why a proposal's commit is none: it is one commit on another, with all that it needs. `null`: it is. */
export async function proposalProblem(store: Store, oid: string): Promise<string | null> {
  const object = await store.objects.readWithin(oid, MAX_BYTES);
  if (object === null) return 'the commit that it names is missing';
  if (object.type !== 'commit') return `it is a ${object.type}, not a commit`;
  if (!('bytes' in object)) return 'its commit is too large';
  const { parents, tree } = parseCommit(object);
  const [parent, ...others] = parents;
  if (parent === undefined || others.length > 0)
    return `it has ${parents.length === 0 ? 'no parent' : counted(parents.length, 'parent')}, but a proposal must be a single commit on the main branch`;
  if (await isMissing(store, tree)) return 'its tree is missing';
  if (await isMissing(store, `${parent}^{tree}`)) return 'its parent commit is missing';
  return null;
}

const isMissing = async (store: Store, name: string): Promise<boolean> =>
  name === '' || (await store.objects.info(name)) === null;
