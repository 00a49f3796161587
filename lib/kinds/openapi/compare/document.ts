import { openapiVersion } from '../../../compat/openapi-version.ts';
import { atPointer, isObject, type JsonObject, type JsonValue, pointerToken } from '../../../json.ts';

/** What cannot be compared, and where; becomes the verdict `unknown`. */
export class Unread extends Error {
  constructor(
    readonly reason: string,
    readonly pointer: string,
  ) {
    super(reason);
  }
}

/** A node of a document with its pointer. */
export interface Located {
  node: JsonValue | undefined;
  pointer: string;
}

/** One OpenAPI document: its version, and its local references followed. */
export class OpenapiDocument {
  readonly version: '3.0' | '3.1';
  private readonly followed = new Map<string, Located>();

  /** Throws `Unread` where this is not a document of OpenAPI 3. */
  constructor(
    readonly root: JsonObject,
    /** The old one of two. */
    readonly isOld: boolean,
  ) {
    const declared = openapiVersion(root);
    if (declared?.key === 'swagger')
      throw new Unread(`Swagger ${declared.version} is not supported, only OpenAPI 3`, '/swagger');
    const version = /^3\.(\d+)\./.exec(`${declared?.version}.`)?.[1];
    if (version === undefined) throw new Unread('this is not an OpenAPI 3 document', '/openapi');
    this.version = version === '0' ? '3.0' : '3.1';
  }

  /** The node itself, or what its `$ref` leads to. Throws `Unread` for a reference out of the document or in a circle. */
  resolve({ node, pointer }: Located): { node: JsonObject; pointer: string } | undefined {
    let here: Located = { node, pointer };
    for (let hops = 0; hops < 32; hops++) {
      if (here.node === undefined) return undefined;
      if (!isObject(here.node)) throw new Unread('expected an object here', here.pointer);
      const { $ref } = here.node;
      if (typeof $ref !== 'string') return { node: here.node, pointer: here.pointer };
      here = this.follow($ref, here.pointer);
    }
    throw new Unread('references form a cycle', pointer);
  }

  /** The place a reference names. */
  follow($ref: string, from: string): Located {
    const known = this.followed.get($ref);
    if (known) return known;
    const found = this.find($ref, from);
    this.followed.set($ref, found);
    return found;
  }

  private find($ref: string, from: string): Located {
    if (!/^#(\/|$)/.test($ref)) {
      throw new Unread(`the reference '${$ref.slice(0, 200)}' points outside the document`, from);
    }
    let pointer: string;
    try {
      pointer = decodeURIComponent($ref.slice(1));
    } catch {
      pointer = $ref.slice(1);
    }
    const node = atPointer(this.root, pointer);
    if (node === undefined) throw new Unread(`the reference '${$ref.slice(0, 200)}' does not resolve`, from);
    return { node, pointer };
  }
}

/** A member of a node; own members only. */
export function member({ node, pointer }: Located, key: string): Located {
  const value = isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined;
  return { node: value, pointer: `${pointer}/${pointerToken(key)}` };
}

/** The members of an object, without extensions (`x-…`) unless every key is a name (headers). */
export function members(place: Located, names = false): [key: string, place: Located][] {
  if (!isObject(place.node)) return [];
  return Object.keys(place.node)
    .filter((key) => names || !key.startsWith('x-'))
    .map((key) => [key, member(place, key)]);
}
