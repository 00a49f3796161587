import type { JsonValue } from '../../../json.ts';
import type { OpenapiDocument } from '../../openapi/compare/document.ts';
import type { Report } from '../../openapi/compare/report.ts';
import type { Interface } from '../interface.ts';
import { type Server, schemeIn } from '../servers.ts';

/** Is every server there that users connect to? What a document calls one makes no difference. */
export function compareServers(old: Interface, now: Interface, report: Report): void {
  const has = new Map(now.servers.flatMap((server) => server.addresses.map((url) => [url, server] as const)));
  const had = new Set(old.servers.flatMap(({ addresses }) => addresses));
  const compared = new Set<Server>();
  for (const server of old.servers) {
    for (const url of server.addresses) {
      const next = has.get(url);
      if (next === undefined)
        report.note({
          ...{ rule: 'server-removed', level: 'breaking', kind: 'removed', where: `server ${url}` },
          ...{ noun: 'server', old: server.pointer, at: '/servers', witness: url },
        });
      else if (!compared.has(server)) {
        compared.add(server);
        compareServer(url, server, next, { old, now, report });
      }
    }
  }
  for (const server of now.servers)
    for (const url of server.addresses)
      if (!had.has(url))
        report.note({
          ...{ rule: 'server-added', level: 'compatible', kind: 'added', where: `server ${url}` },
          ...{ noun: 'server', now: server.pointer },
        });
}

function compareServer(
  url: string,
  was: Server,
  is: Server,
  { old, now, report }: { old: Interface; now: Interface; report: Report },
): void {
  const where = `server ${url}`;
  const places = { old: was.pointer, now: is.pointer };
  if (was.protocolVersion !== is.protocolVersion)
    report.note({
      ...{ rule: 'protocol-version-changed', level: 'unknown', kind: 'changed', where, noun: 'version' },
      ...{
        ...places,
        reason: `the version of the protocol is '${is.protocolVersion}', and was '${was.protocolVersion}'`,
      },
    });
  compareSecurity(where, [old.document, was.security], [now.document, is.security], { report, places });
  report.words(where, was.place, is.place);
}

type Ways = readonly [OpenapiDocument, JsonValue[] | null];

/** Does every way to authenticate that was enough still do? Any one of a list is enough. */
export function compareSecurity(
  where: string,
  [before, had]: Ways,
  [after, has]: Ways,
  { report, places }: { report: Report; places: { old: string; now: string } },
): void {
  const ways = (document: OpenapiDocument, list: JsonValue[] | null): string[] | null =>
    list?.map((way) => schemeIn(document, way).sort().join('\n')) ?? null;
  const [was, is] = [ways(before, had), ways(after, has)];
  if (JSON.stringify(was) === JSON.stringify(is)) return;
  const lost = is === null ? [] : (was ?? ['']).filter((way) => !is.includes(way));
  const isTighter = lost.length > 0;
  report.note({
    ...{
      rule: isTighter ? 'security-tightened' : 'security-changed',
      kind: 'changed',
      where,
      noun: 'security',
    },
    level: isTighter ? 'breaking' : 'compatible',
    reason: isTighter
      ? 'a way to authenticate is no longer sufficient'
      : 'the ways to authenticate changed, and those that were sufficient still are',
    ...places,
    ...(isTighter ? { witness: lost[0] === '' ? 'no credentials' : 'the old credentials' } : {}),
  });
}
