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
 * is taken for what it was; the identifier of a schema in the document names that schema (JSON Schema Core 2020-12, section 8.2). A `$ref` among `properties`, `enum`, `const`, `example` and the like is a name or a value.
 */
export function leadsOut(document: JsonValue): LeadsOut[] {
  const found: (LeadsOut & { uri: string })[] = [];
  const identified = new Set<string>();
  const idKey = isObject(document) && String(document.$schema).includes('draft-04') ? 'id' : '$id';
  const open: { node: JsonValue; pointer: string; names: boolean; base: string }[] = [
    { node: document, pointer: '', names: false, base: HERE },
  ];
  for (let steps = 0; steps < MOST; steps++) {
    const here = open.pop();
    if (here === undefined) break;
    const { node, pointer, names } = here;
    if (Array.isArray(node)) {
      for (const [at, item] of node.entries())
        if (typeof item === 'object')
          open.push({ ...here, node: item, pointer: `${pointer}/${at}`, names: false });
      continue;
    }
    if (!isObject(node)) continue;
    const id = names ? undefined : node[idKey];
    const base = typeof id === 'string' && !id.startsWith('#') ? resolved(id, here.base) : here.base;
    if (base !== here.base) identified.add(base);
    const ref = names ? undefined : node.$ref;
    if (typeof ref === 'string' && !ref.startsWith('#') && !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(ref)) {
      const file = ref.split('#')[0] ?? ref;
      found.push({ pointer: `${pointer}/$ref`, file, uri: resolved(file, base) });
    }
    for (const [key, member] of Object.entries(node)) {
      if (typeof member !== 'object' || member === null) continue;
      if (!names && VALUES.has(key)) continue;
      open.push({
        node: member,
        pointer: `${pointer}/${pointerToken(key)}`,
        names: !names && NAMES.has(key),
        base,
      });
    }
  }
  const out = new Map<string, LeadsOut>();
  for (const { uri, file, pointer } of found)
    if (!identified.has(uri) && !out.has(file)) out.set(file, { pointer, file });
  return [...out.values()];
}

/** What the references of a document without an identifier are relative to. */
const HERE = 'schema://document/';

function resolved(reference: string, base: string): string {
  try {
    return new URL(reference, base).href.replace(/#.*$/s, '');
  } catch {
    return base;
  }
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
