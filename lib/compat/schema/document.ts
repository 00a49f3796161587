import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import { type Dialect, isModern, subschemas } from './dialect.ts';
import type { Why } from './formula.ts';
import type { Work } from './work.ts';

/** Thrown where a comparison cannot go on; becomes the verdict `unknown`. */
export class Undecided extends Error {
  constructor(readonly why: Why) {
    super(why.reason);
  }
}

const maxDepth = 400;
const maxNodes = 300_000;

/** Refuses what is not JSON, or too deep or too large to be walked; never recurses itself. */
export function checkBounds(value: JsonValue, work?: Work): void {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  let nodes = 0;
  const refuse = (reason: string): never => {
    throw new Undecided({ reason, pointer: '' });
  };
  for (let here = open.pop(); here; here = open.pop()) {
    if (++nodes > maxNodes) refuse(`schema has more than ${maxNodes} values`);
    if (here.depth > maxDepth) refuse(`schema is nested deeper than ${maxDepth} levels`);
    const { value: current, depth } = here;
    if (current === null || typeof current === 'string' || typeof current === 'boolean') continue;
    if (typeof current === 'number') {
      if (!Number.isFinite(current)) refuse(`schema contains ${current}, which is not a valid JSON number`);
    } else if (Array.isArray(current))
      for (const item of current) open.push({ value: item, depth: depth + 1 });
    else if (typeof current === 'object' && isPlain(current))
      for (const member of Object.values(current)) open.push({ value: member, depth: depth + 1 });
    else refuse(`schema contains ${describe(current)}, which is not a JSON value`);
  }
  work?.spend(nodes);
}

const isPlain = (value: object): boolean => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
};
const describe = (value: unknown): string =>
  typeof value === 'object' ? 'an object of a class' : typeof value;

/** One place in a document: a schema, its pointer, and the URI that its references are relative to. */
export interface Place {
  schema: JsonValue;
  pointer: string;
  base: string;
}

/** What a reference leads to: a place in this document, or a URI outside it. */
export type Resolved = { place: Place } | { remote: string };

const rootBase = 'schema://document/';

/** One side of a comparison: the schema, its dialect and everything its references can name. */
export class Document {
  readonly root: Place;
  readonly #resources = new Map<string, Place>();
  readonly #anchors = new Map<string, Place>();
  readonly #dynamicAnchors = new Map<string, number>();
  readonly #resolved = new Map<string, Resolved>();
  #recursiveAnchors = 0;
  #size = 0;
  #refersToProperties = false;

  constructor(
    readonly side: 'old' | 'new',
    schema: JsonValue,
    readonly dialect: Dialect,
    readonly work: Work,
  ) {
    this.root = { schema, pointer: '', base: this.baseAt(schema, rootBase) };
    this.#resources.set(rootBase, this.root);
    const bases = new Map<string, string>();
    for (const located of subschemas(schema, '')) {
      this.#size++;
      work.spend(4 + (located.pointer.length >> 4));
      const parent = nearestBase(bases, located.pointer);
      const base = this.baseAt(located.schema, parent);
      bases.set(located.pointer, base);
      const place = { ...located, base };
      if (base !== parent && !this.#resources.has(base)) this.#resources.set(base, place);
      this.#indexAnchors(place);
      const reference = isObject(located.schema) ? ownString(located.schema, '$ref') : undefined;
      this.#refersToProperties ||= reference?.includes('/properties/') === true || isAnchoredInside(place);
    }
  }

  /** How many schemas it holds. */
  get size(): number {
    return this.#size;
  }

  /** Whether a reference may lead to a schema under `properties`. */
  get refersToProperties(): boolean {
    return this.#refersToProperties;
  }

  /** The base URI inside a schema: that around it, unless it has an identifier of its own. */
  baseAt(schema: JsonValue, around: string): string {
    if (!isObject(schema) || (this.dialect.refStandsAlone && ownString(schema, '$ref') !== undefined))
      return around;
    const id = ownString(schema, this.dialect.draft === 'draft-04' ? 'id' : '$id');
    if (id === undefined || id.startsWith('#')) return around;
    return withoutFragment(join(id, around) ?? around);
  }

  /** Where a `$ref` leads; throws `Undecided` when it names something that this document should hold but does not. */
  resolve(reference: string, from: Place): Resolved {
    this.work.spend(2 + (reference.length >> 4));
    const key = `${from.base}\n${reference}`;
    const known = this.#resolved.get(key);
    if (known) return known;
    const resolved = this.#resolve(reference, from);
    this.#resolved.set(key, resolved);
    return resolved;
  }

  #resolve(reference: string, from: Place): Resolved {
    this.work.spend(20 + (reference.length >> 2));
    const uri = join(reference, from.base);
    if (uri === undefined) return { remote: reference };
    const resource = this.#resources.get(withoutFragment(uri));
    if (!resource) return { remote: uri };
    const fragment = decode(uri.includes('#') ? uri.slice(uri.indexOf('#') + 1) : '');
    if (fragment === undefined) return this.#dangling(reference, from);
    if (fragment === '') return { place: resource };
    if (!fragment.startsWith('/')) {
      const place = this.#anchors.get(`${resource.base}#${fragment}`);
      return place ? { place } : this.#dangling(reference, from);
    }
    const place = this.#walk(resource, fragment);
    return place ? { place } : this.#dangling(reference, from);
  }

  /** Whether a `$dynamicRef` to this anchor can only ever mean one place. */
  isSoleDynamicAnchor(name: string): boolean {
    return (this.#dynamicAnchors.get(name) ?? 0) <= 1;
  }

  get hasRecursiveAnchors(): boolean {
    return this.#recursiveAnchors > 1 || (this.#recursiveAnchors === 1 && this.#resources.size > 2);
  }

  #indexAnchors(place: Place): void {
    if (!isObject(place.schema)) return;
    const add = (name: string): void => {
      const key = `${place.base}#${name}`;
      if (!this.#anchors.has(key)) this.#anchors.set(key, place);
    };
    const id = ownString(place.schema, this.dialect.draft === 'draft-04' ? 'id' : '$id');
    if (id?.startsWith('#') && id.length > 1) add(id.slice(1));
    if (!isModern(this.dialect)) return;
    const anchor = ownString(place.schema, '$anchor');
    if (anchor !== undefined) add(anchor);
    const dynamic = ownString(place.schema, '$dynamicAnchor');
    if (dynamic !== undefined) {
      add(dynamic);
      this.#dynamicAnchors.set(dynamic, (this.#dynamicAnchors.get(dynamic) ?? 0) + 1);
    }
    if (place.schema.$recursiveAnchor === true) this.#recursiveAnchors++;
  }

  #walk(resource: Place, fragment: string): Place | undefined {
    let { schema, pointer, base } = resource;
    for (const raw of fragment.split('/').slice(1)) {
      const key = raw.replaceAll('~1', '/').replaceAll('~0', '~');
      const next: JsonValue | undefined = Array.isArray(schema)
        ? /^(0|[1-9]\d*)$/.test(key)
          ? schema[Number(key)]
          : undefined
        : isObject(schema) && Object.hasOwn(schema, key)
          ? schema[key]
          : undefined;
      if (next === undefined) return undefined;
      schema = next;
      pointer = `${pointer}/${pointerToken(key)}`;
      base = this.baseAt(schema, base);
    }
    return { schema, pointer, base };
  }

  #dangling(reference: string, from: Place): never {
    throw new Undecided({
      reason: `'$ref' '${reference}' of the ${this.side} schema does not resolve`,
      pointer: `${from.pointer}/$ref`,
      keyword: '$ref',
    });
  }
}

/** A schema with a name of its own, inside a property, can be referred to by it. */
const isAnchoredInside = ({ schema, pointer }: Place): boolean =>
  isObject(schema) &&
  pointer.includes('/properties/') &&
  ['$id', 'id', '$anchor', '$dynamicAnchor'].some((keyword) => ownString(schema, keyword) !== undefined);

function nearestBase(bases: ReadonlyMap<string, string>, pointer: string): string {
  for (let end = pointer.lastIndexOf('/'); end >= 0; end = pointer.lastIndexOf('/', end - 1)) {
    const base = bases.get(pointer.slice(0, end));
    if (base !== undefined) return base;
    if (end === 0) break;
  }
  return rootBase;
}

const ownString = (schema: JsonObject, key: string): string | undefined => {
  const value = Object.hasOwn(schema, key) ? schema[key] : undefined;
  return typeof value === 'string' ? value : undefined;
};
const withoutFragment = (uri: string): string => uri.replace(/#.*$/s, '');

function join(reference: string, base: string): string | undefined {
  try {
    return new URL(reference, base).href;
  } catch {
    return undefined;
  }
}

function decode(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}
