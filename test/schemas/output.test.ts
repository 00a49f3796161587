import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import type { Command } from '../../lib/cli/command.ts';
import type { JsonObject } from '../../lib/json.ts';
import { outputFolder, outputSchemas } from '../../schemas/output.ts';

/** What prints no document: git's hooks, and a server that speaks a protocol of its own. */
const without = ['hook', 'mcp'];
/** What belongs to no verb: the errors of all, and a stream. */
const beside = ['error', 'sessions-watch'];

const names = readdirSync(outputFolder)
  .map((file) => file.replace('.schema.json', ''))
  .sort();
const schemaOf = (name: string): JsonObject =>
  JSON.parse(readFileSync(new URL(`${name}.schema.json`, outputFolder), 'utf8')) as JsonObject;

t.test('the committed schemas are what the types of the results say', async (t) => {
  const wanted = outputSchemas();
  t.same(
    names,
    [...wanted.keys()].map((file) => file.replace('.schema.json', '')).sort(),
    "run 'npm run generate'",
  );
  for (const [file, text] of wanted)
    t.ok(readFileSync(new URL(file, outputFolder), 'utf8') === text, `${file}: run 'npm run generate'`);
});

t.test('every command has a schema of what it prints with --json, or prints no document', async (t) => {
  const folder = new URL('../../commands/', import.meta.url);
  const actions: string[] = [];
  for (const file of readdirSync(folder)) {
    const base = file.replace(/\.ts$/, '');
    const { default: command } = (await import(`../../commands/${base}.ts`)) as { default: Command };
    for (const { name } of command.actions)
      actions.push(command.verbs ? `${command.name}-${name}` : command.name);
  }
  t.same([...names, ...without].sort(), [...actions, ...beside].sort());
});

t.test('each is a valid schema with a version in every document, and docs/json.md lists it', async (t) => {
  const page = readFileSync(new URL('../../docs/json.md', import.meta.url), 'utf8');
  const ajv = new Ajv2020({ allowUnionTypes: true, strictTuples: false });
  for (const name of names) {
    const schema = schemaOf(name);
    t.doesNotThrow(() => ajv.compile(schema), name);
    for (const document of (schema.anyOf ?? [schema]) as JsonObject[]) {
      t.match(document, { type: 'object', properties: { format: { const: 1 } } }, name);
      t.ok((document.required as string[]).includes('format'), name);
    }
    t.ok(page.includes(`\`${name}\``), `docs/json.md lists ${name}`);
  }
});
