import t from 'tap';
import { STEP_LIMITS } from '../../lib/detect/evaluate/budget.ts';
import { Evaluator } from '../../lib/detect/evaluate/evaluator.ts';
import { detectors, explain, extract } from '../../lib/detect/index.ts';
import { readModules } from '../../lib/detect/modules.ts';
import type { Module } from '../../lib/detect/syntax/ir.ts';
import type { SourceFile } from '../../lib/detect/types.ts';
import { nightly } from '../helpers/values/nightly.ts';

const file = (path: string, text: string): SourceFile => ({ path, bytes: Buffer.from(text) });
const rows = (count: number, row: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => row(i)).join('');

t.test('a file with too many pieces is said with the reason; the others are read', async (t) => {
  const { modules, unresolved } = await readModules([
    file('a.py', `X = [\n${'1,1,1,1,1,1,1,1,1,1,\n'.repeat(31_000)}]\n`),
    file('b.py', 'X = 1\n'),
  ]);
  t.same(
    modules.map(({ path }) => path),
    ['b.py'],
  );
  t.match(unresolved, [{ path: 'a.py', line: 1, why: /more than 300000 expressions/, gap: true }]);
});

async function moduleOf(path: string, text: string): Promise<Module> {
  const [module] = (await readModules([file(path, text)])).modules;
  if (!module) throw new Error('no module');
  return module;
}

/** What the value of a name comes to, within some steps. */
function following(module: Module, name: string, limits = STEP_LIMITS) {
  const evaluator = new Evaluator([module], [], undefined, limits);
  const binding = module.root.bindings.get(name)?.[0];
  if (!binding) throw new Error('no binding');
  const look = () => {
    evaluator.startPlace(binding.line);
    return evaluator.texts({ expr: binding.value, env: undefined, module });
  };
  const read = () => evaluator.about(module, look, []);
  return { evaluator, read };
}

const doubling = `x0 = "a" if y else "b"\n${rows(60, (i) => `x${i + 1} = f"{x${i}}{x${i}}" if y else x${i}\n`)}`;

t.test(
  'a place that takes too many steps is named with its line; the rest of the file goes on',
  async (t) => {
    const module = await moduleOf('a.py', doubling);
    const { read } = following(module, 'x60', { ...STEP_LIMITS, place: 100 });
    const { unresolved } = read();
    t.match(unresolved, [{ path: 'a.py', line: 61, why: /more than 100 steps/, gap: true }]);
  },
);

t.test('all files together have an end too, and what comes after it is said', async (t) => {
  const module = await moduleOf('a.py', doubling);
  const { evaluator, read } = following(module, 'x60', { ...STEP_LIMITS, all: 50 });
  t.match(read().unresolved, [
    { path: 'a.py', why: /all files together take more than 50 steps/, gap: true },
  ]);
  t.ok(evaluator.spent);
  t.match(read().unresolved, [{ path: 'a.py', why: /all files together/ }], 'each of the files that follow');
});

t.test('the same code takes the same steps, and one name costs its steps once', async (t) => {
  const module = await moduleOf('a.py', doubling);
  const first = following(module, 'x60');
  const found = first.read();
  const { steps } = first.evaluator;
  t.ok(steps < 2000, `${steps} steps`);
  t.same(found.unresolved, []);
  t.same(first.read().result, found.result);
  t.equal(first.evaluator.steps, steps + 1, 'asked again, it is known');
  const second = following(module, 'x60');
  second.read();
  t.equal(second.evaluator.steps, steps);
});

t.test('code that goes on for ever by itself ends, and the stack is never what ends it', async (t) => {
  const calls = nightly ? 3000 : 1000;
  const bad: Record<string, string> = {
    'a spread of itself': 'X = {**X, "a": 1}\nY = [*Y, "b"]\nV = f(**X)\n',
    'a spread in a circle': 'A = {**B}\nB = {**A, "k": C}\nC = [*D]\nD = [*C]\nV = A["k"]\n',
    'functions that call each other':
      'def a(x): return b(x + "1")\ndef b(x): return c(x) + a(x)\ndef c(x): return a(b(x))\nV = a("s")\n',
    'one function called by thousands': `def get(k): return k\n${rows(nightly ? 10_000 : 3000, (i) => `get("a/${i}")\n`)}V = get("x")\n`,
    'a chain of functions': `def f0(k):\n    use(k)\n${rows(calls, (i) => `def f${i + 1}(k):\n    f${i}(k)\n`)}f${calls}("x")\nV = f${calls}("x")\n`,
    'a chain of names': `a0 = "x"\n${rows(calls, (i) => `a${i + 1} = a${i}\n`)}V = a${calls}\n`,
    'classes that are their own base': 'class A(B): pass\nclass B(A): pass\nV = A().nope\n',
  };
  for (const [what, text] of Object.entries(bad)) {
    const { evaluator, read } = following(await moduleOf('a.py', text), 'V');
    t.ok(read().result.length > 0, what);
    t.ok(evaluator.steps <= STEP_LIMITS.place + 100, `${what}: ${evaluator.steps} steps`);
    const source = file(
      'a.py',
      `import boto3\ns3 = boto3.client("s3")\n${text}s3.get_object(Bucket="b", Key=V)\n`,
    );
    const found = await extract('s3-paths', [source]);
    t.ok(found.parts.length + found.unresolved.length > 0, `${what}: nothing silent`);
    t.notMatch(JSON.stringify(found.unresolved), /too deeply nested to follow/, what);
  }
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

for (const [turn, [what, [own, source]]] of Object.entries(hostile).entries())
  t.test(`${what}: each detector ends, and says what it gave up`, async (t) => {
    for (const [at, detector] of [...detectors.values()].entries()) {
      if (!detector.reads(source.path)) continue;
      // Without REALM_NIGHTLY: the detector that it is made for, and a sixth of the others.
      if (!nightly && detector.name !== own && (at + turn) % 6 > 0) continue;
      const options = { name: 'X', pattern: 'x(?<y>a+)+$', contract: 'x' };
      const found = await extract(detector.name, [source], options);
      if (detector.name === own) t.ok(found.parts.length + found.unresolved.length > 0, detector.name);
      t.match(explain(found, [source]), source.path);
    }
  });
