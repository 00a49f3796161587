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

/** One way to authenticate: everything it takes, by what the scheme is. */
type Way = Map<string, Needed>;

/** Is every way in which a caller could prove who it is still good enough? */
export function security(old: Operation, now: Operation, report: Report): void {
  const before = alternatives(old);
  const after = alternatives(now);
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

function alternatives({ document, place }: Operation): Way[] {
  const own =
    isObject(place.node) && Object.hasOwn(place.node, 'security')
      ? place.node.security
      : document.root.security;
  const list = Array.isArray(own) && own.length > 0 ? own.filter(isObject) : [{}];
  return list.map((requirement) => {
    const way: Way = new Map();
    for (const [name, scopes] of Object.entries(requirement)) {
      const key = schemeKey(document, name);
      const needed = way.get(key) ?? { name, scopes: new Set() };
      for (const scope of Array.isArray(scopes) ? scopes : []) needed.scopes.add(String(scope));
      way.set(key, needed);
    }
    return way;
  });
}

/**
 * All that makes a scheme what it is: its name in the document means nothing to a client. A scheme that is not described is
 * known by its name alone.
 */
function schemeKey(document: OpenapiDocument, name: string): string {
  const schemes: Located = member(
    member({ node: document.root, pointer: '' }, 'components'),
    'securitySchemes',
  );
  const resolved = document.resolve(member(schemes, name));
  const { description: _words, flows, ...rest }: JsonObject = resolved?.node ?? {};
  const grants = members({ node: flows, pointer: '' }).map(([grant, { node }]): [string, JsonValue] => {
    // Scopes on offer matter where they are asked for.
    const { scopes: _scopes, ...urls }: JsonObject = isObject(node) ? node : {};
    return [grant, urls];
  });
  const plain = Object.fromEntries(Object.entries(rest).filter(([key]) => !key.startsWith('x-')));
  if (!resolved) return JSON.stringify([name]);
  return canonical({ ...plain, flows: Object.fromEntries(grants) } as JsonValue);
}
