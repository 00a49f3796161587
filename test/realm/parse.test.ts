import t from 'tap';
import { MAX_FILE_LENGTH, parseFile, parseYaml } from '../../lib/realm/parse.ts';
import type { FileKind } from '../../lib/realm/types.ts';
import { stopwatch } from '../helpers/bounds/cpu.ts';
import { fc } from '../helpers/values/properties.ts';

/** The one problem of a file that must not be readable, as `line:column pointer message`. */
function problem(kind: FileKind, text: string): string {
  const parsed = parseFile(kind, 'some/file.yaml', text);
  if (parsed.ok) return 'no problem';
  const [first] = parsed.problems;
  return `${first?.line}:${first?.column} ${first?.pointer || '-'} ${first?.message}`;
}

t.test('a file is its value; dates stay strings, unknown keys stay', async (t) => {
  const parsed = parseFile(
    'realm',
    'realm.yaml',
    'name: letemcook\nversion: "1.0.0"\ncreated_at: 2026-01-24T10:00:00Z\nmotto: hot\n',
  );
  t.strictSame(parsed, {
    ok: true,
    value: { name: 'letemcook', version: '1.0.0', created_at: '2026-01-24T10:00:00Z', motto: 'hot' },
  });
});

t.test('a null member is an absent one, except inside of a contract value', async (t) => {
  t.strictSame(parseFile('repo', 'p', 'name: a\norg: ~\nurl: null\nmaintainers:\n'), {
    ok: true,
    value: { name: 'a' },
  });
  t.strictSame(parseFile('contract', 'p', 'name: a\nversion: 1.0.0\nvalue: { x: null }\nowner: ~\n'), {
    ok: true,
    value: { name: 'a', version: '1.0.0', value: { x: null } },
  });
  t.strictSame(parseFile('contract', 'p', 'name: a\nversion: 1.0.0\nvalue: null\n'), {
    ok: true,
    value: { name: 'a', version: '1.0.0', value: null },
  });
});

t.test('what does not validate is told in words, with its place', async (t) => {
  t.equal(
    problem('contract', 'name: a\n\nversion: 1.0\n'),
    '3:10 /version version: expected a semver version such as "1.2.0", found the number 1.0: put it in quotes',
  );
  t.equal(problem('contract', 'name: a\n'), "1:1 - expected the key 'version', found none");
  t.equal(
    problem('binding', 'repo: a\nrole: owner\n'),
    '2:7 /role role: expected provider, consumer or both, found "owner"',
  );
  t.equal(
    problem('binding', 'repo: a\nrole: both\nimports:\n  - contract: c\n    version: "no such"\n'),
    '5:14 /imports/0/version version: expected a semver range such as ">=1.0.0", found "no such"',
  );
  t.equal(
    problem('domain', 'name: a\nmembers: b\n').startsWith(
      '2:10 /members members: expected a list of repo names',
    ),
    true,
  );
  t.equal(problem('realm', '- a\n'), '1:1 - expected a mapping of keys to values, found a list');
  t.match(
    problem('contract', 'name: ../../etc\nversion: 1.0.0\n'),
    /^1:7 \/name name: expected a name of at most 100/,
  );
});

t.test('several problems are all reported, with a bound', async (t) => {
  const two = parseFile('contract', 'p', 'name: 1\nversion: 2\n');
  t.equal(two.ok ? 0 : two.problems.length, 2);
  const many = parseFile('domain', 'p', `name: a\nmembers: [${'0,'.repeat(500)}]\n`);
  t.equal(many.ok ? 0 : many.problems.length, 20);
});

t.test('what is no YAML is told with its line', async (t) => {
  t.equal(problem('domain', 'name: a\n\tx: b\n'), '2:1 - expected spaces, found a tab as indentation');
  t.equal(
    problem('domain', 'name: a\n---\nname: b\n'),
    "2:1 - expected one document, found another after '---'",
  );
  t.equal(
    problem('domain', 'name: a\n? [x]\n: y\n'),
    '2:3 - expected a plain key, found a list or a mapping as a key',
  );
  t.match(problem('domain', 'name: a\nx: [1, 2\n'), /^[23]:\d+ - expected YAML: /);
  t.equal(problem('domain', 'name: a\nx: 1\nx: 2\n'), "3:1 - expected each key once, found 'x' again");
  t.equal(
    problem('contract', 'name: a\nvalue: { x: { y: 1, y: 2 } }\n'),
    "2:21 /value/x expected each key once, found 'y' again",
  );
  t.equal(problem('contract', 'name: a\nvalue: .inf\n'), '2:8 /value expected a JSON number, found .inf');
});

t.test('hostile files end soon, and leave prototypes alone', async (t) => {
  const took = stopwatch();
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...'bcdefgh'.split('').map((key, at) => `${key}: &${key} [${`*${'abcdefgh'[at]},`.repeat(9)}]`),
  ].join('\n');
  t.match(problem('domain', bomb), /expected few aliases/);
  t.match(problem('domain', 'name: &x [*x]\n'), /alias inside '&x' itself/);
  t.match(problem('domain', `x: ${'['.repeat(20_000)}`), /nested too deeply/);
  t.match(problem('domain', '? '.repeat(5_000)), /many that begin with '\?'/);
  t.match(problem('domain', ' '.repeat(MAX_FILE_LENGTH + 1)), /at most 2097152 characters/);
  t.match(
    problem('domain', `name: a\n${Array.from({ length: 20_000 }, (_, at) => `k${at}: 1\n`).join('')}k0: 1\n`),
    /^20002:1 - .*'k0' again/,
  );
  t.ok(took() < 10_000);
  const parsed = parseFile('domain', 'p', 'name: a\n__proto__: { polluted: yes }\nconstructor: x\n');
  t.ok(parsed.ok && Object.hasOwn(parsed.value, '__proto__'));
  t.equal(({} as Record<string, unknown>).polluted, undefined);
  t.match(problem('domain', '__proto__: { name: a }\n'), /expected the key 'name', found none/);
});

t.test('%YAML 1.1 and unknown tags change nothing', async (t) => {
  t.strictSame(parseYaml('p', '%YAML 1.1\n---\na: yes\nb: 2026-01-24\nc: 0o17\n<<: { d: 1 }\n'), {
    ok: true,
    value: { a: 'yes', b: '2026-01-24', c: 15, '<<': { d: 1 } },
  });
  t.strictSame(parseYaml('p', ''), { ok: true, value: null });
});

t.test('any text for any kind is a value or a problem with a place in it, never a throw', async () => {
  const kind = fc.constantFrom<FileKind>(
    'realm',
    'repo',
    'domain',
    'contract',
    'binding',
    'worktree',
    'config',
    'index',
    'pull',
    'users',
  );
  const piece = fc.constantFrom(
    ...[
      'name: a\n',
      'version: 1\n',
      'members:\n',
      '- ',
      '  ',
      'imports:\n- contract: c\n',
      'realm: { name: ',
      '{',
      '[',
      ']',
      '}',
      ': ',
      '"',
      "'",
    ],
    ...[
      '&a ',
      '*a',
      '!!set ',
      '|\n',
      '>-\n',
      '? ',
      '---\n',
      '# c\n',
      '\n',
      '\t',
      '\u0000',
      '\ud800',
      '__proto__: ',
      '.nan',
      '0x1',
      'users: ',
      '%YAML 1.1\n',
      '<<: ',
    ],
  );
  fc.assert(
    fc.property(
      kind,
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
      ),
      (what, text) => {
        const parsed = parseFile(what, 'p', text);
        if (parsed.ok) return;
        const lines = text.split('\n').length;
        if (parsed.problems.length === 0) throw new Error('no problem said');
        for (const { line, message } of parsed.problems)
          if (line < 1 || line > lines || !message.includes('expected'))
            throw new Error(`${line} of ${lines}: ${message}`);
      },
    ),
    { numRuns: 1000 },
  );
});
