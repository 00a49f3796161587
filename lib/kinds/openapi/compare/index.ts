import { unfit } from '../../../compat/limits.ts';
import type { ValueComparison, Verdict } from '../../../compat/types.ts';
import { isObject, type JsonObject, type JsonValue, sameJson } from '../../../json.ts';
import { type Located, member, members, OpenapiDocument, Unread } from './document.ts';
import { compareOperations, type Operation, operationsOf } from './operations.ts';
import { Report } from './report.ts';

/** Is this an OpenAPI (or Swagger) document? */
export const isOpenapi = (value: JsonValue | undefined): value is JsonObject =>
  isObject(value) && (typeof value.openapi === 'string' || typeof value.swagger === 'string');

/**
 * Can every client of the old document go on with the new one? Requests are compared from old to new, responses from new
 * to old, callbacks and webhooks the other way round, each schema as JSON Schema containment with a witness. Paths,
 * operations, servers, parameters, media types and ways to authenticate that are gone break; deprecation and words do
 * not. Documents of 3.0 and 3.1 may be compared with each other; what cannot be read is `unknown`. Never fetches.
 */
export function compareOpenapi(old: JsonValue, now: JsonValue): ValueComparison {
  const reason = unfit(old) ?? unfit(now);
  if (reason !== undefined) return unknown(reason, '');
  if (sameJson(old, now)) return { verdict: { verdict: 'equal' }, changes: [] };
  if (!isObject(old) || !isObject(now)) return unknown('this is no OpenAPI document', '');
  try {
    return compareDocuments(new OpenapiDocument(old, true), new OpenapiDocument(now, false));
  } catch (error) {
    if (error instanceof Unread) return unknown(error.reason, error.pointer);
    throw error;
  }
}

const unknown = (reason: string, pointer: string): ValueComparison => ({
  verdict: { verdict: 'unknown', reason, pointer } satisfies Verdict,
  changes: [],
});

function compareDocuments(old: OpenapiDocument, now: OpenapiDocument): ValueComparison {
  const report = new Report();
  comparePaths(old, now, report);
  compareWebhooks(old, now, report);
  return report.result();
}

function comparePaths(old: OpenapiDocument, now: OpenapiDocument, report: Report): void {
  const before = pathsOf(old);
  const after = pathsOf(now);
  const rootOf = (document: OpenapiDocument): Located => ({ node: document.root, pointer: '' });
  for (const [shape, was] of before) {
    const is = after.get(shape);
    if (!is) {
      report.breaks('paths', '/paths', was.path, `path ${was.path} is gone`, 'removed');
      continue;
    }
    report.part(was.path, () => {
      const had = operationsOf(old, was.path, was.place);
      const has = operationsOf(now, is.path, is.place);
      for (const [method, operation] of had) {
        const next = has.get(method);
        if (!next)
          report.breaks('paths', is.place.pointer, operation.name, `${operation.name} is gone`, 'removed');
        else {
          compareOperations(operation, next, report);
          const [wasAt, isAt] = [
            serversOf(rootOf(old), was.place, operation.place),
            serversOf(rootOf(now), is.place, next.place),
          ];
          for (const url of wasAt.urls) {
            if (isAt.urls.includes(url)) continue;
            report.breaks(
              'servers',
              isAt.pointer,
              url,
              `${operation.name} is not served at ${url} any more`,
              'removed',
            );
          }
        }
      }
      for (const [method, operation] of has) if (!had.has(method)) report.harmless('added', operation.name);
    });
  }
  for (const [shape, { path }] of after) if (!before.has(shape)) report.harmless('added', path);
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
    if (!is) report.breaks('webhooks', '/webhooks', was.name, `webhook ${was.name} is gone`, 'removed');
    else compareOperations(is, was, report, true);
  }
  for (const [key, is] of after) if (!before.has(key)) report.harmless('added', `webhook ${is.name}`);
}

function webhooksOf(document: OpenapiDocument): Map<string, Operation> {
  const found = new Map<string, Operation>();
  for (const [name, item] of members(member({ node: document.root, pointer: '' }, 'webhooks'))) {
    for (const [method, one] of operationsOf(document, name, item))
      found.set(JSON.stringify([name, method]), one);
  }
  return found;
}
