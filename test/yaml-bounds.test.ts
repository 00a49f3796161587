import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { extract } from '../lib/detect/index.ts';
import { parseYaml } from '../lib/realm/parse.ts';
import { yamlExcess } from '../lib/yaml-bounds.ts';

const SIZE = 1024 * 1024;
const HEAD = 'name: mole\nmaintainers: [mole@example.com]\n';

/** A megabyte of one piece over and over: `before`, the piece, `after`. */
const shapes: Record<string, [before: string, piece: string, after?: string]> = {
  'brackets that open': ['x: ', '['],
  'braces that open': ['x: ', '{a: '],
  'brackets that close': ['x: ', ']'],
  'dashes in a row': ['x:\n', '- '],
  'lists in lists': ['x:\n', '- - - a\n'],
  'lists that do not end': ['x:\n', '- [a\n'],
  'quotes that do not end': ['x:\n', '- "a\n'],
  'empty lists': ['x: [', '[],', ']\n'],
  'empty entries': ['x: [', ',', ']\n'],
  'empty items': ['x:\n', '-\n'],
  'pairs in a list': ['x: [', 'a: b,', ']\n'],
  tags: ['x: [', '!a ,', ']\n'],
  'tags on items': ['x:\n', '- !a b\n'],
  anchors: ['x:\n', '- &a b\n'],
  aliases: ['b: &b a\nx: [', '*b ,', ']\n'],
  'aliases of nothing': ['x:\n', '- *z\n'],
  'merge keys': ['b: &b {a: 1}\nx: [', '{<<: *b},', ']\n'],
  'complex keys': ['x:\n', ' ? a\n : b\n'],
  'lists as keys': ['x: {', '[a]: b,', '}\n'],
  comments: ['x: [', '#\n', ']\n'],
  'comments behind values': ['x: [', 'a, #\n', ']\n'],
  directives: ['', '%A B\n', '---\nx: 1\n'],
  documents: ['', '--- a\n'],
  'block scalars': ['x:\n', '- |\n  a\n'],
  'lines of a block scalar': ['x: >\n', '  a\n   b\n'],
  'blank lines of a scalar': ['x: a\n', '\n', '  b\n'],
  'lines of tabs': ['x:\n', '\t\n'],
  'a tab in a quoted scalar': ['x: "a', '\t', '"\n'],
  spaces: ['x: a', ' ', 'b\n'],
  'a long key': ['', 'k', ': 1\n'],
  'a key of many lines': ['x: {a\n', 'b\n', ': 1}\n'],
  colons: ['x: ', ': '],
  escapes: ['x: "', '\\x41', '"\n'],
  'line ends of Windows': ['x:\n', '- a\r\n'],
  'one key': ['', 'a:\n'],
  'a long number': ['x: ', '9', '\n'],
  'marks of the byte order': ['', '\ufeff\n'],
  'quotes in a row': ['x: ', '"'],
  'keys in a string that is not indented': ['x: "', '<<: =,\n?  ', '"\n'],
  'an error in every line': ['x:\n', ',\n'],
  'scalars that are none': ['x:\n', '|\n'],
  'documents with tags': ['', '---\n !a<<: '],
  'plain lists, which are read': ['x: [', '0,', '0]\n'],
};

const text = ([before, piece, after = '']: [string, string, string?]): string => {
  const room = SIZE - HEAD.length - before.length - after.length;
  return HEAD + before + piece.repeat(Math.floor(room / piece.length)) + after;
};

/** What a process of its own takes: milliseconds of the processor, and megabytes at the most. */
const measure = (script: string, argument: string): { ms: number; mb: number } =>
  JSON.parse(
    execFileSync(process.execPath, ['--import=tsx', '--input-type=module', '--eval', script, argument], {
      cwd: join(import.meta.dirname, '..'),
      encoding: 'utf8',
      maxBuffer: 2 ** 20,
    }),
  );

t.test('a megabyte of YAML of any shape is read or refused in less than a second and 200 MB', async (t) => {
  const script = `
    import { parseYaml } from './lib/realm/parse.ts';
    const shapes = ${JSON.stringify(shapes)};
    const HEAD = ${JSON.stringify(HEAD)};
    const text = ([before, piece, after = '']) => HEAD + before + piece.repeat(Math.floor((${SIZE} - HEAD.length - before.length - after.length) / piece.length)) + after;
    parseYaml('a', 'x: [1, &a b, *a]\\n');
    const name = process.argv[1];
    const one = text(shapes[name] ?? ['', '#', '']);
    globalThis.gc?.();
    const before = [process.resourceUsage().maxRSS, process.cpuUsage()];
    let work = () => parseYaml('a.yaml', one);
    // The measure: a loop of plain work.
    if (name === 'baseline') work = () => { let sum = 0; for (let n = 0; n < 3e7; n++) sum = (sum + n * 7) % 1000003; return sum; };
    work();
    const { user, system } = process.cpuUsage(before[1]);
    console.log(JSON.stringify({ ms: (user + system) / 1000, mb: (process.resourceUsage().maxRSS - before[0]) / 1024 }));
  `;
  const baseline = measure(script, 'baseline').ms;
  // A usual machine does the measure in 60 ms, a slow one gets longer.
  const limit = 1000 * Math.max(1, baseline / 60);
  const worst = { ms: 0, mb: 0, of: '' };
  const chosen = process.env.REALM_NIGHTLY
    ? Object.keys(shapes)
    : Object.keys(shapes).filter((_, n) => n % 6 === 0);
  for (const name of chosen) {
    const { ms, mb } = measure(script, name);
    t.ok(ms < limit && mb < 200, `${name}: ${ms.toFixed(0)} ms of ${limit.toFixed(0)}, ${mb.toFixed(0)} MB`);
    if (ms > worst.ms) Object.assign(worst, { ms, mb, of: name });
  }
  t.comment(
    `${chosen.length} shapes, the slowest: ${worst.of}, ${worst.ms.toFixed(0)} ms, ${worst.mb.toFixed(0)} MB`,
  );
});

t.test(
  'each shape ends with a value, or with a problem that has a line; so do the sources of detectors',
  async (t) => {
    const from = process.cpuUsage();
    for (const [name, shape] of Object.entries(shapes)) {
      const yaml = text(shape);
      const read = parseYaml('repos/mole.yaml', yaml);
      if (!read.ok)
        t.match(read.problems, [{ path: 'repos/mole.yaml', line: Number, message: /^expected / }], name);
      const bytes = Buffer.from(yaml);
      const found = await extract('data', [{ path: 'a.yaml', bytes }], { pointer: '' });
      const isWhole = found.unresolved.length === 0 && found.value !== null;
      if (!isWhole) t.match(found.unresolved, [{ path: 'a.yaml', gap: true, why: /./ }], `${name}: a source`);
    }
    const { user } = process.cpuUsage(from);
    t.comment(`${Object.keys(shapes).length} shapes twice: ${(user / 1e6).toFixed(1)} s of the processor`);
  },
);

t.test('the place is named, and what people write is far below the bounds', async (t) => {
  const lines = Array.from(
    { length: 12_000 },
    (_, n) => `- name: path-${n} # why\n  pattern: 'jobs/*/${n}'\n`,
  );
  t.equal(yamlExcess(`paths:\n${lines.join('')}`), undefined, '24,000 lines by hand');
  const excess = yamlExcess(text(shapes['tags on items'] ?? ['', '']));
  t.match(excess, { kind: 'size' });
  const read = parseYaml('realm.yaml', `a: 1\nb: ${'['.repeat(200)}\n`);
  t.match(read, {
    ok: false,
    problems: [{ path: 'realm.yaml', line: 2, column: 132, message: /nested too deeply/ }],
  });
  const smile = parseYaml('a.yaml', `a: ":] and [: are no lists"\nb: 'it''s "fine" #1'\nc: |\n  ]]]\n`);
  t.match(smile, { ok: true });
});
