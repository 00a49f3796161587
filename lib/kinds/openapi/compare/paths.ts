import { httpMethods } from '../../../compat/http-methods.ts';
import { type Located, member, members, type OpenapiDocument } from './document.ts';
import type { Report } from './report.ts';
import { addressesOf, serversOf } from './servers.ts';

/** A path of a document, with its name. */
export interface Path {
  path: string;
  place: Located;
}

export interface PairedPaths {
  pairs: { was: Path; is: Path; by: 'shape' | 'address' }[];
  gone: Path[];
  come: Path[];
}

/**
 * Which path of the old document is which of the new one: the one of its name, then one of its shape (what a placeholder is
 * called makes no difference to a client), then one that is called at all of its addresses, as where a prefix moved between
 * the server and the paths. Two paths of one shape are forbidden, and met (OpenAPI, Paths Object).
 */
export function pairedPaths(old: OpenapiDocument, now: OpenapiDocument, report: Report): PairedPaths {
  const [before, after] = [pathsOf(old), pathsOf(now)];
  const inOrder = new Map([...before.keys()].map((path, at) => [path, at]));
  const pairs: PairedPaths['pairs'] = [];
  const pair = (was: Path, is: Path, by: 'shape' | 'address'): void => {
    pairs.push({ was, is, by });
    before.delete(was.path);
    after.delete(is.path);
  };
  for (const was of [...before.values()]) {
    const is = after.get(was.path);
    if (is) pair(was, is, 'shape');
  }
  const shapes = grouped([...after.values()], ({ path }) => [shapeOf(path)]);
  for (const was of [...before.values()]) {
    const is = shapes.get(shapeOf(was.path))?.shift();
    if (is) pair(was, is, 'shape');
  }
  const callable = new Map<string, Path>();
  for (const is of after.values())
    for (const address of addresses(now, is, report)) if (!callable.has(address)) callable.set(address, is);
  for (const was of [...before.values()]) {
    const all = addresses(old, was, report);
    const is = callable.get(all[0] ?? '');
    if (is && after.has(is.path) && all.every((address) => callable.get(address) === is))
      pair(was, is, 'address');
  }
  const placeOf = ({ was }: { was: Path }): number => inOrder.get(was.path) ?? 0;
  pairs.sort((a, b) => placeOf(a) - placeOf(b));
  return { pairs, gone: [...before.values()], come: [...after.values()] };
}

const shapeOf = (path: string): string => path.replace(/\{[^{}]*\}/g, '{}');

function pathsOf(document: OpenapiDocument): Map<string, Path> {
  const paths = members(member({ node: document.root, pointer: '' }, 'paths'));
  return new Map(paths.map(([path, place]) => [path, { path, place }]));
}

/** None where an operation has servers of its own: then there is no one answer. */
function addresses(document: OpenapiDocument, { path, place }: Path, report: Report): string[] {
  const item = document.resolve(place);
  if (!item || httpMethods.some((method) => member(member(item, method), 'servers').node !== undefined))
    return [];
  const found = addressesOf(serversOf({ node: document.root, pointer: '' }, item), shapeOf(path));
  report.spend(found.length);
  return found;
}

function grouped(paths: readonly Path[], keysOf: (path: Path) => string[]): Map<string, Path[]> {
  const groups = new Map<string, Path[]>();
  for (const path of paths)
    for (const key of keysOf(path)) {
      const group = groups.get(key);
      if (group) group.push(path);
      else groups.set(key, [path]);
    }
  return groups;
}
