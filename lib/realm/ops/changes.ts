import { RealmError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import { type Edit, editText } from '../edits.ts';
import { createFile } from '../emit.ts';
import { kindOf } from '../kinds.ts';
import type { FileKind, FileTypes } from '../types.ts';
import type { Planned, View } from './types.ts';

/** The files that a plan writes, edited in place so that comments, order and unknown keys survive. */
export interface Changes {
  create<K extends FileKind>(kind: K, path: string, value: FileTypes[K]): void;
  edit(path: string, edits: readonly Edit[]): void;
  /** The file under another path, with edits. */
  move(from: string, to: string, edits: readonly Edit[]): void;
  remove(path: string): void;
  /** One commit of what really differs, or `nothing` with the reason given. */
  commit(message: { subject: string; body?: string[]; facts?: JsonObject; nothing: string }): Planned;
}

export function changesOf(view: View): Changes {
  const files = new Map<string, string | null>();
  const now = (path: string) => (files.has(path) ? (files.get(path) ?? undefined) : view.text(path));
  const edit = (path: string, to: string, edits: readonly Edit[]) => {
    const text = now(path);
    // A path whose text was not read is a mistake of ours, not of the realm.
    if (text === undefined) throw new Error(`plan edits '${path}' without having read it`);
    files.set(to, editText(kindOf(path) ?? 'realm', path, text, edits));
  };
  return {
    create: (kind, path, value) => files.set(path, createFile(kind, value)),
    edit: (path, edits) => edit(path, path, edits),
    move: (from, to, edits) => {
      edit(from, to, edits);
      if (from !== to) files.set(from, null);
    },
    remove: (path) => files.set(path, null),
    commit: ({ subject, body = [], facts = {}, nothing }) => {
      for (const [path, text] of files) {
        const same = text === null ? !view.model.has(path) : view.text(path) === text;
        if (same) files.delete(path);
      }
      if (files.size === 0) return { kind: 'nothing', why: nothing };
      return { kind: 'commit', subject, body, files, facts };
    },
  };
}

/** The same list with `added` behind it, each once. */
export const union = (list: readonly string[] = [], added: readonly string[] = []): string[] => [
  ...new Set([...list, ...added]),
];

/** The value, or a refusal in words. */
export function required<T>(value: T | undefined, code: string, message: string, hint?: string): T {
  if (value === undefined) throw new RealmError(code, message, hint === undefined ? {} : { hint });
  return value;
}
