import t from 'tap';
import { detectAll, detectors, explain, extract } from '../../lib/detect/index.ts';
import type { SourceFile } from '../../lib/detect/types.ts';

const file = (path: string, text: string | Uint8Array): SourceFile => ({ path, bytes: Buffer.from(text) });
const good = file('good.py', 'import boto3\nboto3.client("s3").get_object(Bucket="b", Key="k")\n');

const bad: [string, SourceFile, RegExp][] = [
  ['a binary file', file('bad.py', Buffer.from([0x73, 0x33, 0, 1, 2, 3])), /binary/],
  ['invalid UTF-8', file('bad.py', Buffer.from([0x61, 0x0a, 0xc3, 0x28, 0x0a])), /not valid UTF-8/],
  [
    '50 MB',
    { path: 'bad.py', bytes: Buffer.alloc(50 * 1024 * 1024, 'x = 1\n') },
    /50 MB is over the limit of/,
  ],
  ['minified lines', file('bad.js', `s3.getObject(${'a,'.repeat(200_000)}b)`), /minified/],
  ['deep nesting', file('bad.py', `x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}\n`), /deep/],
  [
    'deep blocks',
    file('bad.py', Array.from({ length: 1200 }, (_, i) => `${' '.repeat(i)}if x:\n`).join('')),
    /deep/,
  ],
  ['deep nesting in JSON', file('bad.json', `${'['.repeat(20_000)}${']'.repeat(20_000)}`), /deep|parse/],
  ['JSON that does not parse', file('bad.json', '{"a": '), /parse/],
  ['YAML that does not parse', file('bad.yaml', 'a: [\nb: {\n'), /parse/],
  ['an unknown kind of file', file('bad.xyz', 'boto3 arn:aws:s3:::b/k'), /no syntax tree/],
];

for (const [what, source, why] of bad)
  t.test(`${what}: said, and the other files are read`, async (t) => {
    for (const detector of ['s3-paths', 'iam-paths']) {
      const found = await extract(detector, [source, good]);
      t.match(
        found.unresolved.find((entry) => entry.path === source.path),
        { why },
        detector,
      );
      if (detector === 's3-paths') t.same(found.value, { read: ['k'], write: [] });
      t.match(explain(found, [source, good]), source.path);
    }
    await detectAll([source, good]);
  });

t.test('a line number for the first bad byte', async (t) => {
  const found = await extract('s3-paths', [file('bad.py', Buffer.from([0x61, 0x0a, 0xc3, 0x28, 0x0a]))]);
  t.match(found.unresolved, [{ line: 2 }]);
});

t.test('code that is broken in one place is read in the others, and the place is named', async (t) => {
  const source = file(
    'broken.py',
    'import boto3\ns3 = boto3.client("s3")\nx = = $ 3\ns3.get_object(Bucket="b", Key="after")\n',
  );
  const found = await extract('s3-paths', [source]);
  t.same(found.value, { read: ['after'], write: [] });
  t.match(found.unresolved, [{ path: 'broken.py', line: 3, why: /does not parse here/ }]);
});

t.test('names that JavaScript gives a meaning', async (t) => {
  const source = file(
    'proto.py',
    'import boto3\n__proto__ = "x"\nconstructor = {"__proto__": "y", "toString": "z"}\ns3 = boto3.client("s3")\n' +
      's3.toString(Bucket="b", Key="k")\ns3.get_object(Bucket="b", Key=constructor["__proto__"])\ns3.constructor("b", "k")\n',
  );
  t.same((await extract('s3-paths', [source])).value, { read: ['y'], write: [] });
});

t.test('what refers to itself through partial, listings, slices, constructors and outputs', async (t) => {
  const sources = [
    file(
      'circle.py',
      'import boto3\nfrom functools import partial\ns3 = boto3.client("s3")\nf = partial(f, f)\ndef g(a, *r): return g(partial(g, a), *r)\n' +
        'page = s3.list_objects_v2(Bucket="b", Prefix=page["Contents"][0]["Key"])\nxs = [*xs, *xs[1:], *xs[:-1]]\n' +
        's3.put_object(Bucket="b", Key="/".join(xs[1:]) + g("y"))\ns3.put_object(Bucket="b", Key="fixed")\n',
    ),
    file(
      'circle.ts',
      'const o = { a() { return this.b(); }, b() { return this.a(); } };\nconst m = Object.fromEntries(Object.entries(m));\n' +
        'const [x, ...y] = y;\ns3.send(new PutObjectCommand({ Bucket: "b", Key: o.a() + m.q + y.slice(1).join("/") + "/end" }));\n',
    ),
    file('C.java', 'class C { C() { this("a"); } C(String a) { this(); } void m() { new C().m(); } }\n'),
    file(
      'stack.ts',
      'import * as pulumi from "@pulumi/pulumi";\nimport * as aws from "@pulumi/aws";\nconst b = new aws.s3.Bucket("b", { bucket: b.bucket });\n' +
        'const c = pulumi.all([c, b.arn]).apply(([x]) => c.apply((z) => x));\nconst s = { Action: "s3:GetObject", Resource: pulumi.concat(c, "/x") };\n',
    ),
  ];
  t.same((await extract('s3-paths', sources)).value, { read: [], write: ['*/end', 'fixed'] });
  t.same((await extract('iam-paths', sources)).value, { read: ['x'], write: [] });
});

t.test('code made to go on for ever', async (t) => {
  const doubling = ['x0 = ["a", "b"]'];
  for (let i = 1; i < 40; i++) doubling.push(`x${i} = x${i - 1} + x${i - 1}`);
  const calls = ['def f0(k): s3.get_object(Bucket="b", Key=k)'];
  for (let i = 1; i < 30; i++) calls.push(`def f${i}(k):\n    f${i - 1}(k + "a")\n    f${i - 1}(k + "b")`);
  const templates = ['t0 = "a" if x else "b"'];
  for (let i = 1; i < 40; i++) templates.push(`t${i} = f"{t${i - 1}}{t${i - 1}}"`);
  const circle =
    'a = b\nb = a\nclass A(B): pass\nclass B(A): pass\ndef r(x): return r(x + "a")\nA().nope\nr("x")\n';
  for (const lines of [doubling, calls, templates, [circle]]) {
    const text = `import boto3\ns3 = boto3.client("s3")\n${lines.join('\n')}\nf29("x")\ns3.get_object(Bucket="b", Key=x39[0] + t39 + a + r("q"))\nA().nope("s3://b/c")\n`;
    const found = await extract('s3-paths', [file('slow.py', text)]);
    t.ok(found.parts.length + found.unresolved.length > 0);
  }
});

t.test('a copied tree of fifty thousand files costs its paths: no byte of it is looked at', async (t) => {
  const vendored = Array.from(
    { length: 50_000 },
    (_, i): SourceFile => ({
      path: `${i % 2 === 0 ? 'vendor' : 'web/node_modules'}/pkg${i % 500}/f${i}.py`,
      get bytes(): Uint8Array {
        throw new Error('it was read');
      },
    }),
  );
  let parsed = 0;
  const files = [
    ...vendored,
    good,
    file('main.py', 'import pkg1.f1\nfrom pkg1 import f1\nf1.get("s3://b/x")\n'),
  ];
  const found = await detectAll(files, {
    read: async (paths) => {
      parsed += paths.length;
      return files.filter(({ path }) => paths.includes(path));
    },
  });
  t.same(
    found.map(({ sourceFiles }) => sourceFiles),
    [['good.py', 'main.py']],
  );
  t.equal(parsed, 0);
});

/** A client, and what is done with it: where a bound is passed, the answer must say so. */
const s3 = 'import boto3\ns3 = boto3.client("s3")\n';
const rows = (count: number, row: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => row(i)).join('');
const bounds: [string, string, RegExp][] = [
  [
    'a list of too many elements',
    `KEYS = [${rows(2100, (i) => `"k${i}", `)}]\ns3.delete_objects(Bucket="b", Delete={"Objects": [{"Key": k} for k in KEYS]})\n`,
    /more than 2000|too many alternatives/,
  ],
  [
    'lists that are joined to too many elements',
    `A = [${rows(1100, (i) => `"a${i}", `)}]\nB = [${rows(1100, (i) => `"b${i}", `)}]\nfor k in A + B:\n    s3.get_object(Bucket="b", Key=k)\n`,
    /more than 2000|too many (?:alternatives|rounds)/,
  ],
  [
    'a name that is set in too many branches',
    `def f(x):\n${rows(60, (i) => `    if x == ${i}:\n        k = "k${i}"\n`)}    s3.get_object(Bucket="b", Key=k)\n`,
    /set in more than 48 places|too many alternatives/,
  ],
  [
    'pairs in a loop of too many rounds',
    `PAIRS = [${rows(60, (i) => `("b${i}", "k${i}"), `)}]\nfor b, k in PAIRS:\n    s3.get_object(Bucket=b, Key=k)\n`,
    /too many rounds to distinguish/,
  ],
  [
    'a function that is called in too many ways',
    `def get(b, k): s3.get_object(Bucket=b, Key=k)\n${rows(300, (i) => `get("b${i}", "k${i}")\n`)}`,
    /called in more than 200 ways/,
  ],
  [
    'a query that is too long to search',
    `con.execute("""SELECT ${'x, '.repeat(20_000)} FROM read_parquet('s3://b/k.parquet')""")\n`,
    /longer than 50000 characters/,
  ],
  [
    'too many calls of what calls give',
    `def put(k): s3.put_object(Bucket="b", Key=k)\n${rows(2001, (i) => `wrap(${i})(1)\n`)}log(put)("last")\n`,
    /more than 2000 of them/,
  ],
];

for (const [what, text, why] of bounds)
  t.test(`${what}: said with file and line`, async (t) => {
    const { unresolved } = await extract('s3-paths', [file('many.py', s3 + text)]);
    const said = unresolved.filter((gap) => why.test(gap.why));
    t.ok(said.length > 0, JSON.stringify(unresolved.slice(0, 5)));
    t.ok(said.every(({ path, line }) => path === 'many.py' && line > 0));
  });

t.test('a YAML file that grows by its aliases', async (t) => {
  const rows = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 12; i++) rows.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}*a${i - 1}]`);
  const source = file('bomb.yaml', `${rows.join('\n')}\nuri: s3://b/c\n`);
  for (const detector of ['data', 's3-paths', 'iam-paths']) {
    const found = await extract(detector, [source]);
    t.match(found.unresolved, [{ path: 'bomb.yaml', why: /large|parse/ }], detector);
  }
});

t.test('every detector takes no files, an empty file and noise', async (t) => {
  const noise = file('noise.py', Buffer.from(Array.from({ length: 500 }, (_, i) => 32 + ((i * 7919) % 95))));
  for (const detector of detectors.values()) {
    const options = { name: 'X', pattern: 'x' };
    for (const files of [[], [file('empty.py', '')], [noise], [file('empty.json', '')]]) {
      const found = await extract(detector.name, files, options);
      t.type(found.parts.length, 'number', detector.name);
    }
  }
});

t.test('secrets of many kinds are refused by place, in any detector', async (t) => {
  const secrets = [
    `AKIA${'Z'.repeat(16)}`,
    `ghp_${'a1B2'.repeat(9)}`,
    '-----BEGIN RSA PRIVATE KEY-----',
    'postgres://u:hunter22@h/db',
  ];
  for (const secret of secrets) {
    const source = file('a.py', `# realm:export x\nX = {"a": ["fine", "${secret}"]}\n`);
    for (const detector of ['constant', 'annotation', 'pattern']) {
      const options = { name: 'X', pattern: '"(?<found>[^"]+)"' };
      const error: unknown = await extract(detector, [source], options).catch((error: unknown) => error);
      t.match(error, { code: 'secret-refused', message: /a\.py:2/ }, `${detector} ${secret.slice(0, 4)}`);
      t.notOk(JSON.stringify(error).includes(secret) || String(error).includes(secret));
    }
  }
  t.same(
    (
      await extract('data', [
        file('a.json', '{"sha": "4be1c02aa1bcf0c2f6c1f3a0d9d4b2f7a1c0e5d2", "token": "<TOKEN>"}'),
      ])
    ).parts.length,
    2,
  );
});

t.test('explaining moves no cursor', async (t) => {
  const found = await extract('constant', [file('a.py', 'X = "\\x1b[2Jhello"\n')], { name: 'X' });
  t.match(explain(found, []), '\\x1b[2Jhello');
});
