/**
 * Compiles the schemas of this folder into `generated/validators.js`, so that no start of the program pays for Ajv.
 * `npm run generate` writes the file; a test fails when it differs from the schemas.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import type { JsonObject } from '../lib/json.ts';

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

/** The module as it should be: one exported validator per kind, without any import. */
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
  const code = standalone(ajv, Object.fromEntries(kinds.map((kind) => [kind, `${kind}.schema.json`])));
  if (/\brequire\(/.test(code)) throw new Error('a keyword in the schemas needs a run-time import of Ajv');
  return `// Generated from the schemas by 'npm run generate'.\n${code}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(generatedFile, generate());
