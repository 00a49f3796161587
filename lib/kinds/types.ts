import type { Coverage } from '../compat/coverage.ts';
import type { ValueComparison } from '../compat/types.ts';
import type { DetectorOptions, Extraction, SourceFile } from '../detect/types.ts';
import type { JsonValue } from '../json.ts';
import type { Answers, PlacedUse, UseAnswer } from './uses.ts';

/**
 * Who relies on whom. `needs`: the provider needs and the consumer grants. `offers`: the provider offers and the consumer
 * uses. `agreed`: both hold the same value.
 */
export type Direction = 'needs' | 'offers' | 'agreed';

/** What a version of a contract says, whatever its kind: a value with its schema, or an interface document as the schema. */
export interface Content {
  value: JsonValue;
  schema: JsonValue;
  /** What has to stay as it is, where a kind has levels of it and the contract names one (`compatibility.level`). */
  level?: string;
}

/** How sure a kind is that a file is its own. */
export const Confidence = {
  /** It may be read as this kind, as any data file may be read as a value. */
  possible: 1,
  /** It holds what the kind reads, among other things. */
  likely: 2,
  /** The whole file is a document of this kind, or names a contract of it. */
  certain: 3,
} as const;
export type Confidence = (typeof Confidence)[keyof typeof Confidence];

/** A kind's claim on a file. */
export interface Recognised {
  confidence: Confidence;
  /** The provider's reader that fits. */
  reader: string;
  /** Options for the reader. */
  options?: DetectorOptions;
  /** In words, after the file's name: `has an 'openapi' version`. */
  why: string;
}

/** One way to read what a consumer uses or grants. */
export interface Use {
  /** What `verify` in a binding calls it. */
  name: string;
  /** The detector that reads it. */
  reader: string;
  /** It reads uses one by one, out of those files of a folder that have any. */
  oneByOne?: true;
  /** It has to know which repository is the provider's: option `repository`, from the realm where the import does not say it. */
  ofRepository?: true;
  /** The ending of files that mean something only with all others of their folder: a binding names the folder. */
  folderOf?: string;
}

/** The consumer's side as it was read. */
export interface Usage {
  extraction: Extraction;
  /** How many things were read that use the contract or grant what it needs. */
  looked: number;
  /** The file is not of the kind, or was not read to its end: why, with file and line. */
  unread: string | null;
}

/** Something that the contract needs or the consumer uses, and that the other side does not have. */
export type Missing = Coverage['missing'][number] & {
  /** Of a use: `file:line`. */
  at?: string;
  /** Of a use: what it does and does not find, in words. */
  why?: string;
  /** Of a use: the rule of the change that takes it away. */
  rule?: string;
};

export type Cover =
  | { answer: 'yes'; looked: number }
  /** `more`: why there may be more that is missing; absent where everything was read and decided. */
  | { answer: 'no'; missing: Missing[]; more?: string }
  | { answer: 'unknown'; why: string };

/** Everything that the program knows about one kind of contract (docs/architecture.md). Pure; loads code when it is called. */
export interface Kind {
  name: string;
  /** What a contract of this kind is about. */
  summary: string;
  /** What `recognise` looks for, for the message that says that nothing was found. */
  looksFor: string;
  direction: Direction;
  /** How the provider's side is read, the usual way first: names of detectors (lib/detect). */
  readers: readonly string[];
  /** How the consumer's side is read, the usual way first: what `import --verify` may name. */
  uses: readonly Use[];
  /** How `join` offers what it finds of this kind: each file, or the files of a folder or of an application together. Absent: it offers nothing. */
  offered?: 'each' | 'folder' | 'together';
  /** What a new contract promises, where it is not only that it keeps up with what was (`compatibility`). */
  promises?: { backwards: boolean; forwards: boolean };
  /** Is this file mine? Never throws; a file that does not parse is nobody's. */
  recognise(file: SourceFile): Promise<Recognised | null>;
  /** Is a contract that does not name its kind of this one? */
  holds(content: Content): boolean;
  /** Two versions: every change, and the worst of them as the verdict. */
  compare(old: Content, now: Content): Promise<ValueComparison>;
  /** Does the one side have what the other needs? Nothing seen is never `yes`. */
  cover(content: Content, usage: Usage): Promise<Cover>;
  /** For kinds whose uses are read one by one: does the contract offer each of them? */
  answers?: Answers;
  /** For the same: does each of them go on as before when the contract changes? */
  affected?(old: Content, now: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]>;
}
