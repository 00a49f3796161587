import type { JsonObject, JsonValue } from '../json.ts';
import type { Wanted } from './wanted.ts';

/** One source file as some level of the repository holds it (work tree, index, commit). */
export interface SourceFile {
  /** Path from the repository's root, with `/`. */
  path: string;
  bytes: Uint8Array;
  /** How many bytes it has, where those are too many and none was read. */
  size?: number;
}

/** Larger source files are not parsed: nobody wrote them by hand, and a megabyte takes up to two seconds. */
export const MAX_BYTES = 1024 * 1024;

/** The same for the documents that a contract keeps as they are: as large as a file of a contract may be. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** One element of an extracted value, with where it was read. */
export interface Part {
  /** JSON pointer to the key that holds the element, e.g. `/read`; '' for the whole value. */
  pointer: string;
  value: JsonValue;
  path: string;
  /** 1-based. */
  line: number;
  /** How it was read, for a person: `get_object(Bucket=…, Key=…)`. */
  how: string;
  /** Placeholders of the code that the value has `*` for, or no bucket: `%VERSION%`, `<your-bucket>`. */
  placeholders?: string[];
}

/** What could not be read statically: never dropped in silence. */
export interface Unresolved {
  path: string;
  line: number;
  /** What stands there, shortened. */
  what: string;
  /** Why it could not be resolved, in words. */
  why: string;
  /** The file was not read to its end: what the value lacks may stand there. */
  gap?: true;
  /** It may take away from what was read: a denial, a condition. */
  limits?: true;
}

/** What a detector read out of the files: the value, a JSON Schema for it, and the evidence. */
export interface Extraction {
  value: JsonValue;
  /** JSON Schema of the value, with `x-realm` kind, dialect and bucket where they apply; never `polarity`. */
  schema: JsonObject;
  parts: Part[];
  unresolved: Unresolved[];
  /** The files that the value was worked out from, those of imported constants included; absent: all of them. */
  sources?: string[];
  /** The files that are the contract as they stand, byte for byte; absent: `value` and `schema` are. */
  documents?: string[];
}

/** Options from a binding's `extract` or `verify`, beside `detector`. */
export type DetectorOptions = JsonObject;

/** One detector: pure over bytes, loads syntax trees only when called. */
export interface Detector {
  name: string;
  summary: string;
  /** What the detector finds can be an export, a binding of an import (`verify`), or both. */
  roles: readonly ('export' | 'import')[];
  /** True where this path's language is read. */
  reads(path: string): boolean;
  /** How large a file it reads, in bytes; absent: `MAX_BYTES`. */
  most?: number;
  /** The options that it has; absent: none, or a plug-in's, which names them itself. */
  options?: readonly string[];
  /** Quick look: may these bytes hold something for this detector? False means no parsing at all. */
  triggers(bytes: Uint8Array): boolean;
  /** Read the value; `wanted` gets what further files could tell. Throws `RealmError` (`detector-…`) only for bad options; a file that does not parse is unresolved. */
  extract(files: readonly SourceFile[], options: DetectorOptions, wanted?: Wanted): Promise<Extraction>;
}
