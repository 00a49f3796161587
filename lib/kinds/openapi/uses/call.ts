import type { JsonValue } from '../../../json.ts';
import type { UseOf } from '../../uses.ts';

/** A use of an HTTP interface, as `http-calls` reads it and a binding records it. */
export interface Call {
  /** In upper case. */
  method: string;
  template: string;
  base: string | null;
  operation: string | null;
  query: readonly string[];
  sends: readonly string[];
  reads: readonly string[];
  /** Which of them are all there is. */
  whole: ReadonlySet<string>;
}

/** The call that a use is; `undefined` where it is none: what is on record may be written by anyone. */
export function callOf(use: UseOf): Call | undefined {
  const [, method = '', template = ''] = /^(\S+) (\/.*)$/.exec(use.subject) ?? [];
  const operation = /^operation (\S+)$/.exec(use.subject)?.[1] ?? null;
  if (template === '' && operation === null) return undefined;
  return {
    ...{ method, template, operation },
    base: typeof use.base === 'string' ? use.base : null,
    ...{ query: texts(use.query), sends: texts(use.sends), reads: texts(use.reads) },
    whole: new Set(texts(use.whole)),
  };
}

const texts = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
