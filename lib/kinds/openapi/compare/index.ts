import { unfit } from '../../../compat/limits.ts';
import { collidingWritten, writtenIn } from '../../../compat/numbers.ts';
import { openapiVersion } from '../../../compat/openapi-version.ts';
import { withUnread } from '../../../compat/references.ts';
import { OutOfWork, Work } from '../../../compat/schema/work.ts';
import type { ValueComparison, Verdict } from '../../../compat/types.ts';
import { isObject, type JsonObject, type JsonValue, sameJson } from '../../../json.ts';
import { type Located, member, members, OpenapiDocument, Unread } from './document.ts';
import { compareInherited } from './inherited.ts';
import { compareOperations, type Operation, operationsOf } from './operations.ts';
import { type Path, pairedPaths } from './paths.ts';
import { Report } from './report.ts';
import { compareServers, serversOf } from './servers.ts';
import { converted, isSwagger, placedAsWritten } from './swagger.ts';

/** What a comparison may take more for each part of its documents. */
const FOR_EACH = 16;

/** Is this an OpenAPI (or Swagger) document? */
export const isOpenapi = (value: JsonValue | undefined): value is JsonObject =>
  isObject(value) && openapiVersion(value) !== undefined;

/** As `compareOpenapi`; documents of Swagger 2.0 are converted first. */
export async function compareDescriptions(old: JsonValue, now: JsonValue): Promise<ValueComparison> {
  const [before, after] = [isSwagger(old), isSwagger(now)];
  if ((!before && !after) || sameJson(old, now)) return compareOpenapi(old, now);
  const unread = unfitToCompare(old, now);
  if (unread !== undefined) return unknown(unread, '');
  const [was, is] = [
    isSwagger(old) ? await converted(old) : old,
    isSwagger(now) ? await converted(now) : now,
  ];
  const reason = [was, is].find((side) => typeof side === 'string');
  if (reason !== undefined) return unknown(String(reason), '/swagger');
  return placedAsWritten(compareOpenapi(was, is), { old: before, now: after });
}

/**
 * Can every client of the old document use the new one? Requests are compared from old to new, responses from new
 * to old, callbacks and webhooks the other way round, each schema as JSON Schema containment with a witness. Paths,
 * operations, servers, parameters, media types and ways to authenticate that are gone break; deprecation and words do
 * not. Documents of 3.0 and 3.1 may be compared with each other; what cannot be read, or is past the bound, is `unknown`.
 * Never fetches.
 */
export function compareOpenapi(
  old: JsonValue,
  now: JsonValue,
  work: Work = new Work(new Work().left + FOR_EACH * (sizeOf(old) + sizeOf(now))),
): ValueComparison {
  const place = { rule: 'openapi/unread', where: 'the document' };
  return withUnread(compareRead(old, now, work), old, now, place);
}

function compareRead(old: JsonValue, now: JsonValue, work: Work): ValueComparison {
  const reason = unfitToCompare(old, now);
  if (reason !== undefined) return unknown(reason, '');
  if (sameJson(old, now)) return { verdict: { verdict: 'equal' }, changes: [] };
  if (!isObject(old) || !isObject(now)) return unknown('this is not an OpenAPI document', '');
  try {
    return compareDocuments(new OpenapiDocument(old, true), new OpenapiDocument(now, false), work);
  } catch (error) {
    if (error instanceof Unread) return unknown(error.reason, error.pointer);
    throw error;
  }
}

/** How many parts a value has. */
function sizeOf(value: JsonValue): number {
  let size = 0;
  const waiting: JsonValue[] = [value];
  for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
    const inner = Array.isArray(here) ? here : isObject(here) ? Object.values(here) : [];
    size += inner.length;
    for (const child of inner) if (typeof child === 'object' && child !== null) waiting.push(child);
  }
  return size;
}

/** Why the two cannot be compared at all. */
const unfitToCompare = (old: JsonValue, now: JsonValue): string | undefined =>
  collidingWritten(old, now) ??
  [old, now].map((root) => unfit(root, new Set(writtenIn(root).map(Number)))).find(Boolean);

const unknown = (reason: string, pointer: string): ValueComparison => ({
  verdict: { verdict: 'unknown', reason, pointer } satisfies Verdict,
  changes: [
    {
      ...{ kind: 'changed', pointer, subject: reason, breaking: true, rule: 'openapi/unread' },
      ...{ level: 'unknown', where: 'the document', reason },
    },
  ],
});

function compareDocuments(old: OpenapiDocument, now: OpenapiDocument, work: Work): ValueComparison {
  const report = new Report(work);
  try {
    comparePaths(old, now, report);
    compareWebhooks(old, now, report);
    compareInherited(old, now, report);
    report.words('the document', rootOf(old), rootOf(now));
    components(old, now, report);
  } catch (error) {
    // What was found until then holds; of the rest nothing is known.
    if (error instanceof OutOfWork) report.unclear('the document', error.why.reason, '');
    else if (error instanceof RangeError)
      report.unclear('the document', 'its schemas are nested too deeply', '');
    else throw error;
  }
  return report.result();
}

const rootOf = (document: OpenapiDocument): Located => ({ node: document.root, pointer: '' });

function comparePaths(old: OpenapiDocument, now: OpenapiDocument, report: Report): void {
  const { pairs, gone, come } = pairedPaths(old, now, report);
  for (const { path, place } of gone)
    report.note({
      ...{ rule: 'path-removed', level: 'breaking', kind: 'removed', where: path, noun: 'path' },
      ...{ old: place.pointer, at: '/paths', keyword: 'paths', witness: path },
    });
  for (const { was, is, by } of pairs)
    report.part(was.path, () => {
      if (by === 'address')
        report.note({
          ...{ rule: 'path-moved', level: 'compatible', kind: 'changed', where: was.path, noun: 'path' },
          ...{ reason: `it is now ${is.path} on another server, at the same addresses` },
          ...{ old: was.place.pointer, now: is.place.pointer },
        });
      compareItems({ document: old, ...was }, { document: now, ...is }, by === 'shape', report);
    });
  for (const { path, place } of come)
    report.note({
      ...{ rule: 'path-added', level: 'compatible', kind: 'added', where: path, noun: 'path' },
      now: place.pointer,
    });
}

type Item = Path & { document: OpenapiDocument };

/** The operations of a path. `withServers`: the addresses are still to be compared. */
function compareItems(was: Item, is: Item, withServers: boolean, report: Report): void {
  report.words(was.path, was.place, is.place);
  const had = operationsOf(was.document, was.path, was.place);
  const has = operationsOf(is.document, is.path, is.place);
  const servers = ({ document, place }: Item, operation: Operation) =>
    serversOf({ node: document.root, pointer: '' }, place, operation.place);
  for (const [method, operation] of had) {
    const next = has.get(method);
    if (next) {
      compareOperations(operation, next, report);
      if (withServers) compareServers(servers(was, operation), servers(is, next), operation.name, report);
      continue;
    }
    const { name } = operation;
    report.note({
      ...{ rule: 'operation-removed', level: 'breaking', kind: 'removed', where: name, noun: 'operation' },
      ...{ old: operation.place.pointer, at: is.place.pointer, keyword: 'paths', witness: name },
    });
  }
  for (const [method, { name, place }] of has)
    if (!had.has(method))
      report.note({
        ...{ rule: 'operation-added', level: 'compatible', kind: 'added', where: name, noun: 'operation' },
        now: place.pointer,
      });
}

/** Schemas by name: they mean something where they are used, which is compared there. */
function components(old: OpenapiDocument, now: OpenapiDocument, report: Report): void {
  if ([old, now].every(isLibrary)) library(old, now, report);
  const [had, has] = [old, now].map(
    (document) => new Map(members(member(member(rootOf(document), 'components'), 'schemas'), true)),
  );
  for (const [name, { pointer }] of had ?? [])
    if (!has?.has(name))
      report.note({
        rule: 'component-removed',
        level: 'none',
        kind: 'removed',
        where: name,
        noun: 'component',
        old: pointer,
      });
  for (const [name, { pointer }] of has ?? [])
    if (!had?.has(name))
      report.note({
        rule: 'component-added',
        level: 'none',
        kind: 'added',
        where: name,
        noun: 'component',
        now: pointer,
      });
}

/** A document of components alone: others refer to it, and nothing says whether they send or receive what it describes. */
const isLibrary = ({ root }: OpenapiDocument): boolean =>
  isObject(root) &&
  ['paths', 'webhooks'].every((key) => Object.keys(isObject(root[key]) ? root[key] : {}).length === 0);

/** Of such a document each part has to go on in both directions. */
function library(old: OpenapiDocument, now: OpenapiDocument, report: Report): void {
  const groupsOf = (document: OpenapiDocument) =>
    new Map(members(member(rootOf(document), 'components'), true));
  const [had, has] = [groupsOf(old), groupsOf(now)];
  for (const [group, before] of had) {
    const after = has.get(group);
    const kept = new Map(after === undefined ? [] : members(after, true));
    for (const [name, was] of members(before, true)) {
      const is = kept.get(name);
      const where = `components/${group}/${name}`;
      if (is === undefined) report.unclear(where, 'it was removed, and its users are unknown', was.pointer);
      else if (sameJson(was.node ?? null, is.node ?? null)) continue;
      else if (group !== 'schemas')
        report.unclear(where, 'it changed, and its users are unknown', is.pointer);
      else
        report.part(where, () => {
          const [before, after] = [
            { document: old, place: was },
            { document: now, place: is },
          ];
          report.schemas({ where, message: 'request' }, before, after);
          report.schemas({ where, message: 'response' }, after, before);
        });
    }
  }
}

function compareWebhooks(old: OpenapiDocument, now: OpenapiDocument, report: Report): void {
  const before = webhooksOf(old);
  const after = webhooksOf(now);
  for (const [key, was] of before) {
    const is = after.get(key);
    const where = `webhook ${was.name}`;
    if (is) report.turn('webhook', () => compareOperations(is, was, report, true));
    else
      report.note({
        ...{ rule: 'webhook-removed', level: 'breaking', kind: 'removed', where, noun: 'webhook' },
        ...{ old: was.place.pointer, at: '/webhooks', keyword: 'webhooks', witness: was.name },
      });
  }
  for (const [key, is] of after) {
    if (before.has(key)) continue;
    report.note({
      rule: 'webhook-added',
      level: 'compatible',
      kind: 'added',
      where: `webhook ${is.name}`,
      noun: 'webhook',
      now: is.place.pointer,
    });
  }
}

function webhooksOf(document: OpenapiDocument): Map<string, Operation> {
  const found = new Map<string, Operation>();
  for (const [name, item] of members(member({ node: document.root, pointer: '' }, 'webhooks'))) {
    for (const [method, operation] of operationsOf(document, name, item))
      found.set(JSON.stringify([name, method]), operation);
  }
  return found;
}
