import { readFileSync } from 'node:fs';
import t from 'tap';
import { generate, generatedFile, schemas } from '../../schemas/generate.ts';
import { validators } from '../../schemas/generated/validators.js';

t.test('the committed validators are what the schemas compile to', async (t) => {
  t.ok(readFileSync(generatedFile, 'utf8') === generate(), "run 'npm run generate'");
});

t.test('every schema has a validator, and says what it expects', async (t) => {
  for (const [kind, schema] of schemas()) {
    t.equal(schema.$id, `${kind}.schema.json`);
    if (kind !== 'common') t.type((validators as Record<string, unknown>)[kind], 'function', kind);
    check(schema, kind);
  }

  function check(node: unknown, at: string): void {
    if (typeof node !== 'object' || node === null) return;
    const schema = node as Record<string, unknown>;
    if ('type' in schema || 'enum' in schema)
      t.type(schema['x-expected'], 'string', `${at} says what it expects`);
    for (const [key, child] of Object.entries(schema)) {
      if (key === 'properties' || key === '$defs')
        for (const [name, member] of Object.entries(child as object)) check(member, `${at}/${name}`);
      else if (key === 'items' || key === 'additionalProperties') check(child, `${at}/*`);
    }
  }
});
