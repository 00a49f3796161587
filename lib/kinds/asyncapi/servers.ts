import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { type Located, member, members, type OpenapiDocument } from '../openapi/compare/document.ts';

/** A broker or endpoint that the application uses. */
export interface Server {
  key: string;
  /** With the values of its variables: `kafka://broker:9092`. */
  addresses: string[];
  protocolVersion: string;
  security: JsonValue[] | null;
  pointer: string;
  place: Located;
}

/** Addresses that the variables of a server may make, at most. */
const MOST = 64;

/** The servers of a document: `url` in 2.x, `host` and `pathname` in 3.x. Throws `Unread`. */
export function serversOf(document: OpenapiDocument, root: Located): Server[] {
  return members(member(root, 'servers')).flatMap(([key, place]): Server[] => {
    const server = document.resolve(place);
    if (server === undefined) return [];
    const { node, pointer } = server;
    const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
    const url = text(node.url).replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
    const address = `${text(node.protocol)}://${url || `${text(node.host)}${text(node.pathname)}`}`;
    return [
      {
        ...{ key, pointer, place: server, protocolVersion: text(node.protocolVersion) },
        addresses: expanded(address.replace(/\/+$/, ''), member(server, 'variables'), document),
        security: Array.isArray(node.security) && node.security.length > 0 ? node.security : null,
      },
    ];
  });
}

function expanded(template: string, variables: Located, document: OpenapiDocument): string[] {
  let all = [template];
  for (const [name, place] of members(variables, true)) {
    const { enum: list, default: usual }: JsonObject = document.resolve(place)?.node ?? {};
    const values = [usual, ...(Array.isArray(list) ? list : [])].filter((value) => typeof value === 'string');
    const distinct = [...new Set(values)];
    if (distinct.length === 0 || distinct.length * all.length > MOST) continue;
    all = distinct.flatMap((value) => all.map((address) => address.replaceAll(`{${name}}`, value)));
  }
  return all;
}

/** One way to authenticate as text: by what the scheme is, not by what the document calls it. */
export function schemeIn(document: OpenapiDocument, way: JsonValue): string[] {
  if (!isObject(way)) return [];
  const $ref = typeof way.$ref === 'string' ? way.$ref : undefined;
  if ($ref !== undefined || typeof way.type === 'string') {
    const resolved = document.resolve({ node: way, pointer: '/security' });
    return [essence(resolved?.node ?? {}, way.scopes)];
  }
  const schemes = member(member({ node: document.root, pointer: '' }, 'components'), 'securitySchemes');
  return Object.entries(way).map(([name, scopes]) =>
    essence(document.resolve(member(schemes, name))?.node ?? { name }, scopes),
  );
}

/** What of a scheme decides who is let in. */
const essence = (scheme: JsonObject, scopes: JsonValue | undefined): string => {
  const { description: _d, scopes: own, ...rest } = scheme;
  const needed = [scopes ?? own ?? []].flat();
  return JSON.stringify([Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)), needed]);
};
