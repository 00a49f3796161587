import { isObject, type JsonValue, pointerToken } from '../json.ts';
import type { Change, ValueComparison, Verdict } from './types.ts';

/** A reference that leads to another file beside the document. */
export interface LeadsOut {
  /** Where the reference stands. */
  pointer: string;
  /** What it names, without the part after `#`. */
  file: string;
}

/** Where the other files of a document that consists of several are kept in it: a name that no specification has. */
export const FILES = 'x-realm-files';

/** Nodes looked at in one document, at most. */
const MOST = 2_000_000;

/**
 * The references of a document that lead to files beside it, each file once. What such a file says is not in the document: two
 * versions of it may be the same and mean something else. A URL with a scheme names something that has a life of its own, and
 * is taken for what it was. A `$ref` among `properties`, `enum`, `const`, `example` and the like is a name or a value.
 */
export function leadsOut(document: JsonValue): LeadsOut[] {
  const found = new Map<string, LeadsOut>();
  const open: { node: JsonValue; pointer: string; names: boolean }[] = [
    { node: document, pointer: '', names: false },
  ];
  for (let steps = 0; steps < MOST; steps++) {
    const here = open.pop();
    if (here === undefined) break;
    const { node, pointer, names } = here;
    if (Array.isArray(node)) {
      for (const [at, item] of node.entries())
        if (typeof item === 'object') open.push({ node: item, pointer: `${pointer}/${at}`, names: false });
      continue;
    }
    if (!isObject(node)) continue;
    const ref = names ? undefined : node.$ref;
    if (typeof ref === 'string' && !ref.startsWith('#') && !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(ref)) {
      const file = ref.split('#')[0] ?? ref;
      if (!found.has(file)) found.set(file, { pointer: `${pointer}/$ref`, file });
    }
    for (const [key, member] of Object.entries(node)) {
      if (typeof member !== 'object' || member === null) continue;
      if (!names && VALUES.has(key)) continue;
      open.push({
        node: member,
        pointer: `${pointer}/${pointerToken(key)}`,
        names: !names && NAMES.has(key),
      });
    }
  }
  return [...found.values()];
}

export const VALUES: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'example', 'examples']);
export const NAMES: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);

/**
 * The comparison of two documents as it holds although what they lead to was not read: a break is one all the same, and
 * anything else is `unknown`, by the rule given.
 */
export function withUnread(
  found: ValueComparison,
  old: JsonValue,
  now: JsonValue,
  { rule, where }: { rule: string; where: string },
): ValueComparison {
  if (found.verdict.verdict !== 'equal' && found.verdict.verdict !== 'compatible') return found;
  const out = leadsOut(now)[0] ?? leadsOut(old)[0];
  if (out === undefined) return found;
  const { pointer } = out;
  const reason = `it points to '${out.file}', which is not read`;
  const doubt: Change = {
    ...{ kind: 'changed', pointer, subject: reason, breaking: true },
    ...{ rule, level: 'unknown', where, reason },
  };
  const verdict: Verdict = { verdict: 'unknown', reason, pointer, keyword: '$ref' };
  return { verdict, changes: [doubt, ...found.changes] };
}
