import { isObject, type JsonValue } from '../../../json.ts';
import { type Located, member, members, type OpenapiDocument, Unread } from '../compare/document.ts';
import { heirsByBase, heirsOf, ownPart, schemaIn } from '../compare/heirs.ts';

/** What a schema says of a property on a dotted path. `open`: it says nothing about what it holds. */
export type Declared = 'yes' | 'no' | 'open';

/** Schemas looked at for one path. */
const MOST = 2000;

/**
 * Does a schema declare what stands at a path (`lines.*.sku`, `*` for an item of a list or a value of a map)? An object that
 * lists its properties is taken as complete, as its sender is held to what it declares; a schema that lists none is open. Of
 * alternatives one that declares it is enough: the client tells them apart.
 */
export function declares(document: OpenapiDocument, schema: Located, path: string): Declared {
  let level: Located[] = [schema];
  const steps = { left: MOST };
  for (const name of path.split('.')) {
    const next: Located[] = [];
    let isOpen = false;
    for (const place of level) {
      const found = stepInto(document, place, name, steps);
      if (found === 'open') isOpen = true;
      else next.push(...found);
    }
    if (next.length === 0) return isOpen ? 'open' : 'no';
    level = next;
  }
  return 'yes';
}

/** The schemas of a member; `open` where nothing is said of what the value holds. */
function stepInto(
  document: OpenapiDocument,
  place: Located,
  name: string,
  steps: { left: number },
): Located[] | 'open' {
  if (steps.left-- <= 0) throw new Unread('its schema is too large to look into', place.pointer);
  if (place.node === true) return 'open';
  const schema = document.resolve(place);
  if (schema === undefined) return 'open';
  const { node } = schema;
  const found: Located[] = [];
  let isOpen = false;
  for (const key of ['allOf', 'oneOf', 'anyOf'] as const)
    for (const option of list(member(schema, key))) {
      const inner = stepInto(document, option, name, steps);
      if (inner !== 'open') found.push(...inner);
      else if (key !== 'allOf') isOpen = true;
    }
  const own = ownMembers(schema, name);
  found.push(...own);
  // Where it has a discriminator, what inherits it may stand in its place.
  if (found.length === 0 && isObject(node.discriminator))
    for (const variant of variantsOf(document, schema.pointer)) {
      const inner = stepInto(document, variant, name, steps);
      if (inner !== 'open') found.push(...inner);
    }
  if (found.length > 0) return found;
  const says = ['allOf', 'oneOf', 'anyOf', 'properties', 'items', 'prefixItems', 'additionalProperties'];
  const isScalar = [node.type].flat().every((type) => typeof type === 'string' && scalars.has(type));
  const silent = !isScalar && says.every((key) => node[key] === undefined);
  return isOpen || silent ? 'open' : [];
}

/** What may stand in place of a schema, without what it inherits. */
function variantsOf({ root }: OpenapiDocument, pointer: string): Located[] {
  const base = schemaIn(`#${pointer}`);
  const schemas = member(member({ node: root, pointer: '' }, 'components'), 'schemas');
  if (base === undefined || !isObject(schemas.node)) return [];
  const heirs = heirsOf(base, heirsByBase(schemas.node));
  const family = new Set([base, ...heirs]);
  return [...heirs].flatMap((name) => {
    const place = member(schemas, name);
    return isObject(place.node) ? [{ ...place, node: ownPart(place.node, family) }] : [];
  });
}

const scalars = new Set(['string', 'number', 'integer', 'boolean', 'null']);

function ownMembers(schema: Located, name: string): Located[] {
  const property = member(member(schema, 'properties'), name);
  if (property.node !== undefined) return [property];
  const map = member(schema, 'additionalProperties');
  const isMap = isObject(map.node) || map.node === true;
  const values = isMap ? [map] : [];
  if (name !== '*') return values;
  const items = member(schema, 'items');
  const tuple = list(member(schema, 'prefixItems'));
  return [...(items.node === undefined ? [] : [items]), ...tuple, ...values];
}

const list = ({ node, pointer }: Located): Located[] =>
  Array.isArray(node) ? node.map((item: JsonValue, at) => ({ node: item, pointer: `${pointer}/${at}` })) : [];

/** The properties at the top of a schema that have to be there. */
export function requiredIn(document: OpenapiDocument, place: Located, depth = 0): string[] {
  const schema = document.resolve(place);
  if (schema === undefined || depth > 20) return [];
  const { required } = schema.node;
  const own = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
  const parts = list(member(schema, 'allOf')).flatMap((part) => requiredIn(document, part, depth + 1));
  const readOnly = new Set(
    members(member(schema, 'properties'), true)
      .filter(([, { node }]) => isObject(node) && node.readOnly === true)
      .map(([name]) => name),
  );
  return [...new Set([...own, ...parts])].filter((name) => !readOnly.has(name));
}

/** Whether an object may have no other properties than it lists. */
export function isClosed(document: OpenapiDocument, place: Located): boolean {
  const schema = document.resolve(place);
  return schema?.node.additionalProperties === false;
}
