import { kindOf, paths } from '../realm/kinds.ts';
import { type RealmModel, realmModel } from '../realm/model.ts';
import { parseFile } from '../realm/parse.ts';
import type { BindingFile, FileKind, FileTypes } from '../realm/types.ts';
import { codeowners, GENERATED } from './codeowners.ts';

/** Files of a commit under way: content, or `null` for a path that goes. */
export type Files = ReadonlyMap<string, string | null>;

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
    file: <K extends FileKind>(kind: K, path: string): FileTypes[K] | undefined => {
      const text = files.get(path);
      if (text === undefined) return model.file(kind, path);
      if (text === null || kindOf(path) !== kind) return undefined;
      if (!parsed.has(path)) {
        const result = parseFile(kind, path, text);
        parsed.set(path, result.ok ? result.value : undefined);
      }
      return parsed.get(path) as FileTypes[K] | undefined;
    },
    problems: () => model.problems().filter((problem) => !files.has(problem.path)),
  });
}

/**
 * `.github/CODEOWNERS` as it has to be after these files, or `undefined` where it stays as it is: because nobody comes,
 * goes or changes what he owns (told without reading the rest of the realm), or because a person wrote the file.
 */
export function codeownersAfter(
  model: RealmModel,
  files: Files,
  current: string | undefined,
): string | undefined {
  if (files.has(paths.codeowners) || (current !== undefined && !current.startsWith(GENERATED)))
    return undefined;
  const after = modelWith(model, files);
  if (![...files.keys()].some((path) => changesOwners(model, after, path))) return undefined;
  const text = codeowners(after);
  return text === current ? undefined : text;
}

/** Does the change of one file change who may change what? */
function changesOwners(before: RealmModel, after: RealmModel, path: string): boolean {
  const kind = kindOf(path);
  if (kind === undefined || kind === 'worktree' || kind === 'issue' || kind === 'pull') return false;
  if (before.has(path) !== after.has(path)) return true;
  if (kind === 'contract') return before.file(kind, path)?.owner !== after.file(kind, path)?.owner;
  if (kind !== 'binding') return true;
  return exported(before.file(kind, path)) !== exported(after.file(kind, path));
}

const exported = (file: BindingFile | undefined): string =>
  JSON.stringify([file?.repo, file?.exports?.map((one) => one.contract)]);
