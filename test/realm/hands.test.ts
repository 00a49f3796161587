import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { editFile, rewriteFile } from '../../lib/realm/edit.ts';
import { createFile } from '../../lib/realm/emit.ts';
import { kindOf } from '../../lib/realm/kinds.ts';
import { parseFile, parseYaml } from '../../lib/realm/parse.ts';
import { quickYaml } from '../../lib/realm/quick.ts';
import type { BindingFile, ContractFile, FileKind } from '../../lib/realm/types.ts';

/** The same realm as another tool writes it and as we do. */
const hands = ['rfc-realm', 'design-realm'].map((hand) => {
  const root = join(import.meta.dirname, '../fixtures', hand);
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  );
  return { hand, files: new Map(names.sort().map((name) => [name, readFileSync(join(root, name), 'utf8')])) };
});

const kindOfFixture = (path: string): FileKind | undefined =>
  path === 'config.yaml' ? 'config' : path === 'index.yaml' ? 'index' : kindOf(path);

for (const { hand, files } of hands)
  t.test(
    `every file of the ${hand} is read, and any part of it edited, without touching the rest`,
    async (t) => {
      t.ok(files.size >= 10);
      for (const [path, text] of files) {
        const kind = kindOfFixture(path);
        if (!kind) {
          t.fail(`${path} has no format`);
          continue;
        }
        const parsed = parseFile(kind, path, text);
        t.ok(parsed.ok, path, { parsed });
        if (!parsed.ok) continue;
        t.strictSame(
          parseYaml(path, text),
          { ok: true, value: quickYaml(text) },
          `${path} is in the plain hand`,
        );
        t.equal(rewriteFile(kind, path, text, structuredClone(parsed.value)), text, `${path} stays as it is`);
        t.strictSame(parseFile(kind, path, createFile(kind, parsed.value)), parsed, `${path} written anew`);
        const added = editFile(kind, path, text, (draft) => {
          (draft as unknown as Record<string, unknown>).note = 'new';
        });
        t.equal(added.replace('note: new\n', ''), text, `${path} with a key more`);
        for (const key of Object.keys(parsed.value)) {
          const without = { ...parsed.value } as Record<string, unknown>;
          delete without[key];
          const text2 = rewriteFile(kind, path, text, without as unknown as typeof parsed.value);
          const lost = text.split('\n').filter((line) => !text2.split('\n').includes(line));
          t.notMatch(text2, new RegExp(`^${key}:`, 'm'), `${path} without ${key}`);
          t.ok(
            lost.every((line) => line.startsWith(`${key}:`) || line.startsWith(' ')),
            `${path} without ${key} loses only that`,
            { lost },
          );
        }
      }
    },
  );

t.test('a publication and a resolution in the hand of another tool change only their lines', async (t) => {
  const files = hands[0]?.files ?? new Map<string, string>();
  const contract = files.get('domains/s3-access/contracts/s3-permissions.yaml') ?? '';
  const published = editFile('contract', 'p', contract, (draft: ContractFile) => {
    draft.version = '1.4.0';
    const value = draft.value as { read: string[]; write: string[] };
    value.write.push('training-metrics/experiments/*');
    draft.changelog?.unshift({
      version: '1.4.0',
      date: '2026-01-25',
      changes: ['Added training-metrics/experiments/* to write'],
    });
    draft.source_commit = '4be1c02d5f0a4c9db1f04c0e6a86a5b0b2c0d1e2';
  });
  t.equal(
    published,
    contract
      .replace('version: "1.3.0"\ndesc', 'version: "1.4.0"\ndesc')
      .replace(
        '    - "training-metrics/*"\n\nchangelog:\n',
        '    - "training-metrics/*"\n    - "training-metrics/experiments/*"\n\nchangelog:\n  - version: "1.4.0"\n    date: 2026-01-25\n    changes: ["Added training-metrics/experiments/* to write"]\n',
      )
      .concat('source_commit: 4be1c02d5f0a4c9db1f04c0e6a86a5b0b2c0d1e2\n'),
  );
  const binding = files.get('domains/s3-access/bindings/fungal.yaml') ?? '';
  const resolved = editFile('binding', 'p', binding, (draft: BindingFile) => {
    const [first] = draft.imports ?? [];
    if (first)
      Object.assign(first, {
        resolved_version: '1.4.0',
        resolved_at: '2026-01-26T08:00:00Z',
        status: 'stale',
        covers: { write: [] },
      });
  });
  t.equal(
    resolved,
    binding
      .replace('"1.3.0"', '"1.4.0"')
      .replace('2026-01-24T12:00:00Z', '2026-01-26T08:00:00Z')
      .replace('    status: current\n', '    covers: { write: [] }\n    status: stale\n'),
  );
});

t.test(
  'a realm of another tool: unset options as null, evolution beside changelog, keys of its own',
  async (t) => {
    const repo =
      'name: aperture\norg: null\npath: /home/eric/aperture\nurl: null\nmaintainers: []\njoined_at: 2026-01-24T10:00:00.123456789+00:00\n';
    t.strictSame(parseFile('repo', 'p', repo), {
      ok: true,
      value: {
        name: 'aperture',
        path: '/home/eric/aperture',
        maintainers: [],
        joined_at: '2026-01-24T10:00:00.123456789+00:00',
      },
    });
    const contract =
      'name: a\nversion: 1.0.0\nvalue: null\nvalidation:\n  exporter: null\nevolution:\n- version: 1.0.0\n  changes:\n  - Initial\n  compatibility:\n    backwards: true\n    forwards: false\n';
    const parsed = parseFile('contract', 'p', contract);
    t.ok(parsed.ok, 'readable', { parsed });
    t.equal(
      editFile('contract', 'p', contract, (draft) => {
        draft.evolution?.unshift({ version: '1.1.0', changes: ['More'] });
        draft.version = '1.1.0';
      }),
      contract
        .replace('version: 1.0.0\n', 'version: 1.1.0\n')
        .replace('evolution:\n', 'evolution:\n- version: "1.1.0"\n  changes: ["More"]\n'),
    );
  },
);
