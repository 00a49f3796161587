import { Work } from '../../../compat/schema/work.ts';
import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../../json.ts';
import { type Located, type OpenapiDocument, Unread } from './document.ts';

/** Who reads or writes the data: what is `readOnly` is not a part of a request, what is `writeOnly` none of a response. */
export type Message = 'request' | 'response';

/**
 * How far objects are taken as what is declared and nothing more. Who sends data sends what its document declares, so a
 * new optional property harms nobody; who receives it may be sent anything that is not ruled out. `inner`: not the object
 * at this place, but those inside it.
 */
type Closing = 'closed' | 'inner' | 'open';

/**
 * `exact`: `oneOf` means exactly one, as JSON Schema says. `union`: it means any of them, as authors do who write two
 * objects without telling them apart; read exactly, hardly a value is valid and hardly a change breaks anything.
 */
export type Reading = 'exact' | 'union';

interface Way {
  closing: Closing;
  reading: Reading;
}

/** A translated schema. */
export interface Translated {
  schema: JsonValue;
  /** It holds a `oneOf`, so that the two readings differ. */
  choice: boolean;
}

/**
 * A schema of an OpenAPI document as one JSON Schema of draft 2020-12 that needs nothing around it. Where closing could
 * leave no value at all (composition whose parts share properties), it is left out: the sender then may send more than it
 * does, which can make a compatible change look breaking and never the other way round.
 */
export function jsonSchemaOf(
  document: OpenapiDocument,
  place: Located,
  message: Message,
  role: 'sender' | 'receiver',
  reading: Reading,
  work: Work = new Work(),
): Translated {
  const translate = (way: Way): Translated => translated(document, place, message, way, work);
  if (role === 'receiver') return translate({ closing: 'open', reading });
  // Closing the branches of an exact choice would change which of them hold, so a sender's choice is closed as a union.
  const sent = translate({ closing: 'closed', reading: 'union' });
  if (reading === 'union' || !sent.choice) return sent;
  const valid = translate({ closing: 'open', reading: 'exact' });
  return { schema: both(sent.schema, valid.schema), choice: true };
}

function translated(
  document: OpenapiDocument,
  place: Located,
  message: Message,
  way: Way,
  work: Work,
): Translated {
  if (place.node === undefined) return { schema: true, choice: false };
  const translation = new Translation(document, message, work);
  const root = translation.convert(place, way, new Set());
  const defs = translation.finish();
  if (!isObject(root)) return { schema: root, choice: translation.choice };
  const schema = { $schema: DRAFT, ...root, ...(defs ? { $defs: defs } : {}) };
  return { schema, choice: translation.choice };
}

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** The values that both allow; the names of their definitions never clash. */
function both(a: JsonValue, b: JsonValue): JsonValue {
  if (!isObject(a) || !isObject(b)) return a === true ? b : a === false || b === true ? a : b;
  const { $defs: left, $schema: _a, ...first } = a;
  const { $defs: right, $schema: _b, ...second } = b;
  const $defs = { ...(isObject(left) ? left : {}), ...(isObject(right) ? right : {}) };
  return { $schema: DRAFT, allOf: [first, second], $defs };
}

/** Keywords that say nothing about which values are valid, or that are handled on their own. */
const ignored = new Set(
  '$comment default deprecated description discriminator example examples externalDocs nullable readOnly title writeOnly xml'.split(
    ' ',
  ),
);
const inPlaceLists = ['allOf', 'anyOf', 'oneOf'];
/** A schema without any of these declares no properties. */
const ofObjects = new Set([
  ...inPlaceLists,
  ...['$ref', 'properties', 'required', 'items', 'prefixItems', 'contains', 'additionalProperties'],
  ...['patternProperties', 'unevaluatedProperties', 'if', 'then', 'else', 'dependentSchemas'],
  'dependentRequired',
]);
const inside = new Set([
  'additionalProperties',
  'contains',
  'items',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
const insideMaps = new Set(['patternProperties', 'properties']);
const elsewhere = new Set(['if', 'then', 'else', 'not', 'propertyNames', 'contentSchema']);
const scoped = ['$id', '$anchor', '$dynamicRef', '$dynamicAnchor', '$recursiveRef', '$vocabulary'];

/** What a definition of a translation was made of. */
interface Definition {
  name: string;
  /** The reference that it was first met by. */
  $ref: string;
  place: Located;
  way: Way;
  hidden: Set<string>;
}

class Translation {
  private readonly defs: [string, JsonValue][] = [];
  private readonly names = new Map<string, string>();
  protected readonly waiting: Definition[] = [];
  /** What a translated schema was made of, if what surrounds it has no effect on that. */
  protected readonly sources = new WeakMap<JsonObject, { node: JsonObject; way: Way }>();
  /** A `oneOf` was met. */
  choice = false;

  constructor(
    protected readonly document: OpenapiDocument,
    private readonly message: Message,
    private readonly work: Work,
  ) {}

  finish(): JsonObject | undefined {
    for (let next = this.waiting.pop(); next; next = this.waiting.pop()) {
      this.defs.push([next.name, this.convert(next.place, next.way, next.hidden)]);
    }
    return this.defs.length > 0 ? (Object.fromEntries(this.defs) as JsonObject) : undefined;
  }

  /** `outerHidden`: properties that a schema for the same object hides in this kind of message. */
  convert(place: Located, way: Way, outerHidden: ReadonlySet<string>): JsonValue {
    const { node, pointer } = place;
    const { closing, reading } = way;
    if (typeof node === 'boolean') return node;
    if (!isObject(node)) throw new Unread('expected a schema here', pointer);
    for (const keyword of scoped) {
      if (Object.hasOwn(node, keyword))
        throw new Unread(`'${keyword}' in an OpenAPI schema is not supported`, pointer);
    }
    this.work.spend(10 + Object.keys(node).length + outerHidden.size + (pointer.length >> 5));
    const surface = this.surface(place);
    const hidden = new Set([...outerHidden, ...surface.hidden]);
    if (typeof node.$ref === 'string' && (this.document.version === '3.0' || onlyWords(node))) {
      return { $ref: this.reference(node.$ref, pointer, way, hidden) };
    }

    const within: Way = { closing: closing === 'open' || surface.overlaps ? 'open' : 'inner', reading };
    const closes = closing === 'closed' && surface.complete && !surface.open && surface.declared.size > 0;
    const branched = closes && reading === 'union' && pureOneOf(node);
    const out: JsonObject = {};
    for (const [keyword, value] of Object.entries(node)) {
      if (ignored.has(keyword) || keyword.startsWith('x-')) continue;
      const at = { node: value, pointer: `${pointer}/${pointerToken(keyword)}` };
      put(out, keyword, this.keyword(keyword, at, within, branched ? way : within, hidden));
    }
    if (Object.hasOwn(node, 'oneOf')) this.choice = true;
    if (reading === 'union') {
      if (pureOneOf(node)) this.tellApart(out, place);
      asUnion(out);
    }
    if (closes && !branched) this.close(out, node, surface);
    if (this.document.version === '3.0') fromVersion30(out, node);
    bounds(out);
    const made = this.document.version === '3.0' && node.nullable === true ? nullable(out) : out;
    if (outerHidden.size === 0) this.sources.set(made, { node, way });
    return made;
  }

  /**
   * In a union of objects, a property that one branch declares is not a surplus of another one that does not: else a value
   * that its own branch does not take any more would pass for a value of any branch that has room.
   */
  private tellApart(out: JsonObject, { node, pointer }: Located): void {
    const branches = isObject(node) && Array.isArray(node.oneOf) ? node.oneOf : [];
    if (!Array.isArray(out.oneOf) || branches.length > 50) return;
    const surfaces = branches.map((branch, i) =>
      this.surface({ node: branch, pointer: `${pointer}/oneOf/${i}` }),
    );
    const all = new Set(surfaces.flatMap(({ declared }) => [...declared]));
    this.work.spend(all.size * branches.length);
    out.oneOf = out.oneOf.map((branch, i) => {
      const own = surfaces[i];
      if (!own || own.open || own.declared.size === 0) return branch;
      const others = [...all].filter((name) => !own.declared.has(name) && !own.undeclared.has(name));
      if (others.length === 0) return branch;
      const none = Object.fromEntries(others.map((name): [string, JsonValue] => [name, false])) as JsonObject;
      return { allOf: [branch, { properties: none }] };
    });
  }

  private keyword(
    keyword: string,
    at: Located,
    within: Way,
    branches: Way,
    hidden: ReadonlySet<string>,
  ): JsonValue {
    const { node, pointer } = at;
    const deeper: Way = { ...within, closing: within.closing === 'open' ? 'open' : 'closed' };
    const open: Way = { ...within, closing: 'open' };
    const each = (list: JsonValue[], how: Way, names: ReadonlySet<string>): JsonValue[] =>
      list.map((value, i) => this.convert({ node: value, pointer: `${pointer}/${i}` }, how, names));
    if (keyword === '$ref' && typeof node === 'string') return this.reference(node, pointer, within, hidden);
    if (inPlaceLists.includes(keyword) && Array.isArray(node)) return each(node, branches, hidden);
    if (keyword === 'prefixItems' && Array.isArray(node)) return each(node, deeper, new Set());
    if (keyword === 'required' && Array.isArray(node)) {
      return node.filter((name) => typeof name !== 'string' || !hidden.has(name));
    }
    if (inside.has(keyword) && isSchema(node)) return this.convert(at, deeper, new Set());
    if (elsewhere.has(keyword) && isSchema(node)) {
      // What a negation or condition holds is read exactly: a wider reading inside would be a narrower one outside.
      return this.convert(at, { closing: 'open', reading: 'exact' }, hidden);
    }
    if ((insideMaps.has(keyword) || keyword === 'dependentSchemas') && isObject(node)) {
      const mapped = Object.keys(node).map((name): [string, JsonValue] => {
        const place = { node: node[name], pointer: `${pointer}/${pointerToken(name)}` };
        if (keyword === 'properties' && hidden.has(name)) return [name, false];
        return [name, this.convert(place, keyword === 'dependentSchemas' ? open : deeper, new Set())];
      });
      return Object.fromEntries(mapped) as JsonObject;
    }
    return node ?? null;
  }

  private reference($ref: string, from: string, way: Way, hidden: ReadonlySet<string>): string {
    this.work.spend(4 + hidden.size + ($ref.length >> 2));
    const place = this.document.follow($ref, from);
    const key = JSON.stringify([place.pointer, way.closing, way.reading, [...hidden].sort()]);
    let name = this.names.get(key);
    if (name === undefined) {
      const suffix = [way.closing, way.reading, ...[...hidden].sort()].join('.');
      name = `${place.pointer.slice(1)}.${suffix}`.replace(
        /[^A-Za-z0-9.-]/g,
        (c) => `_${c.charCodeAt(0).toString(16)}_`,
      );
      this.names.set(key, name);
      this.waiting.push({ name, $ref, place, way, hidden: new Set(hidden) });
    }
    return `#/$defs/${name}`;
  }

  /** Nothing but what is declared; a name that is required and never declared counts as declared. */
  private close(out: JsonObject, node: JsonObject, surface: Surface): void {
    const extra = [...surface.undeclared].filter((name) => !surface.hidden.has(name));
    if (extra.length > 0) {
      const properties = isObject(out.properties) ? out.properties : {};
      const added = extra.map((name): [string, JsonValue] => [name, true]);
      out.properties = Object.fromEntries([...Object.entries(properties), ...added]) as JsonObject;
    }
    const composed =
      inPlaceLists.some((keyword) => Object.hasOwn(node, keyword)) || typeof node.$ref === 'string';
    const conditional = ['if', 'then', 'else', 'dependentSchemas'].some((keyword) =>
      Object.hasOwn(node, keyword),
    );
    if (composed || conditional) out.unevaluatedProperties = false;
    else out.additionalProperties = false;
  }

  /** What the schemas that refer to one and the same object declare, together. */
  private surface(start: Located): Surface {
    const surface: Surface = {
      declared: new Set(),
      undeclared: new Set(),
      hidden: new Set(),
      open: false,
      overlaps: false,
      complete: true,
    };
    if (isObject(start.node) && !Object.keys(start.node).some((keyword) => ofObjects.has(keyword))) {
      this.work.spend(1);
      return surface;
    }
    const seen = new Set<string>();
    const waiting: { place: Located; choices: Choices }[] = [{ place: start, choices: [] }];
    const declaredIn = new Map<string, Choices[]>();
    const requiredIn: { name: string; choices: Choices }[] = [];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { place, choices } = next;
      const { node, pointer } = place;
      if (!isObject(node) || seen.has(pointer)) continue;
      seen.add(pointer);
      this.work.spend(4 + sizeOf(node.properties) + sizeOf(node.required) + choices.length);
      if (seen.size > 200) return { ...surface, complete: false, overlaps: true };
      if (typeof node.$ref === 'string') {
        this.work.spend(2);
        waiting.push({ place: this.document.follow(node.$ref, pointer), choices });
        if (this.document.version === '3.0') continue;
      }
      const declare = (name: string): void => {
        const before = declaredIn.get(name);
        this.work.spend(before?.length ?? 0);
        if (before?.some((other) => !exclude(other, choices))) surface.overlaps = true;
        if (before) before.push(choices);
        else declaredIn.set(name, [choices]);
      };
      if (isObject(node.properties)) {
        for (const [name, property] of Object.entries(node.properties)) {
          declare(name);
          surface.declared.add(name);
          const at = `${pointer}/properties/${pointerToken(name)}`;
          // What one branch of a choice hides, another one may carry.
          if (choices.length === 0 && isHidden(this.document, this.message, { node: property, pointer: at }))
            surface.hidden.add(name);
        }
      }
      for (const keyword of ['items', 'prefixItems', 'contains']) {
        if (Object.hasOwn(node, keyword)) declare(` ${keyword}`);
      }
      for (const keyword of ['additionalProperties', 'patternProperties', 'unevaluatedProperties']) {
        if (!Object.hasOwn(node, keyword)) continue;
        surface.open = true;
        declare(' additional');
      }
      for (const name of Array.isArray(node.required) ? node.required : []) {
        if (typeof name === 'string') requiredIn.push({ name, choices });
      }
      for (const keyword of inPlaceLists) {
        const list = node[keyword];
        if (!Array.isArray(list)) continue;
        list.forEach((value, i) => {
          const own = { group: `${pointer}/${keyword}`, branch: i, exclusive: keyword === 'oneOf' };
          waiting.push({
            place: { node: value, pointer: `${pointer}/${keyword}/${i}` },
            choices: keyword === 'allOf' ? choices : [...choices, own],
          });
        });
      }
      if (
        ['if', 'then', 'else', 'dependentSchemas', 'dependentRequired'].some((keyword) =>
          Object.hasOwn(node, keyword),
        )
      ) {
        surface.overlaps = true;
      }
    }
    for (const { name, choices } of requiredIn) {
      this.work.spend(declaredIn.get(name)?.length ?? 0);
      const declared = (declaredIn.get(name) ?? []).some((other) => leads(other, choices));
      if (!declared) surface.undeclared.add(name);
    }
    return surface;
  }
}

/** A translation of many places of a document at once: a definition is made when it is first looked at, and once. */
export class SharedTranslation extends Translation {
  private readonly made = new Map<string, JsonValue>();
  private readonly known = new Map<string, Definition>();

  /** The schema at a place, its references leading to `follow`. */
  at(place: Located, closing: 'closed' | 'open', reading: Reading): JsonValue {
    if (place.node === undefined) return true;
    const schema = this.convert(place, { closing, reading }, new Set());
    this.remember();
    return schema;
  }

  follow($ref: string): JsonValue | undefined {
    const name = $ref.slice(DEFS.length);
    const made = this.made.get(name);
    const definition = this.known.get(name);
    if (made !== undefined || definition === undefined) return made;
    const schema = this.convert(definition.place, definition.way, definition.hidden);
    this.made.set(name, schema);
    this.remember();
    return schema;
  }

  /** What stands in the document for a property or item of a translation. */
  written(schema: JsonObject): { node: JsonObject; way: Way } | undefined {
    return this.sources.get(schema);
  }

  /** What a reference was made of. */
  source($ref: string): Definition | undefined {
    return this.known.get($ref.slice(DEFS.length));
  }

  private remember(): void {
    for (let next = this.waiting.pop(); next; next = this.waiting.pop()) this.known.set(next.name, next);
  }
}

const DEFS = '#/$defs/';

/** Is a schema, read in the first way, contained in itself read in the second? Closing it takes values away. */
export const isWithin = (inner: Way, outer: Way): boolean =>
  inner.reading === outer.reading && (inner.closing === outer.closing || outer.closing === 'open');

/** A property that this kind of message does not carry, as itself or what it refers to says. */
export function isHidden(document: OpenapiDocument, message: Message, place: Located): boolean {
  const flag = message === 'request' ? 'readOnly' : 'writeOnly';
  let here = place;
  for (let hops = 0; hops < 32 && isObject(here.node); hops++) {
    const { node } = here;
    if (node[flag] === true && (document.version !== '3.0' || node.$ref === undefined)) return true;
    const only = Array.isArray(node.allOf) && node.allOf.length === 1 ? node.allOf[0] : undefined;
    if (typeof node.$ref === 'string') here = document.follow(node.$ref, here.pointer);
    else if (only !== undefined) here = { node: only, pointer: `${here.pointer}/allOf/0` };
    else return false;
  }
  return false;
}

/** The keywords of a schema as draft 2020-12 writes them. */
export function normal(document: OpenapiDocument, node: JsonObject): JsonObject {
  if (document.version !== '3.0') return node;
  if (typeof node.$ref === 'string') return { $ref: node.$ref };
  const out = { ...node };
  fromVersion30(out, node);
  delete out.nullable;
  return node.nullable === true && typeof out.type === 'string' ? nullable(out) : out;
}

interface Surface {
  declared: Set<string>;
  /** Required where they are not declared, or only in another branch of a choice. */
  undeclared: Set<string>;
  hidden: Set<string>;
  /** Some schema says itself what further properties may be. */
  open: boolean;
  /** Two schemas that both hold describe the same property or of the items. */
  overlaps: boolean;
  /** False where there was too much to look at. */
  complete: boolean;
}

/** The branches of `oneOf` and `anyOf` that a schema stands in, from the outside. */
type Choices = readonly { group: string; branch: number; exclusive: boolean }[];

/** Different branches of one `oneOf` may share a name: only one of them holds. Anything else may contradict. */
function exclude(a: Choices, b: Choices): boolean {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left, right] = [a[i], b[i]];
    if (left?.group !== right?.group) return false;
    if (left?.branch !== right?.branch) return left?.exclusive === true;
  }
  return false;
}

/** Does the first hold wherever the second does? */
const leads = (first: Choices, second: Choices): boolean =>
  first.every(({ group, branch }, i) => second[i]?.group === group && second[i]?.branch === branch);

const sizeOf = (node: JsonValue | undefined): number =>
  Array.isArray(node) ? node.length : isObject(node) ? Object.keys(node).length : 0;
const isSchema = (node: JsonValue | undefined): boolean => typeof node === 'boolean' || isObject(node);

/** A reference with nothing beside it that decides about values. */
const onlyWords = (node: JsonObject): boolean =>
  Object.keys(node).every(
    (keyword) => keyword === '$ref' || ignored.has(keyword) || keyword.startsWith('x-'),
  );

/** A choice and nothing else: closing each branch then closes the whole. */
const pureOneOf = (node: JsonObject): boolean =>
  Array.isArray(node.oneOf) &&
  Object.keys(node).every(
    (key) => key === 'oneOf' || key === 'type' || ignored.has(key) || key.startsWith('x-'),
  );

/** A choice as any of its branches, beside the other choices there are. */
function asUnion(out: JsonObject): void {
  if (!Array.isArray(out.oneOf)) return;
  const { oneOf } = out;
  delete out.oneOf;
  if (!Object.hasOwn(out, 'anyOf')) out.anyOf = oneOf;
  else out.allOf = [...(Array.isArray(out.allOf) ? out.allOf : []), { anyOf: oneOf }];
}

/** OpenAPI 3.0 has JSON Schema's draft of that time: exclusive bounds are flags beside the bound. */
function fromVersion30(out: JsonObject, node: JsonObject): void {
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof node[flag] !== 'boolean') continue;
    delete out[flag];
    const limit = node[bound];
    if (node[flag] !== true || typeof limit !== 'number') continue;
    out[flag] = limit;
    delete out[bound];
  }
}

/** `int32` says which numbers there are; the other numeric formats only how they are stored. */
export function bounds(out: JsonObject): void {
  if (typeof out.format !== 'string') return;
  const { format } = out;
  if (format === 'int32' && out.type === 'integer') {
    out.minimum = Math.max(typeof out.minimum === 'number' ? out.minimum : -(2 ** 31), -(2 ** 31));
    out.maximum = Math.min(typeof out.maximum === 'number' ? out.maximum : 2 ** 31 - 1, 2 ** 31 - 1);
  }
  if (['int32', 'int64', 'float', 'double', 'binary', 'password'].includes(format)) delete out.format;
}

/** Taken as said wherever it stands, also beside `allOf`, where authors mean it though the specification gives it none. */
function nullable(out: JsonObject): JsonObject {
  if (typeof out.type !== 'string') return { anyOf: [out, { type: 'null' }] };
  const withNull = Array.isArray(out.enum) && !out.enum.includes(null) ? { enum: [...out.enum, null] } : {};
  return { ...out, type: [out.type, 'null'], ...withNull };
}

/** Sets a member, `__proto__` like any other. */
function put(target: JsonObject, key: string, value: JsonValue): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
