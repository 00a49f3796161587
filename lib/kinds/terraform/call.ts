import { isObject, type JsonValue } from '../../json.ts';
import type { UseOf } from '../uses.ts';
import { type Given, givenIn } from './types.ts';

/** One `module` block or remote state, as `terraform-calls` reads it and a binding records it. */
export interface Call {
  subject: string;
  /** The folder of the module in the provider's repository; `*`: the state of whatever module it is. */
  paths: readonly string[];
  arguments: readonly { name: string; given: Given; line: number }[];
  /** It reads outputs of a state, and passes nothing. */
  isState: boolean;
  reads: readonly { name: string; attribute: string | null; at: string | null }[];
  readsAll: boolean;
  /** The provider configurations that it passes: `aws.east`. */
  providers: readonly string[];
}

/** The call that a use is; `undefined` where it is none: what is on record may be written by anyone. */
export function callOf(use: UseOf): Call | undefined {
  const paths = texts(use.paths);
  if (paths.length === 0) return undefined;
  return {
    ...{ subject: use.subject, paths, readsAll: use.readsAll === true, isState: paths.includes('*') },
    arguments: placed(use.arguments).map(({ name, line, own }) => ({
      name,
      line,
      given: givenIn(own.given),
    })),
    reads: placed(use.reads).map(({ name, line, own }) => ({
      ...{ name, attribute: typeof own.attribute === 'string' ? own.attribute : null },
      at: typeof own.path === 'string' ? `${own.path}:${line}` : null,
    })),
    providers: texts(use.providers),
  };
}

const placed = (value: JsonValue | undefined) =>
  (Array.isArray(value) ? value : []).flatMap((own) =>
    isObject(own) && typeof own.name === 'string'
      ? [{ name: own.name, line: Number(own.line) || 1, own }]
      : [],
  );

const texts = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
