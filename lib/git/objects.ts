import { existsSync } from 'node:fs';
import path from 'node:path';
import { type GitObject, HEADER, type ObjectInfo, openCatFile } from './cat-file.ts';
import { type ObjectMemory, openMemory } from './object-memory.ts';
import { hasPackedRef, readRefFile } from './ref-files.ts';
import type { Repository } from './repository.ts';

/**
 * Reads objects through one long-lived `git cat-file --batch-command`, started at the first read that needs it. A name may
 * be anything git can resolve (`refs/heads/main`, `<oid>^{commit}`), resolved afresh each time.
 */
export interface ObjectReader {
  /** The object, or `null` where there is none of that name. */
  read(name: string): Promise<GitObject | null>;
  /** The object, or of one with more bytes than `limit` what `info` says: they are not kept. */
  readWithin(name: string, limit: number): Promise<GitObject | ObjectInfo | null>;
  /** The same without its bytes; how many there are is known. */
  info(name: string): Promise<ObjectInfo | null>;
  /** What a ref points to, by its full name; `null` where there is none. */
  resolve(ref: string): Promise<string | null>;
  /** Start the process, side by side with others, unless `name` can be read without it. */
  warm(name: string): void;
  /** Keep what was read now by a peeled name for the processes to come (`ObjectMemory`). */
  remember(): void;
  close(): void;
}

export interface ReaderOptions {
  /** The repository's refs are files: what they point to needs no process. */
  refFiles?: boolean | undefined;
  /** Our directory in the repository, for what is remembered; without one nothing is. */
  directory?: string | undefined;
}

type Place = Pick<Repository, 'gitDir'> & Partial<Pick<Repository, 'commonDir'>>;

export function openObjects(
  { gitDir, commonDir = gitDir }: Place,
  env: NodeJS.ProcessEnv,
  { refFiles = false, directory }: ReaderOptions = {},
): ObjectReader {
  const catFile = openCatFile(gitDir, env);
  const recent = new Recent();
  const memory = directory === undefined ? null : memoryOf({ gitDir, commonDir }, env, directory);
  /** The name by content, if the refs are files; `null`: there is none of that name. */
  const byContent = (name: string): string | null => {
    const [, ref, peel = ''] = (refFiles && REF.exec(name)) || [];
    if (ref === undefined) return name;
    const oid = readRefFile({ gitDir, commonDir }, ref)?.oid;
    return oid === undefined ? null : oid + peel;
  };
  const readWithin = async (name: string, limit: number): Promise<GitObject | ObjectInfo | null> => {
    const exact = byContent(name);
    if (exact === null) return null;
    const known = memory?.get(exact) ?? recent.get(exact);
    if (known !== undefined) return known;
    const answer = await catFile.ask(limit, exact);
    if (answer === null) return null;
    const { oid, type, size, bytes } = answer;
    if (bytes === null) return { oid, type, size };
    memory?.put(exact, { oid, type, bytes });
    recent.put(exact, { oid, type, bytes });
    return { oid, type, bytes };
  };
  return {
    readWithin,
    read: async (name) => (await readWithin(name, Number.POSITIVE_INFINITY)) as GitObject | null,
    info: async (name) => {
      const exact = byContent(name);
      return exact === null ? null : catFile.ask(HEADER, exact);
    },
    resolve: async (ref) => (refFiles ? byContent(ref) : ((await catFile.ask(HEADER, ref))?.oid ?? null)),
    warm: (name) => {
      const exact = byContent(name);
      if (exact !== null && memory?.get(exact) === undefined) catFile.start();
    },
    remember: () => memory?.save(),
    close: () => catFile.close(),
  };
}

/** Small objects that were read last, by their own names: trees are walked again and again. */
class Recent {
  readonly #objects = new Map<string, GitObject>();

  get(name: string): GitObject | undefined {
    const found = this.#objects.get(name);
    if (found === undefined) return undefined;
    // The one that was asked for longest ago goes first.
    this.#objects.delete(name);
    this.#objects.set(name, found);
    return found;
  }

  put(name: string, object: GitObject): void {
    if (object.bytes.length > 16 * 1024 || name !== object.oid) return;
    this.#objects.set(name, object);
    const [oldest] = this.#objects.keys();
    if (this.#objects.size > 256 && oldest !== undefined) this.#objects.delete(oldest);
  }
}

/** A ref by its full name, alone or peeled. What means anything else to git (`^`, `:`, `~`, `@{`, `..`) is git's to read. */
const REF = /^(HEAD|refs\/(?:(?!\.\.|@\{)[^\s:?*[\\^~])+)(\^\{(?:commit|tree|blob)\})?$/;

/** An object that another one replaces (git-replace(1)) has no content of its own: nothing is remembered then. */
function memoryOf(place: Required<Place>, env: NodeJS.ProcessEnv, directory: string): ObjectMemory | null {
  const replaces =
    env.GIT_NO_REPLACE_OBJECTS === undefined &&
    (env.GIT_REPLACE_REF_BASE !== undefined ||
      existsSync(path.join(place.commonDir, 'refs', 'replace')) ||
      hasPackedRef(place.commonDir, 'refs/replace/'));
  return replaces ? null : openMemory(path.join(directory, 'objects'));
}
