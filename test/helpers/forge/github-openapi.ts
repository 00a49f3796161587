import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

type Json = Record<string, unknown>;

/** GitHub's own description of its REST interface, asked about one request and its reply. */
export interface Description {
  /** What does not fit in a request, as sentences: an unknown path, parameter or member of the body is one. */
  ofRequest(method: string, url: URL, body: unknown): string[];
  /** What does not fit in the reply to it. */
  ofReply(method: string, url: URL, status: number, body: unknown): string[];
  /** GitHub's example of a reply, anew at each call. */
  example<T extends Json | Json[] = Json>(name: string): T;
}

interface Operation {
  parameters?: unknown[];
  requestBody?: { required?: boolean; content: Json };
  responses: Record<string, unknown>;
}

let loaded: Description | undefined;

/** Read once in a process: 13 MB, 0.2 s. Only the schemas that are asked about are compiled. */
export function githubDescription(): Description {
  loaded ??= load();
  return loaded;
}

function load(): Description {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  const api = JSON.parse(readFileSync(file, 'utf8')) as {
    paths: Record<string, Record<string, Operation>>;
    components: Record<string, Json>;
  };
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  const templates = Object.keys(api.paths).map((template) => ({ template, match: matcher(template) }));
  const compiled = new Map<string, ValidateFunction>();
  const added = new Set<string>();

  const known = new Map<string, string | undefined>();
  const templateFor = (path: string): string | undefined => {
    if (known.has(path)) return known.get(path);
    const found = templates.filter(({ match }) => match.test(path));
    // `/pulls/comments` and `/pulls/{pull_number}` both match: the one that spells out more is meant.
    const best = found.sort((a, b) => count(a.template) - count(b.template))[0]?.template;
    known.set(path, best);
    return best;
  };
  const operationOf = (method: string, url: URL): { name: string; operation: Operation } | null => {
    const template = templateFor(url.pathname);
    const operation = template === undefined ? undefined : api.paths[template]?.[method.toLowerCase()];
    return operation === undefined ? null : { name: `${method} ${template}`, operation };
  };
  const resolve = (node: unknown): Json => {
    const ref = (node as Json).$ref;
    if (typeof ref !== 'string') return node as Json;
    const [, , kind = '', name = ''] = ref.split('/');
    return api.components[kind]?.[name] as Json;
  };
  const validator = (key: string, schema: Json): ValidateFunction => {
    const validate = compiled.get(key) ?? ajv.compile(adapted(schema));
    compiled.set(key, validate);
    return validate;
  };
  /** OpenAPI 3.0 as JSON Schema: each component is a schema of its own, `nullable` without `type` means nothing. */
  const adapted = (node: Json): Json => {
    const copy: Json = {};
    for (const [key, value] of Object.entries(node)) {
      if (key === 'nullable' && node.type === undefined) continue;
      if (key === 'example' || key === 'examples' || key === 'discriminator') continue;
      if (key === 'enum' && node.nullable === true) copy.enum = [...(value as unknown[]), null];
      else if (key === '$ref' && typeof value === 'string') copy.$ref = add(value);
      else if (Array.isArray(value))
        copy[key] = value.map((item) =>
          item !== null && typeof item === 'object' ? adapted(item as Json) : item,
        );
      else copy[key] = value !== null && typeof value === 'object' ? adapted(value as Json) : value;
    }
    return copy;
  };
  const add = (ref: string): string => {
    const id = `github:${ref.split('/').slice(2).join('/')}`;
    if (!added.has(id)) {
      added.add(id);
      ajv.addSchema({ $id: id, ...adapted(resolve({ $ref: ref })) });
    }
    return id;
  };
  const judged = (name: string, schema: Json, value: unknown): string[] => {
    const validate = validator(name, schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${name}: ${instancePath} ${message}`);
  };

  return {
    ofRequest(method, url, body) {
      const found = operationOf(method, url);
      if (found === null) return [`GitHub has no ${method} ${url.pathname}`];
      const { name, operation } = found;
      const said: string[] = [];
      const query = (operation.parameters ?? []).map(resolve).filter((parameter) => parameter.in === 'query');
      for (const [key, text] of url.searchParams) {
        const declared = query.find((parameter) => parameter.name === key);
        if (declared === undefined) said.push(`${name}: no parameter '${key}'`);
        else {
          const schema = declared.schema as Json;
          const value = schema.type === 'integer' ? Number(text) : text;
          said.push(...judged(`${name} ?${key}`, schema, value));
        }
      }
      const content = operation.requestBody?.content['application/json'] as { schema: Json } | undefined;
      if (content === undefined) return body === undefined ? said : [...said, `${name}: takes no body`];
      if (body === undefined)
        return operation.requestBody?.required === true ? [...said, `${name}: wants a body`] : said;
      said.push(...judged(`${name} body`, content.schema, body));
      // The description lets any member through: one that it does not name is a mistake of ours.
      const members = namesIn(content.schema, resolve);
      if (members.size > 0 && !Array.isArray(body))
        for (const key of Object.keys(body as Json))
          if (!members.has(key)) said.push(`${name} body: no member '${key}'`);
      return said;
    },
    ofReply(method, url, status, body) {
      const found = operationOf(method, url);
      if (found === null) return [];
      const { name, operation } = found;
      const described = operation.responses[String(status)];
      // What any operation may answer is not repeated in each description.
      if (described === undefined && [401, 403, 404, 429].includes(status))
        return judged('basic-error', { $ref: '#/components/schemas/basic-error' }, body);
      if (described === undefined) return [`${name}: never answers ${status}`];
      const content = (resolve(described).content as Json | undefined)?.['application/json'];
      if (content === undefined) return body === undefined ? [] : [`${name} ${status}: has no body`];
      return judged(`${name} ${status}`, (content as { schema: Json }).schema, body);
    },
    example: <T>(name: string) => structuredClone(api.components.examples?.[name] as { value: T }).value,
  };
}

const matcher = (template: string): RegExp =>
  new RegExp(`^${template.replace(/[.+]/g, '\\$&').replace(/\{[^}]+\}/g, '([^/]+)')}$`);

const count = (template: string): number => template.split('{').length;

function namesIn(schema: Json, resolve: (node: unknown) => Json): Set<string> {
  const own = resolve(schema);
  const parts = ['oneOf', 'anyOf', 'allOf'].flatMap((key) => (own[key] as Json[] | undefined) ?? []);
  return new Set([
    ...Object.keys((own.properties as Json | undefined) ?? {}),
    ...parts.flatMap((part) => [...namesIn(part, resolve)]),
  ]);
}
