import t from 'tap';
import { Evaluator } from '../../lib/detect/evaluate/evaluator.ts';
import { detectors, explain, extract } from '../../lib/detect/index.ts';
import { OutOfTime, withinTime } from '../../lib/detect/limits.ts';
import { readModules } from '../../lib/detect/modules.ts';
import type { SourceFile } from '../../lib/detect/types.ts';
import { stopwatch } from '../helpers/bounds/cpu.ts';

const file = (path: string, text: string): SourceFile => ({ path, bytes: Buffer.from(text) });
const rows = (count: number, row: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => row(i)).join('');

t.test('work is stopped wherever it is: in a loop, a regular expression, a library', async (t) => {
  const endless: Record<string, () => unknown> = {
    'a loop': () => {
      for (;;);
    },
    'a regular expression': () => /^(a+)+$/.test(`${'a'.repeat(60)}!`),
    'a sort': () => Array.from({ length: 3 }, (_, i) => i).sort(() => endless['a loop']?.() as number),
  };
  for (const [what, work] of Object.entries(endless)) {
    const took = stopwatch();
    t.throws(() => withinTime(work, 50), new OutOfTime(50), what);
    t.ok(took() < 20_000, what);
  }
  t.equal(
    withinTime(() => 'a value'),
    'a value',
    'and work that ends gives its value',
  );
  t.throws(
    () =>
      withinTime(() => {
        throw new SyntaxError('its own');
      }),
    SyntaxError,
  );
  t.throws(
    () => withinTime(() => withinTime(endless['a loop'] as () => unknown, 20), 10_000),
    new OutOfTime(20),
    'one inside another ends by its own time',
  );
});

t.test('a file whose walk takes too long is said with the reason; the others are read', async (t) => {
  const slow = {
    'a.py': rows(4000, (i) => `s3.get_object(Bucket="b", Key=f"a/{x}/${i}")\n`),
    'a.ts': rows(4000, (i) => `s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'k/${i}' }));\n`),
    'a.go': `package a\n${rows(4000, (i) => `var V${i} = []string{"s3://b/${i}"}\n`)}`,
    'A.java': `class A {\n${rows(4000, (i) => `  String s${i} = "s3://b/" + x + "/${i}";\n`)}}\n`,
    'a.rs': rows(4000, (i) => `const V${i}: &str = "s3://b/${i}";\n`),
    'a.tf': rows(3000, (i) => `resource "aws_s3_object" "o${i}" {\n  bucket = "b"\n  key = "k/${i}"\n}\n`),
    'a.yaml': rows(3000, (i) => `k${i}: {input: s3://b/${i}}\n`),
  };
  for (const [path, text] of Object.entries(slow)) {
    const { modules, unresolved } = await readModules([file(path, text)], 1);
    t.same(modules, [], path);
    t.match(unresolved, [{ path, line: 1, what: 'the file', why: /^it takes more than 0\.001 s to read/ }]);
  }
  const { modules } = await readModules([file('b.py', 'X = 1\n')]);
  t.equal(modules.length, 1);
});

t.test('what follows code looks at the clock, keeps what it has, and can be used again', async (t) => {
  const doubling = rows(60, (i) => `x${i + 1} = f"{x${i}}{x${i}}" if y else x${i}\n`);
  const { modules } = await readModules([
    file('a.py', `x0 = "a" if y else "b"\n${doubling}${rows(400, (i) => `f(${i})\n`)}`),
  ]);
  const [module] = modules;
  if (!module) throw new Error('no module');
  const evaluator = new Evaluator(modules, [], 0);
  const binding = module.root.bindings.get('x60')?.[0];
  if (!binding) throw new Error('no binding');
  const at = { expr: binding.value, env: undefined, module };
  const { unresolved } = evaluator.about(module, () => evaluator.evaluate(at), []);
  t.match(unresolved, [{ path: 'a.py', what: 'the file', why: /takes more than 0(\.001)? s/ }]);
  const stopped = new Evaluator(modules, [], 20).about(
    module,
    () => {
      for (;;);
    },
    'nothing',
  );
  t.match(stopped, { result: 'nothing', unresolved: [{ path: 'a.py', why: /takes more than 0\.031 s/ }] });
  const again = new Evaluator(modules);
  const small = module.root.bindings.get('x1')?.[0];
  if (!small) throw new Error('no binding');
  const read = again.about(module, () => again.texts({ ...at, expr: small.value }), []);
  t.same(read.unresolved, []);
  t.ok(read.result.length > 1);
});

/** Files that cost much for their size, by what is bad about them, and the detector that they are made for. */
const hostile: Record<string, [detector: string, source: SourceFile]> = {
  'calls of one function by thousands': [
    's3-paths',
    file(
      'a.py',
      `import boto3\ns3 = boto3.client("s3")\ndef get(k): return s3.get_object(Bucket="b", Key=k)\n${rows(1000, (i) => `get(f"a/{x}/${i}")\n`)}`,
    ),
  ],
  'one name bound thousands of times': [
    's3-paths',
    file(
      'a.py',
      `import boto3\ndef f(k):\n${rows(700, (i) => `    k = k + "${i}"\n    s3.get_object(Bucket="b", Key=k)\n`)}`,
    ),
  ],
  'loops in loops': [
    's3-paths',
    file(
      'a.py',
      `import boto3\ns3 = boto3.client("s3")\n${rows(12, (i) => `${'    '.repeat(i)}for x${i} in [${'"a", '.repeat(20)}]:\n`)}${'    '.repeat(12)}s3.get_object(Bucket=x0, Key=${rows(12, (i) => `x${i} + `)}"z")\n`,
    ),
  ],
  'comprehensions in comprehensions': [
    's3-paths',
    file(
      'a.py',
      `import boto3\nX = [f"{a}{b}{c}{d}" ${rows(4, (i) => `for ${'abcd'[i]} in [${rows(20, (n) => `"${n}", `)}] `)}]\nfor x in X:\n    s3.get_object(Bucket="b", Key=x)\n`,
    ),
  ],
  'macros in macros': [
    's3-paths',
    file(
      'a.rs',
      `use aws_sdk_s3::Client;\n${rows(3, (i) => `fn f${i}() { let x = ${'vec!['.repeat(100)}${'1,'.repeat(4000)}${']'.repeat(100)}; c.get_object().bucket("b").key(x).send(); }\n`)}`,
    ),
  ],
  'templates in templates': [
    's3-paths',
    file('a.ts', `import '@aws-sdk/client-s3';\nconst x = ${'`${'.repeat(2000)}1${'}`'.repeat(2000)}`),
  ],
  'nothing but brackets': [
    's3-paths',
    file('a.ts', `import '@aws-sdk/client-s3';\n${`${'<('.repeat(500)}\n`.repeat(20)}`),
  ],
  'addresses by thousands': [
    's3-paths',
    file('a.py', `import boto3\nX = [\n${rows(4000, (i) => `"s3://b/k${i}/x",\n`)}]\n`),
  ],
  'policies by thousands': [
    'iam-paths',
    file(
      'a.json',
      `{"Statement": [${rows(500, (i) => `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${i}/*"},\n`)}{}]}`,
    ),
  ],
  'annotations by thousands': [
    'annotation',
    file(
      'a.py',
      rows(1500, (i) => `# realm:export x#/k${i}\nX${i} = ${i}\n`),
    ),
  ],
  'functions of functions': [
    's3-paths',
    file(
      'a.py',
      `import boto3\ndef f0(k): s3.get_object(Bucket="b", Key=k)\n${rows(200, (i) => `def f${i + 1}(k):\n    f${i}(k + "a")\n    f${i}(k + "b")\n`)}f200("x")\n`,
    ),
  ],
};

for (const [what, [own, source]] of Object.entries(hostile))
  t.test(`${what}: every detector ends, and says what it gave up`, async (t) => {
    for (const detector of detectors.values()) {
      if (!detector.reads(source.path)) continue;
      const options = { name: 'X', pattern: 'x(?<y>a+)+$', contract: 'x' };
      const took = stopwatch();
      const found = await extract(detector.name, [source], options);
      const ms = took();
      t.ok(ms < 15_000, `${detector.name}: ${Math.round(ms)} ms of processor time`);
      if (detector.name === own) t.ok(found.parts.length + found.unresolved.length > 0, detector.name);
      t.match(explain(found, [source]), source.path);
    }
  });
