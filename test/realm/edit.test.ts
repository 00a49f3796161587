import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { stringify } from 'yaml';
import { RealmError } from '../../lib/errors.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { editFile } from '../../lib/realm/edit.ts';
import { createFile } from '../../lib/realm/emit.ts';
import { parseYaml } from '../../lib/realm/parse.ts';
import { splice } from '../../lib/realm/splice.ts';
import type { ContractFile, FileKind, FileTypes } from '../../lib/realm/types.ts';
import { anyJson, anyText, comparable } from '../helpers/values/json.ts';
import { fc } from '../helpers/values/properties.ts';

function edited<K extends FileKind>(kind: K, text: string, edit: (draft: FileTypes[K]) => void): string {
  return editFile(kind, 'file.yaml', text, edit);
}

const byHand = `# the contract
name: s3-permissions   # its name
version: 1.2.0
description: 'S3 paths'

schema:
    type: object

value:
    # what is read
    read:
    - "jobs/*/masks/*"   # masks
    - 'b/*'

    # what is written
    write:
    - "c/*"
changelog:
# newest first
- version: "1.2.0"
  date: 2026-01-24
  changes:
  - "Added x"
custom: { a: 1,   b: [1,2, 3] } # mine
motto: 'x'`;

t.test('every byte outside of the touched nodes stays', async (t) => {
  const text = edited('contract', byHand, (draft) => {
    draft.version = '1.3.0';
    draft.owner = 'aperture';
    draft.value = { read: ['jobs/*/masks/*', 'b/*', 'z/*'], write: ['0/*', 'c/*'] };
    draft.changelog?.unshift({ version: '1.3.0', date: '2026-02-01', changes: ['Added z/*'] });
    draft.source_commit = 'abc1234';
    (draft as unknown as JsonObject).custom = { a: 1, b: [1, 2, 3, 4], c: 'x' };
  });
  t.equal(
    text,
    `# the contract
name: s3-permissions   # its name
version: 1.3.0
owner: aperture
description: 'S3 paths'

schema:
    type: object

value:
    # what is read
    read:
    - "jobs/*/masks/*"   # masks
    - 'b/*'
    - "z/*"

    # what is written
    write:
    - "0/*"
    - "c/*"
changelog:
# newest first
- version: "1.3.0"
  date: 2026-02-01
  changes: ["Added z/*"]
- version: "1.2.0"
  date: 2026-01-24
  changes:
  - "Added x"
source_commit: abc1234
custom: { a: 1,   b: [1,2, 3, 4], c: x } # mine
motto: 'x'`,
  );
});

t.test('removals, quotes, and an end without a newline', async (t) => {
  const text = edited('contract', byHand, (draft) => {
    delete draft.description;
    draft.value = { read: ['b/*'], write: [] };
    (draft as unknown as JsonObject).motto = "it's";
  });
  t.equal(
    text,
    byHand
      .replace("description: 'S3 paths'\n", '')
      .replace('    - "jobs/*/masks/*"   # masks\n', '')
      .replace('write:\n    - "c/*"', 'write: []')
      .replace("'x'", "'it''s'"),
  );
  t.equal(
    edited('domain', 'name: d\narchived: true', (draft) => {
      delete draft.archived;
    }),
    'name: d',
  );
});

t.test('CRLF stays CRLF', async (t) => {
  const text = edited('contract', byHand.replaceAll('\n', '\r\n'), (draft) => {
    draft.version = '2.0.0';
    draft.changelog?.push({ version: '1.0.0' });
  });
  t.equal(text.replaceAll('\r\n', ''), text.replaceAll('\n', '').replaceAll('\r', ''));
  t.match(text, /version: 2\.0\.0\r\n[\s\S]*\r\n- version: "1\.0\.0"\r\ncustom/);
});

t.test('an empty list, a flow list that grows too long, a block of text', async (t) => {
  t.equal(
    edited('config', 'realm: {name: x, path: ../x}\nrepo: a\ndomains: [] # none yet\n', (draft) => {
      draft.domains?.push({ name: 's3', role: 'provider', contracts: ['c'] });
      draft.realm.url = 'https://x/y';
    }),
    'realm: {name: x, path: ../x, url: https://x/y}\nrepo: a\ndomains: # none yet\n  - { name: s3, role: provider, contracts: [c] }\n',
  );
  t.equal(
    edited('domain', 'name: d\nmembers: [a, b]', (draft) => {
      draft.members?.push('c'.repeat(100));
    }),
    `name: d\nmembers:\n  - a\n  - b\n  - ${'c'.repeat(100)}`,
  );
  t.equal(
    edited('issue', 'number: 1\ntitle: x\nstate: open\nbody: |\n  a\n  b\n\nlabels:\n', (draft) => {
      draft.body = 'c\nd\n';
      draft.labels = ['x'];
    }),
    'number: 1\ntitle: x\nstate: open\nbody: |\n  c\n  d\n\nlabels: [x]\n',
  );
  t.equal(
    edited('index', '# mine\n', (draft) => {
      draft.realms = [{ name: 'x', path: '/x' }];
    }),
    '# mine\nrealms:\n  - name: x\n    path: /x\n',
  );
});

t.test('a binding in the hand of another tool', async (t) => {
  const text = `repo: f
role: consumer
exports: null
imports:
- contract: c
  version: ">=1.0.0" # any
  status: current
  resolved_version: "1.0.0"
- contract: d
  version: "*"
`;
  t.equal(
    edited('binding', text, (draft) => {
      const [first] = draft.imports ?? [];
      if (first)
        Object.assign(first, { status: 'stale', resolved_version: '1.4.0', resolved_at: '2026-01-24' });
      draft.imports?.splice(1, 1, { contract: 'e', version: '^1' });
    }),
    `repo: f
role: consumer
exports: null
imports:
- contract: c
  version: ">=1.0.0" # any
  status: stale
  resolved_version: "1.4.0"
  resolved_at: 2026-01-24
- contract: e
  version: "^1"
`,
  );
});

t.test('nothing changed is the same text; what cannot be read or edited is said', async (t) => {
  t.equal(
    edited('contract', byHand, () => {}),
    byHand,
  );
  const failure = (text: string, edit: (draft: ContractFile) => void): string => {
    try {
      return edited('contract', text, edit);
    } catch (error) {
      return error instanceof RealmError ? `${error.code}: ${error.message}` : String(error);
    }
  };
  t.equal(
    failure('name: a\n', () => {}),
    "bad-file: file.yaml:1: expected the key 'version', found none",
  );
  const aliased = 'name: a\nversion: 1.0.0\nvalue: { x: &x [1], y: *x }\n';
  t.equal(
    failure(aliased, (draft) => {
      draft.value = { x: [1, 2], y: [1] };
    }),
    'edit-failed: could not rewrite file.yaml: it uses YAML aliases',
  );
  t.equal(
    failure(aliased, (draft) => {
      draft.version = '1.0.1';
    }),
    aliased.replace('1.0.0', '1.0.1'),
  );
});

/** Ways in which people and tools write the same file. */
const hands: Record<string, (value: JsonObject) => string> = {
  house: (value) => createFile('contract', value as unknown as ContractFile),
  'lists not indented': (value) =>
    stringify(value, { indentSeq: false, aliasDuplicateObjects: false, lineWidth: 0 }),
  'four columns': (value) => stringify(value, { indent: 4, aliasDuplicateObjects: false, lineWidth: 0 }),
  'flow style': (value) => stringify(value, { collectionStyle: 'flow', aliasDuplicateObjects: false }),
  'single quotes': (value) => stringify(value, { singleQuote: true, aliasDuplicateObjects: false }),
  CRLF: (value) =>
    stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, blockQuote: false }).replaceAll(
      '\n',
      '\r\n',
    ),
  'no final newline': (value) =>
    stringify(value, { aliasDuplicateObjects: false, blockQuote: false }).replace(/\n$/, ''),
  comments: (value) =>
    stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, blockQuote: false })
      .split('\n')
      .map((line, at) => (/[[{"]$|^\s*"|^$/.test(line) || at % 3 ? line : `${line} # why ${at}`))
      .join('\n'),
};

for (const [hand, write] of Object.entries(hands))
  t.test(`any edit of any file, in this hand: ${hand}`, async (t) => {
    const key = fc.constantFrom(
      'name',
      'owner',
      'description',
      'value',
      'extra',
      'more',
      'changelog',
      'compatibility',
    );
    const entry = fc.record({
      version: fc.constantFrom('1.0.0', '1.1.0', '2.0.0'),
      changes: fc.array(anyText, { maxLength: 3 }),
    });
    const contract = fc.record({
      name: fc.constant('a'),
      version: fc.constant('1.0.0'),
      description: anyText,
      value: anyJson,
      changelog: fc.array(entry, { maxLength: 3 }),
      extra: anyJson,
    });
    let spliced = 0;
    let runs = 0;
    fc.assert(
      fc.property(
        contract,
        fc.array(fc.tuple(key, anyJson, fc.nat(5)), { minLength: 1, maxLength: 3 }),
        (before, edits) => {
          const start = before as unknown as JsonObject;
          const text = write(start);
          const read = parseYaml('p', text);
          if (!read.ok || !isDeepStrictEqual(comparable(read.value), comparable(start))) return; // not what that writer can write
          const want = edits.reduce(
            (value, [name, json, way]) => changedAt(value, name, json, way),
            structuredClone(start),
          );
          const quick = splice('contract', text, structuredClone(start), structuredClone(want));
          const result = quick ?? '';
          runs++;
          const back = parseYaml('p', result);
          if (quick !== undefined && back.ok && isDeepStrictEqual(comparable(back.value), comparable(want)))
            spliced++;
          else if (process.env.SHOW_MISSES) console.error(hand, JSON.stringify({ text, want, result }));
          if (Object.keys(want).length === 0) return;
          if (hand === 'flow style' || quick === undefined) return;
          for (const name of Object.keys(start)) {
            const block = blockOf(text, name);
            if (block && isDeepStrictEqual(want[name], start[name]) && !result.includes(block.trimEnd()))
              throw new Error(`${name} was touched\n${text}\n${result}`);
          }
        },
      ),
      { numRuns: 150 },
    );
    t.comment(`${spliced} of ${runs} edits spliced`);
    t.ok(spliced >= 0.9 * runs, `${spliced} of ${runs} edits spliced`);
  });

/** The value with something done at one key: set, removed, or changed inside. */
function changedAt(value: JsonObject, key: string, json: JsonValue, way: number): JsonObject {
  const here = value[key];
  if (way === 0 && key !== 'name') delete value[key];
  else if (way < 4 && Array.isArray(here)) here.splice(way - 1, way % 2, json);
  else if (way < 4 && typeof here === 'object' && here !== null && !Array.isArray(here)) {
    const [first] = Object.keys(here);
    if (way === 1 && first !== undefined) delete here[first];
    else if (way === 2 && first !== undefined && first !== '__proto__') here[first] = json;
    else here.added = json;
  } else value[key] = json;
  return value;
}

/** The lines of one top-level key. */
function blockOf(text: string, key: string): string | undefined {
  return new RegExp(`^${key}:.*\\n(?:[ -].*\\n|\\r?\\n)*`, 'm').exec(text)?.[0];
}
