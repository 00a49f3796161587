import { worstFirst } from '../../../compat/differences/order.ts';
import type { Change } from '../../../compat/types.ts';
import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../../json.ts';
import type { Content } from '../../types.ts';
import type { PlacedUse, UseAnswer } from '../../uses.ts';
import { heirsByBase } from '../compare/heirs.ts';
import { compareOpenapi } from '../compare/index.ts';
import { answerOf, readOffer } from './answer.ts';
import { type Call, callOf } from './call.ts';
import { operationFor } from './find.ts';
import type { Offer, Offered } from './offer.ts';

/**
 * What a change of the document does to each call: what it takes away, and what of it the two operations, compared alone, say of
 * the properties that the call uses. What was already missing before is not this change's doing.
 */
export async function affected(old: Content, now: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const [before, after] = [await readOffer(old.schema), await readOffer(now.schema)];
  const compared = new Map<string, Change[]>();
  return uses.map(({ use }): UseAnswer => {
    const call = callOf(use);
    if (call === undefined) return { answer: 'unknown', why: `'${use.subject}' is not an HTTP call` };
    const unread = [before, after].find((side) => 'why' in side);
    if ('why' in before || 'why' in after)
      return { answer: 'unknown', why: unread !== undefined && 'why' in unread ? unread.why : '' };
    return affectedCall(call, before, after, compared);
  });
}

/** `compared`: the changes of each pair of operations, which several calls may be of. */
function affectedCall(call: Call, before: Offer, after: Offer, compared: Map<string, Change[]>): UseAnswer {
  const [was, is] = [answerOf(call, before), answerOf(call, after)];
  if (is.answer === 'no') {
    const had = was.answer === 'no' ? new Set(was.missing.map(({ why }) => why)) : new Set<string>();
    const lost = is.missing.filter(({ why }) => !had.has(why));
    if (lost.length > 0) return { answer: 'no', missing: lost };
  }
  const [from, to] = [operationFor(call, before), operationFor(call, after)];
  // Which operation it is was not known before: nothing says that the change leaves it alone.
  if ('why' in from) return { answer: 'unknown', why: from.why };
  if (!('operation' in from)) return { answer: 'yes' };
  if (!('operation' in to)) return lostOperation(from.operation, is, after);
  const pair = `${from.operation.operation.place.pointer} ${to.operation.operation.place.pointer}`;
  const known = compared.get(pair);
  const changes = known ?? compareOpenapi(alone(before, from.operation), alone(after, to.operation)).changes;
  compared.set(pair, changes);
  let doubt: string | undefined;
  for (const change of worstFirst(changes)) {
    if (!change.breaking) continue;
    const touch = touches(change, call, from.operation.operation.name);
    if (touch === 'no') continue;
    if (touch === 'yes' && change.level === 'breaking') return brokenBy(change);
    doubt ??=
      touch === 'yes'
        ? `${change.where}: ${change.reason}`
        : `what it uses besides is not known, and ${change.where}: ${change.reason}`;
  }
  return doubt === undefined ? { answer: 'yes' } : { answer: 'unknown', why: doubt };
}

/** The operation that answered is gone, and no other one answers for certain. */
function lostOperation({ operation: { name } }: Offered, is: UseAnswer, after: Offer): UseAnswer {
  if (is.answer === 'unknown' && after.unread.length > 0) return is;
  const why = `calls ${name}, which is no longer offered`;
  return { answer: 'no', missing: [{ why, witness: name, rule: 'openapi/operation-removed' }] };
}

const brokenBy = ({ where, reason, witness, subject, rule }: Change): UseAnswer => ({
  answer: 'no',
  missing: [
    {
      why: `uses ${where}: ${reason ?? 'it changed'}`,
      witness: witness ?? subject,
      ...(rule === undefined ? {} : { rule }),
    },
  ],
});

/** A document with one operation, at its place, and the components that it refers to. */
function alone({ document }: Offer, { template, operation }: Offered): JsonObject {
  const { paths, webhooks: _w, components, ...rest } = document;
  const item = (paths as Record<string, JsonObject> | undefined)?.[template] ?? {};
  const method = operation.place.pointer.slice(operation.place.pointer.lastIndexOf('/') + 1);
  const kept = Object.entries(item).filter(([key]) => !methods.test(key) || key === method);
  const own = { [template]: Object.fromEntries(kept) };
  const needed = isObject(components) ? referredTo(components, own, rest) : {};
  return { ...rest, paths: own, components: needed };
}

/** The components that some nodes refer to, and those that these refer to. Ways to authenticate are referred to by their names. */
function referredTo(components: JsonObject, ...from: JsonValue[]): JsonObject {
  const found: Record<string, JsonObject> = {};
  const { schemas, securitySchemes } = components;
  const heirs = heirsByBase(isObject(schemas) ? schemas : {});
  if (isObject(securitySchemes)) found.securitySchemes = securitySchemes;
  const open = [...from];
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    if (typeof here === 'string') {
      const [, group = '', name = ''] = /^#\/components\/([^/]+)\/([^/]+)/.exec(here) ?? [];
      const key = decoded(name);
      const members = components[group];
      if (!isObject(members) || !Object.hasOwn(members, key) || Object.hasOwn(found[group] ?? {}, key))
        continue;
      found[group] = { ...found[group], [key]: members[key] as JsonValue };
      open.push(members[key] as JsonValue);
      // Where it has a discriminator, what inherits it may stand in its place.
      if (group === 'schemas')
        for (const heir of heirs.get(key) ?? []) open.push(`#/components/schemas/${pointerToken(heir)}`);
    } else if (Array.isArray(here)) open.push(...here);
    else if (isObject(here)) open.push(...Object.values(here));
  }
  return found;
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return token.replaceAll('~1', '/').replaceAll('~0', '~');
  }
}

const methods = /^(?:get|put|post|delete|options|head|patch|trace|query|additionalOperations)$/;

/** Does a change concern what a call uses? It does where it is about the operation itself; of a property it depends on the call. */
function touches({ where = '' }: Change, call: Call, name: string): 'yes' | 'no' | 'perhaps' {
  const [operation, message = '', ...more] = where.split(' → ');
  const [, at, parameter = ''] = /^(query|header|cookie) parameter '(.*)'$/.exec(message) ?? [];
  if (at !== undefined && call.query.includes(parameter) && at === 'query') return 'yes';
  if (at !== undefined) return at === 'query' && call.whole.has('query') ? 'no' : 'perhaps';
  if (operation?.startsWith('components/schemas/')) return touchesHeir([message, ...more].join(' → '), call);
  if (operation !== name || more.length === 0) return 'yes';
  const property = more.join(' → ');
  if (/^header '/.test(property)) return 'perhaps';
  const isRequest = message.startsWith('request body');
  const used = isRequest ? call.sends : call.reads;
  const path = property.replaceAll('[]', '.*').replace(/^\./, '').split('.');
  if (used.some((name) => isUnder(name.split('.'), path))) return 'yes';
  return call.whole.has(isRequest ? 'body' : 'response') ? 'no' : 'perhaps';
}

/** The same of a property of a schema that may stand in place of the one it inherits, at whatever depth. */
function touchesHeir(property: string, { sends, reads, whole }: Call): 'yes' | 'no' | 'perhaps' {
  const last = property.replaceAll('[]', '').split('.').at(-1) ?? '';
  if (last === '' || [...sends, ...reads].some((used) => used.split('.').includes(last))) return 'yes';
  return whole.has('body') && whole.has('response') ? 'no' : 'perhaps';
}

/** Whether one of two paths leads to the other. */
const isUnder = (a: readonly string[], b: readonly string[]): boolean =>
  a.slice(0, b.length).every((step, at) => step === b[at]);
