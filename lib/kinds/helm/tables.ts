import type { Change } from '../../compat/types.ts';
import { type JsonObject, type JsonValue, sameJson } from '../../json.ts';
import { compareOpenapi } from '../openapi/compare/index.ts';

/** Where a schema stands in the document that is made of it. */
export const AT = '/paths/~1x/post/requestBody/content/application~1json/schema';

/** What may be given to one thing, and where each place of it stands in the files. */
export interface Table {
  schema: JsonValue;
  place(pointer: string): string;
}

/**
 * Every change between what could be given and what can be: the body of a request to the one who takes it, so that whatever is declared
 * counts as promised. The schemas have draft 2020-12, and their references are relative to `AT`.
 */
export function tableChanges(where: string, old: Table, now: Table): Change[] {
  if (sameJson(old.schema, now.schema)) return [];
  const { changes } = compareOpenapi(documentOf(old.schema), documentOf(now.schema));
  return changes.map((change) => placed(change, where, old, now));
}

const documentOf = (schema: JsonValue): JsonObject => ({
  ...{ openapi: '3.1.0', info: { title: '', version: '1' } },
  paths: { '/x': { post: { requestBody: { content: { 'application/json': { schema } } }, responses: {} } } },
});

function placed(change: Change, name: string, old: Table, now: Table): Change {
  const rule = ruleOf(change);
  const at = (table: Table, pointer: string): string =>
    table.place(pointer.startsWith(AT) ? pointer.slice(AT.length) : '');
  const isDefault = rule === 'helm/default-changed';
  const words = (text: string): string =>
    text
      .replaceAll('POST /x → request body', name)
      .replaceAll('POST /x', name)
      .replaceAll('a request without', 'without')
      .replaceAll('clients may still send it', 'consumers may still give it');
  const { oldPointer, gone, where, reason, subject, witness } = change;
  return {
    ...change,
    pointer: at(gone ? old : now, change.pointer),
    ...(oldPointer === undefined ? {} : { oldPointer: at(old, oldPointer) }),
    ...{ rule, subject: typeof subject === 'string' ? words(subject) : subject },
    ...(where === undefined ? {} : { where: words(where) }),
    ...(reason === undefined ? {} : { reason: words(reason) }),
    ...(isDefault ? { kind: 'changed', level: 'unknown', breaking: true } : {}),
    ...(witness === undefined ? {} : { witness: typeof witness === 'string' ? words(witness) : witness }),
  };
}

function ruleOf({ rule = '', pointer, oldPointer }: Change): string {
  const fact = rule.replace(/^openapi\/(?:request-)?/, '');
  // A default that comes is set in what was given without it.
  if (fact === 'words-changed' && /\/default$/.test(pointer || (oldPointer ?? '')))
    return 'helm/default-changed';
  return rule.startsWith('openapi/request-') ? `helm/${fact}` : 'helm/unread';
}
