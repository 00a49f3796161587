import { isObject, type JsonObject, type JsonValue } from '../../../json.ts';
import { type Located, member } from './document.ts';
import type { Report } from './report.ts';

/** Addresses that the values of a server's variables may make, at most; more are compared by their template alone. */
const MOST_ADDRESSES = 64;

/** One server with what its variables may be (OpenAPI, Server Object and Server Variable Object). */
interface Server {
  /** As written, without a slash at the end. */
  template: string;
  /** With the default of every variable: where a client calls that changes nothing. */
  address: string;
  /** All addresses that the variables' values make, the default first. */
  addresses: string[];
}

export interface Servers {
  list: Server[];
  pointer: string;
}

/** The nearest list of servers; `/` where there is none. */
export function serversOf(...places: readonly Located[]): Servers {
  let found: Servers = { list: [serverOf({ url: '/' })], pointer: '/servers' };
  for (const place of places) {
    const { node, pointer } = member(place, 'servers');
    if (!Array.isArray(node) || node.length === 0) continue;
    found = { list: node.map(serverOf), pointer };
  }
  return found;
}

function serverOf(node: JsonValue): Server {
  const server: JsonObject = isObject(node) ? node : {};
  const template = (typeof server.url === 'string' ? server.url : '/').replace(/(?<=.)\/+$/, '');
  const variables = isObject(server.variables) ? server.variables : {};
  let addresses = [template];
  for (const [name, variable] of Object.entries(variables)) {
    const values = valuesOf(variable);
    if (values.length * addresses.length > MOST_ADDRESSES) values.splice(1);
    addresses = values.flatMap((value) => addresses.map((url) => url.replaceAll(`{${name}}`, value)));
  }
  return { template, address: addresses[0] ?? template, addresses };
}

/** The default, and what else the variable may be. */
function valuesOf(variable: JsonValue | undefined): string[] {
  const { default: usual, enum: list }: JsonObject = isObject(variable) ? variable : {};
  const all = [usual, ...(Array.isArray(list) ? list : [])].filter((value) => typeof value === 'string');
  return [...new Set(all)];
}

/** The addresses of a path on its servers; what a placeholder in it is called makes no difference. */
export const addressesOf = ({ list }: Servers, shape: string): string[] =>
  list.flatMap(({ addresses }) => addresses.map((url) => `${url === '/' ? '' : url}${shape}`));

/** Can clients go on calling the addresses that they know? `where`: the operation. */
export function compareServers(before: Servers, after: Servers, where: string, report: Report): void {
  const templates = new Map(after.list.map((server) => [server.template, server]));
  const had = new Set(before.list.flatMap(({ addresses }) => addresses));
  const has = new Set(after.list.flatMap(({ addresses }) => addresses));
  const known = new Set(before.list.map(({ template }) => template));
  report.spend(had.size + has.size);
  for (const { template, address, addresses } of before.list) {
    const same = templates.get(template);
    if (same && same.address !== address)
      report.note({
        ...{ rule: 'server-default-changed', level: 'breaking', kind: 'changed', where, noun: 'server' },
        ...{ reason: `the default of server ${template} is now ${same.address}`, old: before.pointer },
        ...{ now: after.pointer, keyword: 'servers', witness: address },
      });
    for (const url of addresses) {
      if (has.has(url) || (same && url === address)) continue;
      report.note({
        ...{ rule: 'server-removed', level: 'breaking', kind: 'removed', where, noun: `server ${url}` },
        ...{ old: before.pointer, at: after.pointer, keyword: 'servers', witness: url },
      });
    }
  }
  for (const { template, address, addresses } of after.list)
    for (const url of addresses) {
      if (had.has(url) || (known.has(template) && url === address)) continue;
      const come = { kind: 'added', where, noun: `server ${url}`, now: after.pointer } as const;
      report.note({ rule: 'server-added', level: 'compatible', ...come });
    }
}
