import { isObject, type JsonValue } from '../../../json.ts';
import { type Located, member, members, type OpenapiDocument } from './document.ts';

/** A parameter with the defaults of the specification filled in. */
export interface Parameter {
  /** Equal for the same parameter on both sides, also where a path's placeholder has another name. */
  key: string;
  name: string;
  /** `query parameter 'limit'`. */
  where: string;
  place: Located;
  required: boolean;
  schema: Located;
  /** Set where the parameter is described by `content`. */
  media: string | undefined;
  style: string;
  explode: boolean;
  allowReserved: boolean;
  allowEmptyValue: boolean;
}

/** The parameters of an operation; its own win over those of the path item. */
export function parameters(
  document: OpenapiDocument,
  path: string,
  item: Located,
  operation: Located,
): Parameter[] {
  const found = new Map<string, Parameter>();
  const places = [...[...path.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name ?? '')];
  for (const list of [member(item, 'parameters'), member(operation, 'parameters')]) {
    if (!Array.isArray(list.node)) continue;
    list.node.forEach((node, i) => {
      const parameter = read(document, { node, pointer: `${list.pointer}/${i}` }, places);
      if (parameter) found.set(parameter.key, parameter);
    });
  }
  return [...found.values()];
}

/** Headers that are described elsewhere: parameters of these names are to be ignored (OpenAPI, Parameter Object). */
const elsewhere = ['accept', 'content-type', 'authorization'];

function read(document: OpenapiDocument, raw: Located, places: readonly string[]): Parameter | undefined {
  const place = document.resolve(raw);
  if (!place) return undefined;
  const { node } = place;
  const name = text(node.name) ?? '';
  const at = text(node.in) ?? '';
  if (at === 'header' && elsewhere.includes(name.toLowerCase())) return undefined;
  const position = at === 'path' ? places.indexOf(name) : -1;
  const id = at === 'header' ? name.toLowerCase() : position >= 0 ? `{${position}}` : name;
  const style = text(node.style) ?? (at === 'query' || at === 'cookie' ? 'form' : 'simple');
  const [content] = members(member(place, 'content'));
  return {
    key: JSON.stringify([at, id]),
    name,
    where: `${at} parameter '${name}'`,
    place,
    required: node.required === true || at === 'path',
    schema: content ? member(content[1], 'schema') : member(place, 'schema'),
    media: content?.[0],
    style,
    explode: typeof node.explode === 'boolean' ? node.explode : style === 'form',
    allowReserved: node.allowReserved === true,
    allowEmptyValue: node.allowEmptyValue === true,
  };
}

const text = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The media types of a `content` by their bare name: lower case, without parameters. */
export function contentOf(place: Located): Map<string, Located> {
  const found = new Map<string, Located>();
  for (const [type, media] of members(member(place, 'content'))) {
    if (isObject(media.node)) found.set((type.split(';')[0] ?? '').trim().toLowerCase(), media);
  }
  return found;
}

/** The entry for a media type: itself, or the range it falls into. */
export function contentFor(content: ReadonlyMap<string, Located>, type: string): Located | undefined {
  return content.get(type) ?? content.get(`${type.split('/')[0]}/*`) ?? content.get('*/*');
}

/** A message in a media type; JSON, which nearly all are in, goes without saying. */
export const withMedia = (where: string, type: string): string =>
  type === 'application/json' ? where : `${where} (${type})`;

/** The schemas of a media type: of the whole, and of each item of a stream (OpenAPI 3.2.0, "Media Type Object"). */
export const schemaKeys = (a: Located, b: Located): ('schema' | 'itemSchema')[] =>
  [a, b].some((side) => member(side, 'itemSchema').node !== undefined)
    ? ['schema', 'itemSchema']
    : ['schema'];
