import { codeowners, GENERATED } from '../realm/codeowners.ts';
import type { PlannedFile } from '../realm/content.ts';
import { contentPath, kindOf, paths } from '../realm/kinds.ts';
import { type RealmModel, realmModel } from '../realm/model.ts';
import { parseFile } from '../realm/parse.ts';
import type { BindingFile, ContractFile, FileKind, FileTypes } from '../realm/types.ts';
import type { FileChange } from './rules/step.ts';

/** Is it the generated file that changes? It follows from the rest, and is made again wherever a change lands. */
export const isGenerated = ({ path, to }: FileChange): boolean =>
  path === paths.codeowners && to?.text?.startsWith(GENERATED) === true;

/** Does a change follow from the rest of its commit: the generated file, or what lies beside a contract that lists it by name? */
export const isDerived = (change: FileChange): boolean =>
  isGenerated(change) || contentPath(change.path) !== undefined;

/** Files of a commit under way. */
export type Files = ReadonlyMap<string, PlannedFile>;

/** The realm as it will be once these files are written. */
export function modelWith(model: RealmModel, files: Files): RealmModel {
  const parsed = new Map<string, unknown>();
  const gone = (path: string) => files.get(path) === null;
  return realmModel({
    paths: () => [
      ...new Set([
        ...model.under('').filter((path) => !gone(path)),
        ...[...files.keys()].filter((path) => !gone(path)),
      ]),
    ],
    has: (path) => (files.has(path) ? !gone(path) : model.has(path)),
    oid: (path) => {
      const file = files.get(path);
      return file === undefined ? model.oid(path) : typeof file === 'string' ? undefined : file?.oid;
    },
    file: <K extends FileKind>(kind: K, path: string): FileTypes[K] | undefined => {
      const text = files.get(path);
      if (text === undefined) return model.file(kind, path);
      if (typeof text !== 'string' || kindOf(path) !== kind) return undefined;
      if (!parsed.has(path)) {
        const result = parseFile(kind, path, text);
        parsed.set(path, result.ok ? result.value : undefined);
      }
      return parsed.get(path) as FileTypes[K] | undefined;
    },
    problems: () =>
      model.problems().filter((problem) => !files.has(problem.path) && !model.strays().includes(problem)),
  });
}

/**
 * `.github/CODEOWNERS` as it has to be after these files, or `undefined` where it stays as it is, or where a person wrote
 * it. Reads the whole realm: ask `changesAnyOwner` first.
 */
export function codeownersAfter(
  model: RealmModel,
  files: Files,
  current: string | undefined,
): string | undefined {
  if (files.has(paths.codeowners) || (current !== undefined && !current.startsWith(GENERATED)))
    return undefined;
  const text = codeowners(modelWith(model, files));
  return text === current ? undefined : text;
}

/** May these files change who owns what? Decided without reading the rest of the realm: most appends may not. */
export const changesAnyOwner = (model: RealmModel, files: Files): boolean =>
  [...files].some(([path, text]) => changesOwners(model, path, text));

/** Does the change of one file change who may change what? Reads that file alone: most appends end here. */
function changesOwners(before: RealmModel, path: string, text: PlannedFile): boolean {
  const kind = kindOf(path);
  if (kind === undefined || kind === 'worktree' || kind === 'issue' || kind === 'pull') return false;
  if (typeof text !== 'string' || !before.has(path)) return text !== null || before.has(path);
  if (kind !== 'contract' && kind !== 'binding') return true;
  const after = parseFile(kind, path, text);
  if (!after.ok) return true;
  return ownedBy(kind, before.file(kind, path)) !== ownedBy(kind, after.value);
}

/** What of a contract or binding says who owns what. */
function ownedBy(kind: 'contract' | 'binding', file: ContractFile | BindingFile | undefined): string {
  if (file === undefined) return '';
  // The folder of its content has an owner too.
  if (kind === 'contract')
    return `${(file as ContractFile).owner} ${(file as ContractFile).content !== undefined}`;
  const { repo, exports } = file as BindingFile;
  return JSON.stringify([repo, exports?.map((entry) => entry.contract)]);
}
