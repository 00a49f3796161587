import { Ajv2020 } from 'ajv/dist/2020.js';
import { isObject, type JsonObject, type JsonValue } from '../../../../lib/json.ts';

/**
 * Which requests and responses an OpenAPI document allows, written from the specification and told nothing by the code under
 * test: schemas are checked by Ajv. As much of OpenAPI as `documents.ts` generates.
 */

type Check = (value: JsonValue) => boolean;
export interface Request {
  query: Readonly<Record<string, string>>;
  /** Absent: a request without a body. */
  body?: { type: string; value: JsonValue };
}
export interface Response {
  status: string;
  value: JsonValue;
}

interface Media {
  valid: Check;
  /** Has a value nothing but what the schema declares? */
  declared: Check;
}

export class Judge {
  readonly #operation: JsonObject;
  readonly #media = new Map<string, Media>();
  readonly #ajv = new Ajv2020({ strict: false, logger: false, formats: { int32: true } });

  constructor(private readonly document: JsonObject) {
    this.#operation = at(document, 'paths', '/a', 'post');
  }

  /** May a client send this that sends nothing that the document does not declare? */
  asks(request: Request): boolean {
    const names = listOf(this.#operation.parameters).map(
      (parameter) => isObject(parameter) && parameter.name,
    );
    if (!Object.keys(request.query).every((name) => names.includes(name)) || !this.accepts(request))
      return false;
    const { body } = request;
    const media = body && at(this.#operation, 'requestBody', 'content')[body.type];
    return (
      !body ||
      (isObject(media) &&
        this.#mediaOf(`body ${body.type}`, media.schema ?? true, 'readOnly').declared(body.value))
    );
  }

  accepts({ query, body }: Request): boolean {
    for (const parameter of listOf(this.#operation.parameters)) {
      if (!isObject(parameter)) continue;
      const text = query[String(parameter.name)];
      if (text === undefined) {
        if (parameter.required === true) return false;
        continue;
      }
      const schema = isObject(parameter.schema) ? parameter.schema : {};
      const valid = this.#mediaOf(`query ${parameter.name}`, schema, 'readOnly').valid;
      // The text of a query stands for each value that it is written for.
      if (!readings(text).some(valid)) return false;
    }
    const { requestBody } = this.#operation;
    if (!isObject(requestBody)) return body === undefined;
    if (body === undefined) return requestBody.required !== true;
    const media = at(requestBody, 'content')[body.type];
    if (!isObject(media)) return false;
    return this.#mediaOf(`body ${body.type}`, media.schema ?? true, 'readOnly').valid(body.value);
  }

  /** May a server that keeps to the document send this, and nothing that the document does not declare? */
  sends(response: Response): boolean {
    const media = this.#response(response.status, at(this.#operation, 'responses')[response.status]);
    return media?.valid(response.value) === true && media.declared(response.value);
  }

  /** Does the document allow it? A status that it does not name is a matter of rules, not of schemas. */
  expects({ status, value }: Response): boolean {
    const responses = at(this.#operation, 'responses');
    if ((responses[status] ?? responses.default) === undefined) return true;
    const media = this.#response(status, responses[status] ?? responses.default);
    return media?.valid(value) === true;
  }

  #response(status: string, response: JsonValue | undefined): Media | undefined {
    if (!isObject(response)) return undefined;
    const media = at(response, 'content')['application/json'];
    return isObject(media)
      ? this.#mediaOf(`response ${status}`, media.schema ?? true, 'writeOnly')
      : undefined;
  }

  #mediaOf(key: string, schema: JsonValue, hidden: 'readOnly' | 'writeOnly'): Media {
    const known = this.#media.get(key);
    if (known) return known;
    const components = plain({ components: this.document.components ?? {} }, hidden);
    const checks = new Map<JsonValue, Check>();
    const validate = (part: JsonValue): Check => {
      const known = checks.get(part);
      if (known) return known;
      const check = this.#ajv.compile({
        allOf: [plain(part, hidden)],
        ...(isObject(components) ? components : {}),
      });
      const own: Check = (value) => check(value) === true;
      checks.set(part, own);
      return own;
    };
    const valid = validate(schema);
    const declared: Check = (value) => this.#declares(schema, value, validate);
    const media: Media = { valid, declared };
    this.#media.set(key, media);
    return media;
  }

  #declares(schema: JsonValue, value: JsonValue, validate: (part: JsonValue) => Check): boolean {
    const parts = this.#parts(schema, value, validate);
    if (Array.isArray(value))
      return parts.every(
        ({ items }) => items === undefined || value.every((part) => this.#declares(items, part, validate)),
      );
    if (!isObject(value)) return true;
    return Object.entries(value).every(([name, inner]) => {
      const own = parts.flatMap(({ properties }) =>
        isObject(properties) && Object.hasOwn(properties, name) ? [properties[name] ?? true] : [],
      );
      return own.length > 0 && own.every((part) => this.#declares(part, inner, validate));
    });
  }

  /** The schemas that hold of a value together; of a choice, the branch that it is valid in. */
  #parts(schema: JsonValue, value: JsonValue, validate: (part: JsonValue) => Check): JsonObject[] {
    if (!isObject(schema)) return [];
    if (typeof schema.$ref === 'string')
      return this.#parts(at(this.document, ...schema.$ref.slice(2).split('/')), value, validate);
    const branch = listOf(schema.oneOf).find((option) => validate(option)(value));
    const below = [...listOf(schema.allOf), ...(branch === undefined ? [] : [branch])];
    return [schema, ...below.flatMap((part) => this.#parts(part, value, validate))];
  }
}

/** A schema as JSON Schema: `nullable` as a type, and without what this kind of message does not carry. */
function plain(node: JsonValue, hidden: 'readOnly' | 'writeOnly'): JsonValue {
  if (Array.isArray(node)) return node.map((item) => plain(item, hidden));
  if (!isObject(node)) return node;
  const { nullable, ...rest } = node;
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(rest)) out[key] = plain(value, hidden);
  if (nullable === true && typeof node.type === 'string') out.type = [node.type, 'null'];
  if (isObject(node.properties)) {
    const gone = Object.entries(node.properties).flatMap(([name, property]) =>
      isObject(property) && property[hidden] === true ? [name] : [],
    );
    out.properties = Object.fromEntries(
      Object.entries(isObject(out.properties) ? out.properties : {}).map(([name, property]) => [
        name,
        gone.includes(name) ? false : property,
      ]),
    );
    out.required = listOf(node.required).filter((name) => !gone.includes(String(name)));
  }
  return out;
}

/** Every value that a text in a query may be read as. */
const readings = (text: string): JsonValue[] => [
  text,
  ...(/^-?(0|[1-9]\d*)$/.test(text) ? [Number(text)] : []),
  ...(text === 'true' || text === 'false' ? [text === 'true'] : []),
];

function at(node: JsonValue | undefined, ...keys: readonly string[]): JsonObject {
  let here = node;
  for (const key of keys) here = isObject(here) ? here[key] : undefined;
  return isObject(here) ? here : {};
}

const listOf = (value: JsonValue | undefined): JsonValue[] => (Array.isArray(value) ? value : []);
