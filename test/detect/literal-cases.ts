import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { JsonObject, JsonValue } from '../../lib/json.ts';

/** A literal that a detector must read: language, way of writing it, source, and the value. */
export interface LiteralCase {
  detector: string;
  language: string;
  construct: string;
  path: string;
  text: string;
  options?: JsonObject;
  value: JsonValue;
}

const list = ['a', 'b/1'];

const constant = (
  language: string,
  construct: string,
  path: string,
  text: string,
  name: string,
  value: JsonValue = list,
): LiteralCase => ({ detector: 'constant', language, construct, path, text, options: { name }, value });

const annotation = (language: string, path: string, text: string, value: JsonValue): LiteralCase => ({
  detector: 'annotation',
  language,
  construct: 'comment above a literal',
  path,
  text,
  value,
});

const data = (
  language: string,
  path: string,
  text: string,
  pointer: string,
  value: JsonValue,
): LiteralCase => ({
  detector: 'data',
  language,
  construct: pointer === '' ? 'whole file' : 'JSON pointer',
  path,
  text,
  options: { pointer },
  value,
});

const folder = new URL('./literals/', import.meta.url);

/** Cases that were written without a look at the detectors, before each was run for the first time. */
const blind = readdirSync(folder)
  .sort()
  .flatMap((name) => parse(readFileSync(new URL(name, folder), 'utf8')) as LiteralCase[]);

/** Every case once; the tests run them and the table in docs/detectors.md counts them. */
export const literalCases: readonly LiteralCase[] = [
  constant('python', 'list of texts', 'a.py', 'BASE = "b"\nTOPICS = ["a", f"{BASE}/1"]\n', 'TOPICS'),
  constant(
    'python',
    'function of a list',
    'a.py',
    'TOPICS: list[str] = sorted(("a", "b/" + str(1)))\n',
    'TOPICS',
  ),
  constant('python', 'class member', 'a.py', 'class Config:\n    TOPICS = ["a", "b/1"]\n', 'Config.TOPICS'),
  constant('python', 'map member', 'a.py', 'CONFIG = {"topics": ["a", "b/1"]}\n', 'CONFIG.topics'),
  constant(
    'python',
    'map',
    'a.py',
    'X = {"n": 10, "r": 0.5, "on": True, "no": None, "d": {"x": ["y"]}}\n',
    'X',
    {
      n: 10,
      r: 0.5,
      on: true,
      no: null,
      d: { x: ['y'] },
    },
  ),
  constant('python', 'enum', 'a.py', 'class E(Enum):\n    A = "a"\n    B = "b"\n', 'E', { A: 'a', B: 'b' }),
  constant(
    'typescript',
    'list of texts',
    'a.ts',
    'export const TOPICS = ["a", "b/" + 1] as const;\n',
    'TOPICS',
  ),
  constant('typescript', 'enum', 'a.ts', 'export enum Topic { A = "a", B = "b" }\n', 'Topic', {
    A: 'a',
    B: 'b',
  }),
  constant('typescript', 'class member', 'a.ts', 'class C { static readonly T = ["a", "b/1"]; }\n', 'C.T'),
  constant(
    'typescript',
    'map',
    'a.ts',
    'const M = { a: { b: [1, true, null] }, "c-d": "e" } satisfies T;\n',
    'M',
    {
      a: { b: [1, true, null] },
      'c-d': 'e',
    },
  ),
  constant(
    'javascript',
    'function of a list',
    'a.js',
    'const TOPICS = Object.freeze(["a", "b/1"]);\n',
    'TOPICS',
  ),
  constant('javascript', 'map', 'a.js', 'module.exports.M = 1;\nconst M = { ...{ a: 1 }, b: -2 };\n', 'M', {
    a: 1,
    b: -2,
  }),
  constant('go', 'list of texts', 'a.go', 'package a\n\nvar Topics = []string{"a", "b/" + "1"}\n', 'Topics'),
  constant('go', 'map', 'a.go', 'package a\n\nvar M = map[string]int{"a": 1}\n', 'M', { a: 1 }),
  constant(
    'java',
    'list of texts',
    'A.java',
    'class A { static final List<String> T = List.of("a", "b/1"); }\n',
    'T',
  ),
  constant('java', 'class member', 'A.java', 'class A { static final String[] T = {"a", "b/1"}; }\n', 'A.T'),
  constant('java', 'enum', 'A.java', 'enum E { A("a"), B("b"); }\n', 'E', { A: 'a', B: 'b' }),
  constant('rust', 'list of texts', 'a.rs', 'pub const TOPICS: &[&str] = &["a", "b/1"];\n', 'TOPICS'),
  constant(
    'rust',
    'class member',
    'a.rs',
    'impl Config {\n    const T: [&str; 2] = ["a", "b/1"];\n}\n',
    'Config::T',
  ),
  constant('terraform', 'list of texts', 'a.tf', 'locals {\n  topics = ["a", "b/1"]\n}\n', 'local.topics'),
  constant('terraform', 'map', 'a.tf', 'locals {\n  m = { a = 1, b = "x" }\n}\n', 'local.m', {
    a: 1,
    b: 'x',
  }),
  annotation(
    'python',
    'a.py',
    '# realm:export t#/in\nIN = ["a"]\n\n# realm:export t#/out\nOUT = [\n    "b",\n]\n',
    {
      in: ['a'],
      out: ['b'],
    },
  ),
  annotation('typescript', 'a.ts', '/**\n * realm:export limits\n */\nexport const L = { a: 1 };\n', {
    a: 1,
  }),
  annotation('javascript', 'a.js', '// realm:export limits\nmodule.exports = { a: 1 };\n', { a: 1 }),
  annotation('go', 'a.go', 'package a\n\n// realm:export names\nvar N = []string{"x"}\n', ['x']),
  annotation('java', 'A.java', 'class A {\n  // realm:export n\n  static final String N = "x";\n}\n', 'x'),
  annotation('rust', 'a.rs', '// realm:export n\nconst N: u8 = 3;\n', 3),
  annotation('terraform', 'a.tf', 'locals {\n  # realm:export n\n  x = { a = "y" }\n}\n', { a: 'y' }),
  annotation('yaml', 'a.yaml', 'a:\n  # realm:export n\n  b: [1, 2]\n', [1, 2]),
  data('json', 'a.json', '{"a": [1, "x", null, {"b": true}]}', '', { a: [1, 'x', null, { b: true }] }),
  data('json', 'a.json', '{"a/b": {"c~d": ["e"]}}', '/a~1b/c~0d', ['e']),
  data('yaml', 'a.yaml', 'x: &x {a: 1}\ny:\n  <<: *x\n  b: 2\n', '/y', { a: 1, b: 2 }),
  data('yaml', 'a.yaml', 'a: 1\n---\nb: 2\n', '', [{ a: 1 }, { b: 2 }]),
  data('toml', 'a.toml', 'x = 1\n[a]\nb = ["c"]\n', '/a/b', ['c']),
  data('toml', 'pyproject.toml', '[tool.realm]\npaths = ["a/*"]\nwhen = 2024-01-01\n', '', {
    tool: { realm: { paths: ['a/*'], when: '2024-01-01' } },
  }),
  ...blind,
];
