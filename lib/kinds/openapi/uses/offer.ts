import { isObject, type JsonObject, type JsonValue } from '../../../json.ts';
import { type Located, member, members, OpenapiDocument } from '../compare/document.ts';
import { type Operation, operationsOf } from '../compare/operations.ts';
import { serversOf } from '../compare/servers.ts';
import { converted, isSwagger } from '../compare/swagger.ts';

/** One operation as a client can call it. */
export interface Offered {
  /** In upper case. */
  method: string;
  template: string;
  id: string | null;
  operation: Operation;
  /** The paths of its servers, without a slash at the end: `''`, `/v1`. */
  prefixes: string[];
}

/** What a document offers to clients. */
export interface Offer {
  document: JsonObject;
  operations: Offered[];
  /** What of the code could not be read, where the document was read from code. */
  unread: string[];
  /** Paths of calls that may still be compared with paths of operations: what strangers wrote ends. */
  steps: { left: number };
}

const STEPS = 5_000_000;

/** The operations of a document. Throws `Unread`, and an error in words of a document of Swagger 2.0 that cannot be converted. */
export async function offerOf(schema: JsonValue): Promise<Offer | { why: string }> {
  if (!isObject(schema)) return { why: 'the contract is not an OpenAPI document' };
  const written = isSwagger(schema) ? await converted(schema) : schema;
  if (typeof written === 'string') return { why: written };
  const document = new OpenapiDocument(written, true);
  const root: Located = { node: written, pointer: '' };
  const operations = members(member(root, 'paths')).flatMap(([template, item]) =>
    [...operationsOf(document, template, item).values()].map((operation): Offered => {
      const { node } = operation.place;
      const id = isObject(node) && typeof node.operationId === 'string' ? node.operationId : null;
      const [method = ''] = operation.name.split(' ', 1);
      const servers = serversOf(root, document.resolve(item) ?? item, operation.place);
      const addresses = servers.list.flatMap((server) => server.addresses);
      return { method, template, id, operation, prefixes: [...new Set(addresses.map(prefixOf))] };
    }),
  );
  const hints = isObject(written['x-realm']) ? written['x-realm'].unread : undefined;
  const unread = Array.isArray(hints) ? hints.filter((hint) => typeof hint === 'string') : [];
  return { document: written, operations, unread, steps: { left: STEPS } };
}

/** The path of a server's address. */
const prefixOf = (url: string): string =>
  url
    .replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '');
