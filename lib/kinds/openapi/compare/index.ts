import { unfit } from '../../../compat/limits.ts';
import { withUnread } from '../../../compat/references.ts';
import { OutOfWork, Work } from '../../../compat/schema/work.ts';
import type { ValueComparison, Verdict } from '../../../compat/types.ts';
import { isObject, type JsonObject, type JsonValue, sameJson } from '../../../json.ts';
import { type Located, member, members, OpenapiDocument, Unread } from './document.ts';
import { compareOperations, type Operation, operationsOf } from './operations.ts';
import { Report } from './report.ts';

/** Is this an OpenAPI (or Swagger) document? */
export const isOpenapi = (value: JsonValue | undefined): value is JsonObject =>
  isObject(value) && (typeof value.openapi === 'string' || typeof value.swagger === 'string');

/**
 * Can every client of the old document use the new one? Requests are compared from old to new, responses from new
 * to old, callbacks and webhooks the other way round, each schema as JSON Schema containment with a witness. Paths,
 * operations, servers, parameters, media types and ways to authenticate that are gone break; deprecation and words do
 * not. Documents of 3.0 and 3.1 may be compared with each other; what cannot be read, or is past the bound, is `unknown`.
 * Never fetches.
 */
export function compareOpenapi(old: JsonValue, now: JsonValue, work: Work = new Work()): ValueComparison {
  const place = { rule: 'openapi/unread', where: 'the document' };
  return withUnread(compareRead(old, now, work), old, now, place);
}

function compareRead(old: JsonValue, now: JsonValue, work: Work): ValueComparison {
  const reason = unfit(old) ?? unfit(now);
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
  const before = pathsOf(old);
  const after = pathsOf(now);
  for (const [shape, was] of before) {
    const is = after.get(shape);
    if (!is) {
      report.note({
        ...{ rule: 'path-removed', level: 'breaking', kind: 'removed', where: was.path, noun: 'path' },
        ...{ old: was.place.pointer, at: '/paths', keyword: 'paths', witness: was.path },
      });
      continue;
    }
    report.part(was.path, () => {
      report.words(was.path, was.place, is.place);
      const had = operationsOf(old, was.path, was.place);
      const has = operationsOf(now, is.path, is.place);
      for (const [method, operation] of had) {
        const next = has.get(method);
        if (next) {
          compareOperations(operation, next, report);
          servers(
            [rootOf(old), was.place, operation.place],
            [rootOf(now), is.place, next.place],
            operation,
            report,
          );
          continue;
        }
        report.note({
          ...{
            rule: 'operation-removed',
            level: 'breaking',
            kind: 'removed',
            where: operation.name,
            noun: 'operation',
          },
          ...{
            old: operation.place.pointer,
            at: is.place.pointer,
            keyword: 'paths',
            witness: operation.name,
          },
        });
      }
      for (const [method, { name, place }] of has)
        if (!had.has(method))
          report.note({
            rule: 'operation-added',
            level: 'compatible',
            kind: 'added',
            where: name,
            noun: 'operation',
            now: place.pointer,
          });
    });
  }
  for (const [shape, { path, place }] of after)
    if (!before.has(shape))
      report.note({
        rule: 'path-added',
        level: 'compatible',
        kind: 'added',
        where: path,
        noun: 'path',
        now: place.pointer,
      });
}

function servers(was: Located[], is: Located[], { name }: Operation, report: Report): void {
  const [before, after] = [serversOf(...was), serversOf(...is)];
  report.spend(before.urls.length + after.urls.length);
  const [had, has] = [new Set(before.urls), new Set(after.urls)];
  for (const url of before.urls)
    if (!has.has(url))
      report.note({
        ...{ rule: 'server-removed', level: 'breaking', kind: 'removed', where: name, noun: `server ${url}` },
        ...{ old: before.pointer, at: after.pointer, keyword: 'servers', witness: url },
      });
  for (const url of after.urls)
    if (!had.has(url))
      report.note({
        rule: 'server-added',
        level: 'none',
        kind: 'added',
        where: name,
        noun: `server ${url}`,
        now: after.pointer,
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
          report.schemas(where, 'request', before, after);
          report.schemas(where, 'response', after, before);
        });
    }
  }
}

/** The paths by their shape: what a placeholder is called makes no difference to a client. */
function pathsOf(document: OpenapiDocument): Map<string, { path: string; place: Located }> {
  const paths = members(member({ node: document.root, pointer: '' }, 'paths'));
  return new Map(paths.map(([path, place]) => [path.replace(/\{[^{}]*\}/g, '{}'), { path, place }]));
}

/** The nearest list of servers; `/` where there is none. */
function serversOf(...places: Located[]): { urls: string[]; pointer: string } {
  let found = { urls: ['/'], pointer: '/servers' };
  for (const place of places) {
    const { node, pointer } = member(place, 'servers');
    if (!Array.isArray(node) || node.length === 0) continue;
    const urls = node.map((server) =>
      isObject(server) && typeof server.url === 'string' ? server.url : '/',
    );
    found = { urls: urls.map((url) => url.replace(/(?<=.)\/+$/, '')), pointer };
  }
  return found;
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
