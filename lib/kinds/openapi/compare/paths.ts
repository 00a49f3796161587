import { httpMethods } from '../../../compat/http-methods.ts';
import { type Located, member, members, type OpenapiDocument } from './document.ts';
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
export function pairedPaths(old: OpenapiDocument, now: OpenapiDocument): PairedPaths {
  const [before, after] = [pathsOf(old), pathsOf(now)];
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
    const is = shapes.get(shapeOf(was.path))?.find(({ path }) => after.has(path));
    if (is) pair(was, is, 'shape');
  }
  const callable = grouped([...after.values()], (path) => addresses(now, path));
  for (const was of [...before.values()]) {
    const all = addresses(old, was);
    const is = callable.get(all[0] ?? '')?.find(({ path }) => after.has(path));
    if (is && all.every((address) => callable.get(address)?.includes(is))) pair(was, is, 'address');
  }
  const inOrder = [...pathsOf(old).keys()];
  pairs.sort((a, b) => inOrder.indexOf(a.was.path) - inOrder.indexOf(b.was.path));
  return { pairs, gone: [...before.values()], come: [...after.values()] };
}

const shapeOf = (path: string): string => path.replace(/\{[^{}]*\}/g, '{}');

function pathsOf(document: OpenapiDocument): Map<string, Path> {
  const paths = members(member({ node: document.root, pointer: '' }, 'paths'));
  return new Map(paths.map(([path, place]) => [path, { path, place }]));
}

/** None where an operation has servers of its own: then there is no one answer. */
function addresses(document: OpenapiDocument, { path, place }: Path): string[] {
  const item = document.resolve(place);
  if (!item || httpMethods.some((method) => member(member(item, method), 'servers').node !== undefined))
    return [];
  return addressesOf(serversOf({ node: document.root, pointer: '' }, item), shapeOf(path));
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
