import { contract, type Person, people, seed } from '../attacks/world.ts';
import { oidOf, type RawObject, treesOf } from './objects.ts';
import type { Random } from './random.ts';

export const MAIN = 'refs/heads/main';
export const NOTES = 'refs/notes/realm';
export const PROPOSALS = 'refs/realm/proposals/';
export const OPS = 'refs/realm/ops/';

export interface Update {
  ref: string;
  old: string | null;
  new: string | null;
}

/** What somebody pushes: the objects in an order in which each comes after what it names. */
export interface Push {
  what: string;
  user: Person;
  updates: Update[];
  objects: RawObject[];
  /** What is so once it is taken. */
  after(realm: Realm): void;
}

/** A realm on a server, as its legal pushes left it. */
export interface Realm {
  refs: Map<string, string>;
  files: Map<string, string>;
  /** Notes by their object. */
  notes: Map<string, string>;
  /** The paths that eric's contract promises, and its version. */
  reads: string[];
  version: [major: number, minor: number];
  /** Eric's proposal that is open, what his contract said then, and when it was approved. */
  proposed: {
    id: string;
    files: Map<string, string>;
    base: string;
    reads: string[];
    approvedAt: number | null;
  } | null;
  journals: Map<string, { by: Person; text: string }>;
  count: number;
}

export const address = (who: Person): string => `${who}@example.com`;

export const blobOf = (text: string): RawObject => ({ type: 'blob', bytes: Buffer.from(text) });

/** Blobs, trees and a commit of these files; what was there before is made once more, for it costs nothing. */
export function commitOf(
  files: ReadonlyMap<string, string>,
  { who, message, parents }: { who: Person; message: string; parents: readonly string[] },
): RawObject[] {
  const blobs = [...files.values()].map(blobOf);
  const oids = new Map([...files].map(([path, text]) => [path, oidOf(blobOf(text))]));
  const trees = treesOf(oids);
  const line = `${who} <${address(who)}> ${Math.floor(Date.now() / 1000)} +0000`;
  const head = [
    `tree ${oidOf(trees.at(-1) as RawObject)}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${line}`,
    `committer ${line}`,
  ];
  return [...blobs, ...trees, { type: 'commit', bytes: Buffer.from(`${head.join('\n')}\n\n${message}\n`) }];
}

export const tipOf = (objects: readonly RawObject[]): string => oidOf(objects.at(-1) as RawObject);

/** Notes as git lays out a few, or, from `folded` on, many. */
export const notesTree = (notes: ReadonlyMap<string, string>, folded: boolean): Map<string, string> =>
  new Map([...notes].map(([oid, text]) => [folded ? `${oid.slice(0, 2)}/${oid.slice(2)}` : oid, text]));

export function founded(): { realm: Realm; objects: RawObject[] } {
  const files = new Map(Object.entries(seed));
  const objects = commitOf(files, { who: 'boss', message: 'found the realm', parents: [] });
  const realm: Realm = {
    refs: new Map([[MAIN, tipOf(objects)]]),
    files,
    notes: new Map(),
    reads: ['jobs/*', 'runs/*'],
    version: [1, 0],
    proposed: null,
    journals: new Map(),
    count: 0,
  };
  return { realm, objects };
}

/** Eric's contract at a version, with every earlier one below it; what is not in effect yet takes its date along. */
export function paths(version: readonly [number, number], reads: readonly string[], before: string): string {
  const name = `${version[0]}.${version[1]}.0`;
  const due = /^effective_at: (.*)$/m.exec(before)?.[1];
  const log = /changelog:\n((?:.*\n)*?) {2}- \{ version: "1\.0\.0"/.exec(before)?.[1] ?? '';
  const dated =
    due === undefined ? log : log.replace(/changes: \[More\] \}/, `changes: [More], effective_at: ${due} }`);
  const text = contract(
    name,
    reads.map((path) => `"${path}"`).join(', '),
    `  - { version: "${name}", date: 2026-01-01, changes: [More] }\n${dated}`,
  );
  return due === undefined ? text : `${text}effective_at: ${due}\n`;
}

export const anybody = (random: Random): Person => random.pick(people);
