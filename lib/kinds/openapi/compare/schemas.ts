import { Work } from '../../../compat/schema/work.ts';
import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../../json.ts';
import { bounds, fromVersion30, nullable } from './dialect.ts';
import { type Located, type OpenapiDocument, Unread } from './document.ts';
import { inPlaceLists, type Message, type Surface, surfaceOf } from './surface.ts';

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

  private surface(place: Located): Surface {
    return surfaceOf(this.document, place, this.message, this.work);
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

/** Sets a member, `__proto__` like any other. */
function put(target: JsonObject, key: string, value: JsonValue): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
