import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import { type Located, type OpenapiDocument, Unread } from './document.ts';

/** Who reads or writes the data: what is `readOnly` is no part of a request, what is `writeOnly` none of a response. */
export type Message = 'request' | 'response';

/**
 * How far objects are taken as what is declared and nothing more. Who sends data sends what its document declares, so a
 * new optional property harms nobody; who receives it may be sent anything that is not ruled out. `inner`: not the object
 * at this place, but those inside it.
 */
type Closing = 'closed' | 'inner' | 'open';

/**
 * A schema of an OpenAPI document as one JSON Schema of draft 2020-12 that needs nothing around it. Where closing could
 * leave no value at all (composition whose parts share properties), it is left out: the sender then may send more than it
 * does, which can make a compatible change look breaking and never the other way round.
 */
export function jsonSchemaOf(
  document: OpenapiDocument,
  schema: Located,
  message: Message,
  role: 'sender' | 'receiver',
): JsonValue {
  if (schema.node === undefined) return true;
  const translation = new Translation(document, message);
  const root = translation.convert(schema, role === 'sender' ? 'closed' : 'open', new Set());
  const defs = translation.finish();
  if (!isObject(root)) return root;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...root,
    ...(defs ? { $defs: defs } : {}),
  };
}

/** Keywords that say nothing about which values are valid, or that are handled on their own. */
const ignored = new Set(
  '$comment default deprecated description discriminator example examples externalDocs nullable readOnly title writeOnly xml'.split(
    ' ',
  ),
);
const inPlaceLists = ['allOf', 'anyOf', 'oneOf'];
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

class Translation {
  private readonly defs: [string, JsonValue][] = [];
  private readonly names = new Map<string, string>();
  private readonly waiting: { name: string; place: Located; closing: Closing; hidden: Set<string> }[] = [];

  constructor(
    private readonly document: OpenapiDocument,
    private readonly message: Message,
  ) {}

  finish(): JsonObject | undefined {
    for (let next = this.waiting.pop(); next; next = this.waiting.pop()) {
      this.defs.push([next.name, this.convert(next.place, next.closing, next.hidden)]);
    }
    return this.defs.length > 0 ? (Object.fromEntries(this.defs) as JsonObject) : undefined;
  }

  /** `outerHidden`: properties that a schema for the same object hides in this kind of message. */
  convert(place: Located, closing: Closing, outerHidden: ReadonlySet<string>): JsonValue {
    const { node, pointer } = place;
    if (typeof node === 'boolean') return node;
    if (!isObject(node)) throw new Unread('a schema is expected here', pointer);
    for (const keyword of scoped) {
      if (Object.hasOwn(node, keyword))
        throw new Unread(`'${keyword}' in an OpenAPI schema is not read`, pointer);
    }
    const surface = this.surface(place);
    const hidden = new Set([...outerHidden, ...surface.hidden]);
    if (typeof node.$ref === 'string' && (this.document.version === '3.0' || onlyWords(node))) {
      return { $ref: this.reference(node.$ref, pointer, closing, hidden) };
    }

    const within: Closing = closing === 'open' || surface.overlaps ? 'open' : 'inner';
    const closes = closing === 'closed' && surface.complete && !surface.open && surface.declared.size > 0;
    const branched = closes && pureOneOf(node);
    const out: JsonObject = {};
    for (const [keyword, value] of Object.entries(node)) {
      if (ignored.has(keyword) || keyword.startsWith('x-')) continue;
      const at = { node: value, pointer: `${pointer}/${pointerToken(keyword)}` };
      put(out, keyword, this.keyword(keyword, at, within, branched ? 'closed' : within, hidden));
    }
    if (closes && !branched) this.close(out, node, surface);
    if (this.document.version === '3.0') fromVersion30(out, node);
    bounds(out);
    return this.document.version === '3.0' && node.nullable === true ? nullable(out) : out;
  }

  private keyword(
    keyword: string,
    at: Located,
    within: Closing,
    branches: Closing,
    hidden: ReadonlySet<string>,
  ): JsonValue {
    const { node, pointer } = at;
    const deeper: Closing = within === 'open' ? 'open' : 'closed';
    const each = (list: JsonValue[], closing: Closing, names: ReadonlySet<string>): JsonValue[] =>
      list.map((one, i) => this.convert({ node: one, pointer: `${pointer}/${i}` }, closing, names));
    if (keyword === '$ref' && typeof node === 'string') return this.reference(node, pointer, within, hidden);
    if (inPlaceLists.includes(keyword) && Array.isArray(node)) return each(node, branches, hidden);
    if (keyword === 'prefixItems' && Array.isArray(node)) return each(node, deeper, new Set());
    if (keyword === 'required' && Array.isArray(node)) {
      return node.filter((name) => typeof name !== 'string' || !hidden.has(name));
    }
    if (inside.has(keyword) && isSchema(node)) return this.convert(at, deeper, new Set());
    if (elsewhere.has(keyword) && isSchema(node)) return this.convert(at, 'open', hidden);
    if ((insideMaps.has(keyword) || keyword === 'dependentSchemas') && isObject(node)) {
      const mapped = Object.keys(node).map((name): [string, JsonValue] => {
        const place = { node: node[name], pointer: `${pointer}/${pointerToken(name)}` };
        if (keyword === 'properties' && hidden.has(name)) return [name, false];
        return [name, this.convert(place, keyword === 'dependentSchemas' ? 'open' : deeper, new Set())];
      });
      return Object.fromEntries(mapped) as JsonObject;
    }
    return node ?? null;
  }

  private reference($ref: string, from: string, closing: Closing, hidden: ReadonlySet<string>): string {
    const place = this.document.follow($ref, from);
    const key = JSON.stringify([place.pointer, closing, [...hidden].sort()]);
    let name = this.names.get(key);
    if (name === undefined) {
      const suffix = hidden.size === 0 ? closing : `${closing}.${[...hidden].sort().join('.')}`;
      name = `${place.pointer.slice(1)}.${suffix}`.replace(
        /[^A-Za-z0-9.-]/g,
        (c) => `_${c.charCodeAt(0).toString(16)}_`,
      );
      this.names.set(key, name);
      this.waiting.push({ name, place, closing, hidden: new Set(hidden) });
    }
    return `#/$defs/${name}`;
  }

  /** Nothing but what is declared; a name that is required and never declared counts as declared. */
  private close(out: JsonObject, node: JsonObject, surface: Surface): void {
    const extra = [...surface.required].filter(
      (name) => !surface.declared.has(name) && !surface.hidden.has(name),
    );
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

  /** What the schemas that speak of one and the same object declare, together. */
  private surface(start: Located): Surface {
    const surface: Surface = {
      declared: new Set(),
      required: new Set(),
      hidden: new Set(),
      open: false,
      overlaps: false,
      complete: true,
    };
    const seen = new Set<string>();
    const waiting: { place: Located; choice: string }[] = [{ place: start, choice: '' }];
    const declaredBy = new Map<string, string>();
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { place, choice } = next;
      const { node, pointer } = place;
      if (!isObject(node)) continue;
      if (seen.has(pointer)) continue;
      seen.add(pointer);
      if (seen.size > 200) return { ...surface, complete: false, overlaps: true };
      if (typeof node.$ref === 'string') {
        waiting.push({ place: this.document.follow(node.$ref, pointer), choice });
        if (this.document.version === '3.0') continue;
      }
      const declare = (name: string): void => {
        const by = declaredBy.get(name);
        if (by !== undefined && !exclude(by, choice)) surface.overlaps = true;
        declaredBy.set(name, choice);
      };
      if (isObject(node.properties)) {
        for (const [name, property] of Object.entries(node.properties)) {
          declare(name);
          surface.declared.add(name);
          const at = `${pointer}/properties/${pointerToken(name)}`;
          if (this.isHidden({ node: property, pointer: at })) surface.hidden.add(name);
        }
      }
      for (const keyword of ['items', 'prefixItems', 'contains'])
        if (Object.hasOwn(node, keyword)) declare(` ${keyword}`);
      for (const keyword of ['additionalProperties', 'patternProperties', 'unevaluatedProperties']) {
        if (!Object.hasOwn(node, keyword)) continue;
        surface.open = true;
        declare(' additional');
      }
      if (Array.isArray(node.required)) {
        for (const name of node.required) if (typeof name === 'string') surface.required.add(name);
      }
      for (const keyword of inPlaceLists) {
        const list = node[keyword];
        if (!Array.isArray(list)) continue;
        list.forEach((one, i) => {
          const at = `${pointer}/${keyword}/${i}`;
          const own = keyword === 'oneOf' && choice === '' ? `${i} ${pointer}` : choice;
          waiting.push({ place: { node: one, pointer: at }, choice: own });
        });
      }
      for (const keyword of ['if', 'then', 'else', 'dependentSchemas', 'dependentRequired', 'not']) {
        if (Object.hasOwn(node, keyword) && keyword !== 'not') surface.overlaps = true;
      }
    }
    return surface;
  }

  /** A property that this kind of message does not carry, as itself or what it refers to says. */
  private isHidden(place: Located): boolean {
    const flag = this.message === 'request' ? 'readOnly' : 'writeOnly';
    let here = place;
    for (let hops = 0; hops < 32 && isObject(here.node); hops++) {
      const { node } = here;
      if (node[flag] === true && (this.document.version !== '3.0' || node.$ref === undefined)) return true;
      const only = Array.isArray(node.allOf) && node.allOf.length === 1 ? node.allOf[0] : undefined;
      if (typeof node.$ref === 'string') here = this.document.follow(node.$ref, here.pointer);
      else if (only !== undefined) here = { node: only, pointer: `${here.pointer}/allOf/0` };
      else return false;
    }
    return false;
  }
}

interface Surface {
  declared: Set<string>;
  required: Set<string>;
  hidden: Set<string>;
  /** Some schema says itself what further properties may be. */
  open: boolean;
  /** Two schemas that both hold speak of the same property or of the items. */
  overlaps: boolean;
  /** False where there was too much to look at. */
  complete: boolean;
}

/** Different branches of one `oneOf` may share a name: only one of them holds. Anything else may contradict. */
const exclude = (a: string, b: string): boolean =>
  a !== '' && b !== '' && a !== b && a.slice(a.indexOf(' ')) === b.slice(b.indexOf(' '));

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
    (one) => one === 'oneOf' || one === 'type' || ignored.has(one) || one.startsWith('x-'),
  );

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
function bounds(out: JsonObject): void {
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
