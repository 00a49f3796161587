import { type Commit, parseCommit, personIn, trailer } from '../../../git/commit.ts';
import { commitOddity } from '../../../git/commit-form.ts';
import { listCommits } from '../../../git/rev-list.ts';
import { orIfFatal } from '../../../git/run.ts';
import { isObject } from '../../../json.ts';
import type { RealmModel } from '../../../realm/model.ts';
import { samePerson } from '../../../realm/people.ts';
import type { Store } from '../../../store/store.ts';
import { type Trust, trustAt } from '../../../store/trust.ts';

/** Commits of one journal: more than any operation has. */
export const MAX_STEPS = 5000;

/** A ref as a push would move it; `null`: it is not there. */
export interface RefUpdate {
  ref: string;
  old: string | null;
  new: string | null;
}

/** What is judged, and by what. */
export interface Push {
  store: Store;
  now: Date;
  updates: readonly RefUpdate[];
  /** The realm before the push; `null`: this push founds it. */
  rules: RealmModel | null;
  user: string | undefined;
  /** When keys have to be valid; `null`: at the date of what they sign. */
  keysAt: Date | null;
  /** By the `trust/` tree that they come from: most commits change no key. */
  trusts: Map<string, Promise<Trust>>;
  /** How many commits of journals may still be looked at: refs can share them. */
  strokes: { left: number };
  /** How many signatures may still be looked at: each costs some processes. */
  signatures: { left: number };
  /** The commits of the main branch, as it is and as it will be, once somebody has asked. */
  published: { all?: Promise<ReadonlySet<string>> };
}

/** Is a commit on the main branch, as it is or as this push makes it? One process for a push, however many ask. */
export async function isPublished(push: Push, commit: string): Promise<boolean> {
  push.published.all ??= publishedBy(push);
  return (await push.published.all).has(commit);
}

async function publishedBy({ store, updates }: Push): Promise<ReadonlySet<string>> {
  const { branch } = store;
  const main = updates.find(({ ref }) => ref === branch);
  const tips = [main?.old ?? branch, main?.new ?? branch];
  return new Set(await orIfFatal(listCommits(store.repo, { tips: [...new Set(tips)] }), []));
}

export async function trustIn({ store, trusts }: Push, revision: string): Promise<Trust> {
  const tree = (await store.objects.info(`${revision}:trust`))?.oid ?? '';
  const known = trusts.get(tree) ?? trustAt(store, revision);
  trusts.set(tree, known);
  return known;
}

/** How many commits a ref's update brings, and why any is refused. */
export interface Judged {
  commits: number;
  refused: { commit: string | null; why: string }[];
}

export const no = (why: string, commit: string | null = null): Judged => ({
  commits: 0,
  refused: [{ commit, why }],
});

/** A commit, and why git would not write it like this; `null`: it would. */
export type PushedCommit = Commit & { strange: string | null };

export async function commitOf(store: Store, oid: string): Promise<PushedCommit | null> {
  const object = await store.objects.read(oid);
  return object?.type === 'commit' ? { ...parseCommit(object), strange: commitOddity(object) } : null;
}

export function refKind(store: Store, ref: string): 'main' | 'proposal' | 'ops' | 'notes' | 'other' {
  if (ref === store.branch) return 'main';
  // git takes what is pushed with its name unchecked where nothing else is wrong with it (git-check-ref-format(1)).
  const name = /^refs\/realm\/(?:proposals|ops)\/(?!.*(?:\.\.|\.lock$|\.$))[0-9A-Za-z][\w.-]*$/.test(ref);
  if (name && ref.startsWith('refs/realm/proposals/')) return 'proposal';
  if (name) return 'ops';
  return ref === 'refs/notes/realm' ? 'notes' : 'other';
}

export const isKnown = ({ rules }: Push, email: string): boolean =>
  rules !== null &&
  [
    ...rules.governance().approvers,
    ...rules.repoNames().flatMap((repo) => rules.repo(repo)?.maintainers ?? []),
  ].some((person) => samePerson(person, email));

export const mainBefore = ({ store, updates }: Push): string =>
  updates.find(({ ref }) => ref === store.branch)?.old ?? store.branch;

export const emailIn = (line: string): string => personIn(line).email;

export const operationIn = (commit: Commit): Record<string, unknown> | null =>
  jsonIn(trailer(commit.message, 'Realm-Op') ?? 'null');

/** Why an operation is not in the one form that its readers find it by: `JSON.stringify` of what it says. */
export function oddOperation({ message }: Commit): string | null {
  const text = trailer(message, 'Realm-Op');
  if (text === undefined) return null;
  const op = jsonIn(text);
  return op !== null && JSON.stringify(op) === text
    ? null
    : 'its operation (Realm-Op) is not in canonical form: JSON without spaces and without duplicate keys';
}

export function jsonIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
