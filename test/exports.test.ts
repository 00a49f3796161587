import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import t from 'tap';

const root = resolve(import.meta.dirname, '..');

/** Every file that may import from `lib`, with its text. */
const texts = new Map([
  ['build.mjs', readFileSync(join(root, 'build.mjs'), 'utf8')] as const,
  ...['lib', 'commands', 'schemas', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(
        (name) => /\.(?:ts|mts|mjs)$/.test(name) && !name.includes('node_modules') && !name.startsWith('.'),
      )
      .map((name) => [`${folder}/${name}`, readFileSync(join(root, folder, name), 'utf8')] as const),
  ),
]);

/** The names that a file exports. */
const exportsOf = (text: string): string[] => [
  ...[...text.matchAll(/^export (?:async )?(?:const|function\*?|class|interface|type|enum) (\w+)/gm)].map(
    ([, name = '']) => name,
  ),
  ...[...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = '']) =>
    list
      .split(',')
      .map((name) =>
        name
          .trim()
          .replace(/^type /, '')
          .replace(/^.* as /, ''),
      )
      .filter((name) => name !== '' && name !== 'default'),
  ),
];

t.test('every export of lib is imported somewhere', async (test) => {
  const importers = new Map<string, string[]>();
  for (const [file, text] of texts)
    for (const [, path = ''] of text.matchAll(/['"](\.\.?\/[^'"]+\.ts|lib\/[^'"]+\.ts)['"]/g)) {
      const to = path.startsWith('lib/') ? path : relative(root, resolve(root, dirname(file), path));
      importers.set(to, [...(importers.get(to) ?? []), text]);
    }
  const dead = [...texts]
    .filter(([file]) => file.startsWith('lib/'))
    .flatMap(([file, text]) =>
      exportsOf(text)
        .filter((name) => {
          const named = new RegExp(`\\b${name}\\b`);
          if ((importers.get(file) ?? []).some((importer) => named.test(importer))) return false;
          // A type may also be part of what its file exports.
          const isType = new RegExp(`^export (?:interface|type) ${name}\\b`, 'm').test(text);
          return !isType || text.split(named).length < 3;
        })
        .map((name) => `${file}: ${name}`),
    );
  test.same(dead, []);
});
