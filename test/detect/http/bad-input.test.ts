import t from 'tap';
import { extract } from '../../../lib/detect/index.ts';

/** As large as anybody may have it; by day a part of that shows the same. */
const nightly = process.env.REALM_NIGHTLY === '1';

const routes = async (files: Record<string, string>) => read('http-routes', files);
const calls = async (files: Record<string, string>) => read('http-calls', files);

async function read(detector: string, files: Record<string, string>) {
  const all = Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
  const { parts, unresolved } = await extract(detector, all, {});
  return { values: parts.map(({ value }) => value), unresolved };
}

t.test('routers that are mounted in each other', async (t) => {
  const { values, unresolved } = await routes({
    'a.js': `const express = require('express');
const a = express.Router(); const b = express.Router(); const app = express();
a.use('/b', b); b.use('/a', a); a.get('/x', h); b.get('/y', h); app.get('/ok', h);`,
    'b.py': `from fastapi import APIRouter
r = APIRouter(prefix="/r")
r.include_router(r, prefix="/again")
@r.get("/z")
def z(): ...`,
  });
  t.ok(values.includes('GET /ok'));
  t.match(unresolved, [{ why: 'it is mounted in itself' }]);
});

t.test('each of many routes is read', async (t) => {
  const count = nightly ? 10_000 : 2_000;
  const many = Array.from({ length: count }, (_, i) => `app.get('/r${i}/:id', handler);`);
  const { values, unresolved } = await routes({
    'a.js': ["const app = require('express')();", ...many].join('\n'),
  });
  t.equal(values.length, count);
  t.same(unresolved, []);
});

t.test('many routers in one another cost no more than their routes', async (t) => {
  const count = 60;
  const lines = ["const express = require('express');", 'const r0 = express();'];
  for (let i = 1; i <= count; i++) lines.push(`const r${i} = express.Router();`);
  // Two ways from each to the next: 2^60 from the first to the last.
  for (let i = 1; i <= count; i++) lines.push(`r${i - 1}.use('/a', r${i});`, `r${i - 1}.use('/b', r${i});`);
  lines.push(`r${count}.get('/end', h);`);
  const { unresolved } = await routes({ 'a.js': lines.join('\n') });
  t.match(unresolved, [{ why: 'it is mounted in more places than are followed' }]);
});

t.test('a large file', async (t) => {
  const line =
    'export const f%N = async (x) => { const r = await fetch("/p%N/" + x); const d = await r.json(); return d.a; };';
  const lines: string[] = [];
  for (let size = 0, i = 0; size < (nightly ? 900_000 : 100_000); i++) {
    lines.push(line.replaceAll('%N', String(i)));
    size += line.length + 4;
  }
  const { values, unresolved } = await calls({ 'a.js': lines.join('\n') });
  t.equal(values.length, lines.length);
  t.same(unresolved, []);
});

t.test('decorators with what nobody knows', async (t) => {
  const { values, unresolved } = await routes({
    'a.ts': `import { Controller, Get, Post } from '@nestjs/common';
@Controller(...paths) export class A { @Get(path()) a() {} @Post({ path: process.env.P }) b() {} @Get() c() {} }
@Controller export class B { @Get('x') x() {} }`,
    'b.py': `from fastapi import FastAPI
app = FastAPI()
@app.get(*args)
def a(): ...
@app.get
def b(): ...
@app.get(path=settings.path, **options)
def c(): ...
@app.api_route("/d", methods=methods)
def d(x: "List[") -> "Dict[str": ...
@app.get("/e")
def e(x: list[list[list[`.concat('list['.repeat(5), 'int', ']'.repeat(8), '] = None): ...\n'),
  });
  t.ok(values.includes('GET /e'));
  t.ok(unresolved.some(({ path, line }) => path === 'b.py' && line === 7));
  t.ok(unresolved.some(({ path }) => path === 'a.ts'));
});

t.test('names that objects have by themselves are no methods', async (t) => {
  const { values } = await routes({
    'a.js': `const app = require('express')();
app.constructor('/x', h); app.__proto__('/y', h); app.hasOwnProperty('/z', h); app.get('/__proto__', h);`,
  });
  t.same(values, ['GET /__proto__']);
});

t.test('requests that are not what they look like', async (t) => {
  const { values } = await calls({
    'a.ts': `import axios from 'axios';
const map = new Map(); map.get('/x'); cache.get('/y'); emitter.post('/z', {}); new URLSearchParams().get('/q');
function fetch(path: string) { return path; }
fetch('/own');
localStorage.get('/a'); app.get('setting');`,
    'b.py': `import requests
d = {}
d.get("/x")
request.get("/y")
os.environ.get("/z")`,
    'p/pact.json': '{"interactions": 3}',
    'x.http': 'GET\nPOST {{',
  });
  t.same(values, []);
});
