import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { UseOf } from '../uses.ts';
import type { Access } from './interface.ts';

/** Something that a caller passes, with its line. */
export interface Passed {
  name: string;
  /** What it is, as it is written or as the expression says; `unknown`: an expression of which it does not follow. */
  is: string;
  /** As it is written; absent: it is an expression, or long. */
  value?: JsonValue;
  line: number;
}

/** One `uses:` or `include:`, as `workflow-uses` reads it and a binding records it. */
export interface Call {
  subject: string;
  /** The files of the provider's repository that it may mean. */
  paths: readonly string[];
  passes: readonly Passed[];
  /** The names of the secrets that it passes; `inherit`: all there are; `null`: it is not asked for any. */
  secrets: readonly Passed[] | 'inherit' | null;
  /** What the caller's token is allowed; `null`: whatever the repository's setting says, or nothing is asked. */
  grants: ReadonlyMap<string, Access> | null;
  /** It reads these outputs, or hands all of them on. */
  reads: readonly Passed[];
  readsAll: boolean;
  /** Where its steps run, where that is written: `ubuntu-latest`. */
  runner: string | null;
}

/** The call that a use is; `undefined` where it is none: what is on record may be written by anyone. */
export function callOf(use: UseOf): Call | undefined {
  const paths = texts(use.paths);
  if (paths.length === 0) return undefined;
  return {
    ...{ subject: use.subject, paths, passes: passed(use.passes), reads: passed(use.reads) },
    secrets: use.secrets === 'inherit' ? 'inherit' : Array.isArray(use.secrets) ? passed(use.secrets) : null,
    grants: isObject(use.grants) ? grantsIn(use.grants) : null,
    readsAll: use.readsAll === true,
    runner: typeof use.runner === 'string' ? use.runner : null,
  };
}

const grantsIn = (grants: JsonObject): Map<string, Access> =>
  new Map(
    Object.entries(grants).flatMap(([scope, access]): [string, Access][] =>
      access === 'read' || access === 'write' ? [[scope, access]] : [],
    ),
  );

const passed = (value: JsonValue | undefined): Passed[] =>
  (Array.isArray(value) ? value : []).flatMap((item) =>
    isObject(item) && typeof item.name === 'string'
      ? [
          {
            ...{ name: item.name, is: String(item.is ?? 'unknown'), line: Number(item.line) || 1 },
            ...(item.value === undefined ? {} : { value: item.value }),
          },
        ]
      : [],
  );

const texts = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
