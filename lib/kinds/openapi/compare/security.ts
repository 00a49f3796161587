import { canonical, isObject, type JsonObject, type JsonValue } from '../../../json.ts';
import type { Located, OpenapiDocument } from './document.ts';
import { member, members } from './document.ts';
import type { Operation } from './operations.ts';
import type { Report } from './report.ts';

/** Is every way in which a caller could prove who it is still good enough? */
export function security(old: Operation, now: Operation, report: Report): void {
  const before = alternatives(old);
  const after = alternatives(now);
  report.spend(before.length * (after.length + 4));
  let tightened = false;
  for (const was of before) {
    const enough = after.some((is) =>
      [...is].every(([scheme, scopes]) => satisfies(was.get(scheme), scopes)),
    );
    if (enough) continue;
    const witness = [...was.keys()].map((key) => JSON.parse(key)[0]).join(' and ') || 'no credentials';
    report.note({
      ...{
        rule: 'security-tightened',
        level: 'breaking',
        kind: 'changed',
        where: now.name,
        noun: 'security',
      },
      ...{
        reason: `${witness} is no longer sufficient`,
        now: `${now.place.pointer}/security`,
        keyword: 'security',
        witness,
      },
    });
    tightened = true;
  }
  const names = (list: Map<string, Set<string>>[]): string =>
    canonical(
      list
        .map((requirement) => [...requirement].map(([key, scopes]) => [key, ...[...scopes].sort()]).sort())
        .sort() as JsonValue,
    );
  if (tightened || names(before) === names(after)) return;
  report.note({
    ...{ rule: 'security-changed', level: 'compatible', kind: 'changed', where: now.name, noun: 'security' },
    ...{ reason: 'the ways to authenticate changed', now: `${now.place.pointer}/security` },
  });
}

/** Ways to authenticate: each a set of schemes, by what they are, with the scopes that are asked for. */
function alternatives({ document, place }: Operation): Map<string, Set<string>>[] {
  const own =
    isObject(place.node) && Object.hasOwn(place.node, 'security')
      ? place.node.security
      : document.root.security;
  const list = Array.isArray(own) && own.length > 0 ? own.filter(isObject) : [{}];
  return list.map(
    (requirement) =>
      new Map(
        Object.entries(requirement).map(([name, scopes]): [string, Set<string>] => [
          schemeKey(document, name),
          new Set(Array.isArray(scopes) ? scopes.map(String) : []),
        ]),
      ),
  );
}

/** A scheme by its name and all that makes it what it is: under the same name may stand another. */
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
  return JSON.stringify([name, canonical({ ...plain, flows: Object.fromEntries(grants) } as JsonValue)]);
}

const satisfies = (had: ReadonlySet<string> | undefined, wanted: ReadonlySet<string>): boolean =>
  had !== undefined && [...wanted].every((scope) => had.has(scope));
