/**
 * Compiles the schemas of this folder into `generated/validators.js`, so that no start of the program pays for Ajv.
 * `npm run generate` writes the file; a test fails when it differs from the schemas.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { isObject, type JsonObject, type JsonValue } from '../lib/json.ts';

const here = new URL('./', import.meta.url);
export const generatedFile = new URL('generated/validators.js', here);

/** The schemas by kind of file (`contract` for `contract.schema.json`), `common` included. */
export function schemas(): Map<string, JsonObject> {
  const suffix = '.schema.json';
  const names = readdirSync(here)
    .filter((name) => name.endsWith(suffix))
    .sort();
  return new Map(
    names.map((name) => [
      name.slice(0, -suffix.length),
      JSON.parse(readFileSync(new URL(name, here), 'utf8')) as JsonObject,
    ]),
  );
}

/** The module as it should be: a validator and the known keys of each kind, without any import. */
export function generate(): string {
  // `verbose` keeps the schema beside each error: its `x-expected` is what the message says. The schemas use no keyword
  // that needs a helper of Ajv at run time (`minLength`, `uniqueItems`, `format`): the module stands alone.
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    messages: false,
    inlineRefs: false,
    allowUnionTypes: true,
    keywords: ['x-expected'],
    code: { source: true, esm: true, lines: true },
  });
  const all = schemas();
  for (const schema of all.values()) ajv.addSchema(schema);
  const kinds = [...all.keys()].filter((kind) => kind !== 'common');
  const code = standalone(
    ajv,
    Object.fromEntries(kinds.map((kind) => [variable(kind), `${kind}.schema.json`])),
  );
  if (/\brequire\(/.test(code)) throw new Error('a keyword in the schemas needs a run-time import of Ajv');
  const shapes = Object.fromEntries(kinds.map((kind) => [kind, shapeOf(all.get(kind) ?? {}, all)]));
  const tables = `export const validators = { ${kinds.map((kind) => `${JSON.stringify(kind)}: ${variable(kind)}`).join(', ')} };
export const shapes = ${JSON.stringify(shapes)};`;
  return `// Generated from the schemas by 'npm run generate'.
${code}
${tables}
`;
}

/** A kind as JavaScript names things: `session-message` as `sessionMessage`. */
const variable = (kind: string): string =>
  kind.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The known keys in the order of the schema, at every level: the order in which new files are written. */
function shapeOf(schema: JsonObject, all: Map<string, JsonObject>): JsonObject {
  const [file, name] = typeof schema.$ref === 'string' ? schema.$ref.split('.schema.json#/$defs/') : [];
  const target =
    file === undefined || name === undefined ? schema : member(member(all.get(file), '$defs'), name);
  const properties = Object.entries(member(target, 'properties')).filter(([, child]) => isObject(child));
  return {
    ...(properties.length > 0 && {
      keys: Object.fromEntries(
        properties.map(([key]) => [key, shapeOf(member(member(target, 'properties'), key), all)]),
      ),
    }),
    ...(isObject(target.items) && { items: shapeOf(target.items, all) }),
  };
}

const member = (value: JsonValue | undefined, key: string): JsonObject => {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
};

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(generatedFile, generate());
