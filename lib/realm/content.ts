import { isObject, type JsonValue } from '../json.ts';
import { domainPath, kindOf, paths } from './kinds.ts';
import type { RealmModel } from './model.ts';
import { parseFile } from './parse.ts';
import type { ContentEntry, ContractFile } from './types.ts';

/** What the files of one contract may be at most: everybody who joins the realm gets them. */
export const CONTENT_LIMITS = { file: 16 << 20, contract: 64 << 20, files: 1000 } as const;

/** A blob that the realm's repository has or is about to get, in the place of a text. */
export interface BlobRef {
  oid: string;
}

/** What a commit makes of a path: a text, a blob by its name, or `null` for a path that goes. */
export type PlannedFile = string | BlobRef | null;

/** Bytes in words: `13.1 MiB`, `820 bytes`. */
const bytesInWords = (bytes: number): string =>
  bytes < 1 << 20 ? `${bytes} bytes` : `${Math.round((bytes / (1 << 20)) * 10) / 10} MiB`;

/** Why these files cannot be the content of a contract; `undefined`: they can. */
export function tooMuch(files: readonly { path: string; bytes: number }[]): string | undefined {
  const { file: most, contract, files: count } = CONTENT_LIMITS;
  if (files.length > count) return `a contract may have at most ${count} files, not ${files.length}`;
  const large = files.find(({ bytes }) => bytes > most);
  if (large !== undefined)
    return `'${large.path}' has ${bytesInWords(large.bytes)}: a file of a contract has at most ${most >> 20} MiB`;
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return all > contract
    ? `its files have ${bytesInWords(all)} together: a contract has at most ${contract >> 20} MiB`
    : undefined;
}

/**
 * Why a file of this name is not kept, no matter who lists it: git takes orders from it (`.gitattributes`), wherever it lies. To the
 * folders of forges (`.github/workflows`) nobody listens who finds them within another folder.
 */
export const nameProblem = (path: string): string | undefined =>
  /(?:^|\/)\.git(?!(?:hub|lab)\/)/i.test(path) ? `'${path}' is reserved for git` : undefined;

/** Why a blob is not what a contract lists, in words that follow its path; `undefined`: it is. */
export function blobProblem(blob: { type: string; size: number } | null, listed: number): string | undefined {
  if (blob === null) return "is not in the realm's repository";
  if (blob.type !== 'blob') return `is a ${blob.type}`;
  const { file: most } = CONTENT_LIMITS;
  if (blob.size > most) return `has ${blob.size} bytes: a file of a contract has at most ${most >> 20} MiB`;
  return blob.size === listed ? undefined : `has ${blob.size} bytes, but its listed size is ${listed}`;
}

/** Are these the same files with the same bytes? */
export function sameContent(
  a: readonly ContentEntry[] | undefined,
  b: readonly ContentEntry[] | undefined,
): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return a === b;
  const known = new Map(a.map(({ path, oid }) => [path, oid]));
  return known.size === a.length && b.every(({ path, oid }) => known.get(path) === oid);
}

/** The entries as a file or payload holds them; `undefined` where it holds none. */
export function contentIn(value: JsonValue | undefined): ContentEntry[] | undefined {
  return isObject(value) && Array.isArray(value.content)
    ? (value.content as unknown as ContentEntry[])
    : undefined;
}

/** Why a contract's list and the files beside it do not agree; `undefined`: they do. Looks up nothing where there is no list. */
export function contentProblem(
  file: ContractFile,
  folder: string,
  oidAt: (path: string) => string | undefined,
): string | undefined {
  const { content } = file;
  if (content === undefined) return undefined;
  if (file.kind === undefined) return 'a contract that lists content must name its kind';
  if (file.schema !== undefined || (file.value ?? null) !== null)
    return "a contract must have either content or 'schema' and 'value', not both";
  const much = tooMuch(content) ?? content.map(({ path }) => nameProblem(path)).find(Boolean);
  if (much !== undefined) return much;
  const seen = new Set<string>();
  for (const { path, oid } of content) {
    if (seen.has(path)) return `its content lists '${path}' twice`;
    seen.add(path);
    const found = oidAt(folder + path);
    if (found === undefined) return `its content '${path}' is missing: no file '${folder}${path}'`;
    if (found !== oid)
      return `its content '${path}' is ${found.slice(0, 12)}, but the listed id is ${oid.slice(0, 12)}`;
  }
  return undefined;
}

/**
 * What else a commit of these files changes, so that the files beside each contract are those that it lists: what comes or
 * differs is taken by its name, what is listed no longer goes. An operation changes the list and nothing else.
 */
export function contentsAfter(
  model: RealmModel,
  files: ReadonlyMap<string, PlannedFile>,
): Map<string, BlobRef | null> {
  const found = new Map<string, BlobRef | null>();
  for (const [path, text] of files) {
    const place = kindOf(path) === 'contract' ? domainPath(path) : undefined;
    if (place === undefined || (text !== null && typeof text !== 'string')) continue;
    const folder = paths.content(place.domain, place.stem);
    const before = model.contract(place.domain, place.stem);
    const now = text === null ? undefined : listedIn(path, text);
    // What lies there although nothing lists it goes with the contract.
    if (before?.content !== undefined || text === null)
      for (const file of model.under(folder))
        if (!now?.some((entry) => folder + entry.path === file)) found.set(file, null);
    for (const entry of now ?? [])
      if (model.oid(folder + entry.path) !== entry.oid) found.set(folder + entry.path, { oid: entry.oid });
  }
  return found;
}

/** Parsed only where the text may hold a list: most contracts have none. */
function listedIn(path: string, text: string): readonly ContentEntry[] | undefined {
  if (!/^["']?content["']?\s*:/m.test(text)) return undefined;
  const parsed = parseFile('contract', path, text);
  return parsed.ok ? parsed.value.content : undefined;
}
