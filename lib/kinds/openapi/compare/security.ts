import { canonical, isObject, type JsonObject, type JsonValue } from '../../../json.ts';
import type { Located, OpenapiDocument } from './document.ts';
import { member, members } from './document.ts';
import type { Operation } from './operations.ts';
import type { Report } from './report.ts';

/** A scheme that a request must satisfy, with the scopes that are required. */
interface Needed {
  name: string;
  scopes: Set<string>;
}

/** One way to authenticate: everything it takes, by the scheme's name in the old document and by what it is. */
type Way = Map<string, Needed>;

/** Is every way in which a caller could prove who it is still good enough? */
export function security(old: Operation, now: Operation, report: Report): void {
  const renamed = renamedSchemes(old.document, now.document, report);
  const before = alternatives(old, new Map());
  const after = alternatives(now, renamed);
  report.spend(before.length * (after.length + 4));
  const place = { where: now.name, noun: 'security', now: `${now.place.pointer}/security` };
  const lost = before.filter((was) => !after.some((is) => suffices(was, is)));
  for (const was of lost) {
    const witness = [...was.values()].map(({ name }) => name).join(' and ') || 'no credentials';
    report.note({
      ...{ rule: 'security-tightened', level: 'breaking', kind: 'changed', ...place },
      ...{ reason: `${witness} is no longer sufficient`, keyword: 'security', witness },
    });
  }
  if (lost.length > 0 || written(before) === written(after)) return;
  report.note({
    ...{ rule: 'security-changed', level: 'compatible', kind: 'changed', ...place },
    reason: 'the ways to authenticate changed',
  });
}

/** Who satisfies the old way satisfies the new one too. */
const suffices = (was: Way, is: Way): boolean =>
  [...is].every(([scheme, { scopes }]) => {
    const had = was.get(scheme)?.scopes;
    return had !== undefined && [...scopes].every((scope) => had.has(scope));
  });

const written = (ways: readonly Way[]): string =>
  canonical(
    ways
      .map((way) => [...way].map(([key, { name, scopes }]) => [key, name, ...[...scopes].sort()]).sort())
      .sort(),
  );

function alternatives({ document, place }: Operation, renamed: ReadonlyMap<string, string>): Way[] {
  const own =
    isObject(place.node) && Object.hasOwn(place.node, 'security')
      ? place.node.security
      : document.root.security;
  const list = Array.isArray(own) && own.length > 0 ? own.filter(isObject) : [{}];
  return list.map((requirement) => {
    const way: Way = new Map();
    for (const [name, scopes] of Object.entries(requirement)) {
      const key = JSON.stringify([renamed.get(name) ?? name, meaningOf(document, name)]);
      const needed = way.get(key) ?? { name, scopes: new Set() };
      for (const scope of Array.isArray(scopes) ? scopes : []) needed.scopes.add(String(scope));
      way.set(key, needed);
    }
    return way;
  });
}

/**
 * The old names of schemes by their new ones: a name means nothing to a client, so a scheme that is gone and one that is new are
 * the same where they are described in the same way. Two schemes of one document are two, however alike.
 */
function renamedSchemes(old: OpenapiDocument, now: OpenapiDocument, report: Report): Map<string, string> {
  const [had, has] = [old, now].map(
    (document) => new Set(members(schemesOf(document), true).map(([name]) => name)),
  );
  report.spend((had?.size ?? 0) + (has?.size ?? 0));
  const gone = [...(had ?? [])].filter((name) => !has?.has(name));
  const renamed = new Map<string, string>();
  for (const name of has ?? []) {
    if (gone.length === 0 || had?.has(name)) continue;
    report.spend(gone.length);
    const meaning = meaningOf(now, name);
    const at = gone.findIndex((other) => meaningOf(old, other) === meaning);
    const [other] = at < 0 ? [] : gone.splice(at, 1);
    if (other !== undefined) renamed.set(name, other);
  }
  return renamed;
}

const schemesOf = (document: OpenapiDocument): Located =>
  member(member({ node: document.root, pointer: '' }, 'components'), 'securitySchemes');

/** All that makes a scheme what it is to a client. */
function meaningOf(document: OpenapiDocument, name: string): string {
  const resolved = document.resolve(member(schemesOf(document), name));
  const { description: _words, flows, ...rest }: JsonObject = resolved?.node ?? {};
  const grants = members({ node: flows, pointer: '' }).map(([grant, { node }]): [string, JsonValue] => {
    // Scopes on offer matter where they are asked for.
    const { scopes: _scopes, ...urls }: JsonObject = isObject(node) ? node : {};
    return [grant, urls];
  });
  const plain = Object.fromEntries(Object.entries(rest).filter(([key]) => !key.startsWith('x-')));
  return canonical({ ...plain, flows: Object.fromEntries(grants) } as JsonValue);
}
