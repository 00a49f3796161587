import { kindOf } from '../../lib/realm/kinds.ts';
import { type RealmModel, realmModel } from '../../lib/realm/model.ts';
import { parseFile } from '../../lib/realm/parse.ts';
import type { FileKind, FileTypes } from '../../lib/realm/types.ts';

/** A realm in memory, from the texts of its files by path. A file that cannot be read throws when it is asked for. */
export const realmView = (files: Record<string, string>): RealmModel =>
  realmModel({
    paths: () => Object.keys(files),
    has: (path) => Object.hasOwn(files, path),
    file: <K extends FileKind>(kind: K, path: string): FileTypes[K] | undefined => {
      const text = files[path];
      if (text === undefined || kindOf(path) !== kind) return undefined;
      const parsed = parseFile(kind, path, text);
      if (!parsed.ok) throw new Error(`${path}: ${parsed.problems[0]?.message}`);
      return parsed.value;
    },
    problems: () => [],
  });
