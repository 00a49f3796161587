import { createHash } from 'node:crypto';
import { kindOf } from '../../../lib/realm/kinds.ts';
import { type RealmModel, realmModel } from '../../../lib/realm/model.ts';
import { parseFile } from '../../../lib/realm/parse.ts';
import type { FileKind, FileTypes } from '../../../lib/realm/types.ts';

/** The name that git gives a text. */
export const blobName = (text: string): string =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex');

/** A realm in memory, from the texts of its files by path. A file that cannot be read throws when it is asked for. */
export const realmView = (files: Record<string, string>): RealmModel =>
  realmModel({
    paths: () => Object.keys(files),
    has: (path) => Object.hasOwn(files, path),
    oid: (path) => {
      const text = files[path];
      return text === undefined ? undefined : blobName(text);
    },
    file: <K extends FileKind>(kind: K, path: string): FileTypes[K] | undefined => {
      const text = files[path];
      if (text === undefined || kindOf(path) !== kind) return undefined;
      const parsed = parseFile(kind, path, text);
      if (!parsed.ok) throw new Error(`${path}: ${parsed.problems[0]?.message}`);
      return parsed.value;
    },
    problems: () => [],
  });
