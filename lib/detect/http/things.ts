import type { Evaluator, Maker } from '../evaluate/evaluator.ts';
import { type Located, plain, text, type Value } from '../evaluate/values.ts';
import { moduleOf } from '../syntax/imports.ts';
import type { Call, Expr, Module } from '../syntax/ir.ts';
import { madeAt, ofFactory } from './factories.ts';
import { resolved } from './urls.ts';

/** Something that routes or requests hang in, as a call makes it. */
export type Thing = Extract<Value, { t: 'thing' }>;

/** Where the libraries are imported from, as `library.member`, and what they make. */
const routers: Record<string, string> = {
  express: 'express',
  'express.Router': 'express',
  'express.express': 'express',
  'express-promise-router': 'express',
  'express-ws': 'express',
  fastify: 'fastify',
  'fastify.fastify': 'fastify',
  'fastify.Fastify': 'fastify',
  'hono.Hono': 'hono',
  'hono/tiny.Hono': 'hono',
  'hono/quick.Hono': 'hono',
  '@hono/zod-openapi.OpenAPIHono': 'hono',
  koa: 'koa',
  'koa.default': 'koa',
  'koa-router': 'koa',
  '@koa/router': 'koa',
  'koa-router.Router': 'koa',
  '@koa/router.Router': 'koa',
  'fastapi.FastAPI': 'fastapi',
  'fastapi.APIRouter': 'fastapi',
  'fastapi.applications.FastAPI': 'fastapi',
  'fastapi.routing.APIRouter': 'fastapi',
  'fastapi.routing': 'fastapi',
  'flask.Flask': 'flask',
  'flask.Blueprint': 'flask',
  'flask.blueprints.Blueprint': 'flask',
  'flask_openapi3.OpenAPI': 'flask',
  'flask_openapi3.APIBlueprint': 'flask',
  'flask_smorest.Blueprint': 'flask',
  'apiflask.APIFlask': 'flask',
  'apiflask.APIBlueprint': 'flask',
  'flask_restful.Api': 'flask',
  'flask_restx.Api': 'flask',
  'flask_restx.Namespace': 'flask',
  'flask_restplus.Api': 'flask',
  'flask_restplus.Namespace': 'flask',
  'quart.Quart': 'flask',
  'quart.Blueprint': 'flask',
  'aiohttp.web.Application': 'aiohttp',
  'aiohttp.web.RouteTableDef': 'aiohttp',
  'rest_framework.routers.DefaultRouter': 'drf',
  'rest_framework.routers.SimpleRouter': 'drf',
  'rest_framework_extensions.routers.ExtendedSimpleRouter': 'drf',
  'rest_framework_extensions.routers.ExtendedDefaultRouter': 'drf',
  'rest_framework_nested.routers.SimpleRouter': 'drf',
  'rest_framework_nested.routers.DefaultRouter': 'drf',
  'rest_framework_nested.routers.NestedSimpleRouter': 'drf',
  'rest_framework_nested.routers.NestedDefaultRouter': 'drf',
};

/** Prefixes that a router is made with, by name. */
const prefixes = ['prefix', 'url_prefix'];

/** Clients, what they are called here, and the names of what holds their base; a number: its place. */
const clients: Record<string, { kind: string; base: (string | number)[] }> = {
  'axios.create': { kind: 'axios', base: ['baseURL'] },
  'axios.Axios': { kind: 'axios', base: ['baseURL'] },
  'ky.create': { kind: 'ky', base: ['prefixUrl', 'prefix', 'baseUrl'] },
  'ky.extend': { kind: 'ky', base: ['prefixUrl', 'prefix', 'baseUrl'] },
  'got.extend': { kind: 'got', base: ['prefixUrl'] },
  'got.got.extend': { kind: 'got', base: ['prefixUrl'] },
  'ofetch.ofetch.create': { kind: 'ofetch', base: ['baseURL'] },
  'ofetch.$fetch.create': { kind: 'ofetch', base: ['baseURL'] },
  'fetch-retry': { kind: 'fetch', base: [] },
  'fetch-cookie': { kind: 'fetch', base: [] },
  'openapi-react-query': { kind: 'openapi-query', base: [] },
  'openapi-fetch': { kind: 'openapi-fetch', base: ['baseUrl'] },
  'requests.Session': { kind: 'requests', base: [] },
  'requests.session': { kind: 'requests', base: [] },
  'requests.sessions.Session': { kind: 'requests', base: [] },
  'requests_toolbelt.sessions.BaseUrlSession': { kind: 'requests', base: ['base_url', 0] },
  'httpx.Client': { kind: 'httpx', base: ['base_url'] },
  'httpx.AsyncClient': { kind: 'httpx', base: ['base_url'] },
  'aiohttp.ClientSession': { kind: 'aiohttp', base: ['base_url', 0] },
  'urllib.request.build_opener': { kind: 'urllib', base: [] },
  'requests_cache.CachedSession': { kind: 'requests', base: [] },
  'requests_oauthlib.OAuth2Session': { kind: 'requests', base: [] },
  'requests_futures.sessions.FuturesSession': { kind: 'requests', base: [] },
  'authlib.integrations.httpx_client.AsyncOAuth2Client': { kind: 'httpx', base: ['base_url'] },
  'aiohttp_client_cache.CachedSession': { kind: 'aiohttp', base: ['base_url', 0] },
  'aiohttp_retry.RetryClient': { kind: 'aiohttp', base: [] },
  'aiohttp.client.ClientSession': { kind: 'aiohttp', base: ['base_url', 0] },
};

/** The library whose client something is that is imported under this name, and where its base stands. */
export const clientNamed = (name: string): { kind: string; base: (string | number)[] } | undefined =>
  own(clients, name);

/** The framework whose router something is that is imported under this name. */
export const routerNamed = (name: string): string | undefined => own(routers, name);

const made = new WeakMap<Evaluator, Map<Call, Thing>>();

/** Makes routers and clients out of the calls that create them: one thing for each call, so that it is known by its identity. */
export const httpThings: Maker = (call, at, e) => {
  const name = importedAs(call.callee, at.module);
  if (name === 'fastify-plugin' && call.args[0]) return e.evaluate({ ...at, expr: call.args[0].value });
  if (name === undefined && isRequired(call)) return requiredModule(call, at, e);
  if (name === 'urllib.parse.urljoin' || (call.callee.kind === 'name' && call.callee.name === 'URL'))
    return address(call, name !== undefined, at, e);
  if (name !== undefined && queries.test(name)) return queryOf(call, at, e);
  if (name === undefined && call.callee.kind === 'name' && call.callee.name === 'URLSearchParams')
    return queryOf(call, at, e);
  if (kept.test(name ?? (call.callee.kind === 'name' ? call.callee.name : ''))) {
    const [first] = call.args;
    if (first?.value.kind === 'function') return e.invoke(first.value.scope, [], at);
  }
  if (name === '@angular/core.inject' && call.args[0])
    return e
      .evaluate({ ...at, expr: call.args[0].value })
      .map((value) => (value.t === 'class' ? { t: 'instance', scope: value.scope, env: undefined } : value));
  if (name === '@hono/zod-openapi.createRoute' && call.args[0])
    return e.evaluate({ ...at, expr: call.args[0].value });
  const known = made.get(e) ?? new Map<Call, Thing>();
  made.set(e, known);
  const router = name === undefined ? undefined : own(routers, name);
  if (router !== undefined) {
    const before = known.get(call);
    if (before) return [before];
    const props = new Map<string, Value[]>([['prefix', prefixOf(call, at, e)]]);
    if (router === 'flask' && /\.Api$/.test(name ?? '')) props.set('under', option(call, [0, 'app'], at, e));
    const end = router === 'drf' ? optionAt(call, ['trailing_slash'], at, e)?.expr : undefined;
    if (end?.kind === 'literal' && end.value === false) props.set('end', [text('')]);
    const thing: Thing = { t: 'thing', type: `router ${router}`, props };
    // `app.router.add_get(…)`
    if (router === 'aiohttp') props.set('router', [thing]);
    return [keep(known, call, thing)];
  }
  if (name === 'hono/factory.createFactory') return [{ t: 'thing', type: 'factory hono', props: new Map() }];
  const client = name === undefined ? undefined : own(clients, name);
  if (client?.kind === 'openapi-query') {
    const [inner] = call.args[0] ? e.evaluate({ ...at, expr: call.args[0].value }) : [];
    return [clientThing('openapi-query', inner?.t === 'thing' ? (inner.props.get('base') ?? []) : [])];
  }
  if (client !== undefined) {
    const base = client.base.flatMap((key) => option(call, [key], at, e));
    return [clientThing(client.kind, base)];
  }
  if (name !== undefined && isKiota(name, call)) return [clientThing('kiota', [])];
  if (name !== undefined && isApi(name, at.module) && !isOwnClass(call, at, e))
    return [clientThing('generated', [])];
  const { callee } = call;
  if (callee.kind === 'call') return decorated(call, callee, at, e);
  if (callee.kind !== 'member') return callee.kind === 'name' ? ofFactory(call, at, e) : undefined;
  if (name !== undefined && /^(?:zod|@sinclair\/typebox)\b/.test(name)) return schemaThing(at);
  if (/^(?:extend|partial|optional|nullable|array|merge|strict|passthrough)$/.test(callee.name)) {
    const [before] = e.evaluate({ ...at, expr: callee.object });
    if (before?.t === 'thing' && before.type === 'schema') return schemaThing(at);
  }
  if (callee.name === 'basePath') {
    const [outer] = e.evaluate({ ...at, expr: callee.object });
    const [path] = call.args;
    if (outer?.t !== 'thing' || outer.type !== 'router hono' || path === undefined) return undefined;
    const props = new Map([
      ['under', [outer as Value]],
      ['prefix', e.evaluate({ ...at, expr: path.value })],
    ]);
    return [known.get(call) ?? keep(known, call, { t: 'thing', type: 'router hono', props })];
  }
  // `api.extend({…})` of a client that was made before
  if (/^(?:create|extend)$/.test(callee.name)) {
    const [outer] = e.evaluate({ ...at, expr: callee.object });
    if (outer?.t !== 'thing' || !outer.type.startsWith('client ')) return undefined;
    const base = ['baseURL', 'prefixUrl', 'prefix'].flatMap((key) => option(call, [key], at, e));
    return [clientThing(outer.type.slice(7), base.length > 0 ? base : (outer.props.get('base') ?? []))];
  }
  if (callee.name === 'assign' && callee.object.kind === 'name' && callee.object.name === 'Object')
    return assigned(call, at, e);
  if (callee.name === 'createApp' || callee.name === 'createFactory') {
    const from = callee.object;
    const factory = e.evaluate({ ...at, expr: from });
    const isOne = factory.some((value) => value.t === 'thing' && value.type === 'factory hono');
    return isOne
      ? [known.get(call) ?? keep(known, call, { t: 'thing', type: 'router hono', props: new Map() })]
      : undefined;
  }
  // aiohttp's `resource = app.router.add_resource('/x')`
  if (callee.name === 'add_resource') {
    const outer = e.evaluate({ ...at, expr: callee.object }).find(({ t }) => t === 'thing');
    if (outer?.t !== 'thing' || outer.type !== 'router aiohttp') return undefined;
    const props = new Map<string, Value[]>([
      ['under', [outer]],
      ['prefix', option(call, ['path', 0], at, e)],
    ]);
    return [known.get(call) ?? keep(known, call, { t: 'thing', type: 'router aiohttp', props })];
  }
  // yarl's `base.join(URL('/x'))`
  if (callee.name === 'join' && call.args[0]?.value.kind === 'call' && at.module.language === 'python') {
    const [{ value }] = call.args as [{ value: Call }];
    if (importedAs(value.callee, at.module) === 'yarl.URL')
      return e.joinPaths([e.evaluate({ ...at, expr: callee.object }), e.evaluate({ ...at, expr: value })]);
  }
  if (callee.name === 'with_path' && call.args[0])
    return e.concat([
      e.evaluate({ ...at, expr: callee.object }).map(originOf),
      e.evaluate({ ...at, expr: call.args[0].value }),
    ]);
  if (name === 'yarl.URL.build') {
    const part = (key: string) => option(call, [key], at, e);
    const host = part('host');
    if (host.length === 0) return undefined;
    const scheme = part('scheme');
    return e.joinPaths([
      e.concat([scheme.length > 0 ? scheme : [text('http')], [text('://')], host]),
      part('path'),
    ]);
  }
  if (chained.test(callee.name)) {
    const values = e.evaluate({ ...at, expr: callee.object });
    const isOne = (value: Value) =>
      value.t === 'thing' && /^router (?:hono|koa|express|fastify)$/.test(value.type);
    return values.some(isOne) ? values.filter(isOne) : undefined;
  }
  // What gives the same router back, so that calls can be chained.
  if (/^(?:routes|middleware|withTypeProvider|setup)$/.test(callee.name) && call.args.length < 2) {
    const values = e.evaluate({ ...at, expr: callee.object });
    return values.some((value) => value.t === 'thing' && value.type.startsWith('router '))
      ? values
      : undefined;
  }
  return ofFactory(call, at, e);
};

/** A function with what a library puts around it: `backoff.on_exception(…)(send)` is called like `send`. */
function decorated({ args }: Call, made: Call, at: Located, e: Evaluator): Value[] | undefined {
  const [first, ...others] = args;
  if (!first || others.length > 0 || importedAs(made.callee, at.module) === undefined) return undefined;
  if (e.evaluate({ ...at, expr: made.callee }).some(({ t }) => t !== 'unknown')) return undefined;
  const values = e.evaluate({ ...at, expr: first.value });
  return values.length > 0 && values.every(({ t }) => t === 'function') ? values : undefined;
}

/** Functions that make the text of a query out of names and values. */
const queries =
  /^(?:urllib\.parse\.urlencode|qs\.stringify|qs|(?:node:)?(?:query-string|querystring)\.stringify)$/;

/** Functions that give what the function that they are given gives. */
const kept = /^(?:useMemo|react\.(?:useMemo|cache)|p-memoize|memoizee|lodash(?:\/|\.)?(?:once|memoize))$/;

/** A query of which the names are known: `q={}&n={}`. */
function queryOf(call: Call, at: Located, e: Evaluator): Value[] | undefined {
  const [first] = call.args;
  const [value, ...others] = first ? e.evaluate({ ...at, expr: first.value }) : [];
  if (value?.t !== 'map' || others.length > 0 || value.source?.spreads.length) return undefined;
  const names = value.entries.map(({ key }) => plain(e.evaluate(key)[0]));
  if (names.length === 0 || names.some((name) => name === undefined)) return undefined;
  const parts = names.flatMap((name, i) => [
    `${i === 0 ? '' : '&'}${name}=`,
    { why: 'a value of a query', label: String(name) },
  ]);
  return [{ t: 'text', parts }];
}

/** What stands before the path of an address. */
function originOf(value: Value): Value {
  if (value.t !== 'text') return value;
  const [first] = value.parts;
  const start = typeof first === 'string' ? /^[a-z]+:\/\/[^/]*/i.exec(first)?.[0] : undefined;
  if (start === undefined) return value;
  const isWhole = start.length < String(first).length;
  const slash = value.parts.findIndex((part, i) => i > 0 && typeof part === 'string' && part.includes('/'));
  const rest = isWhole ? [] : value.parts.slice(1, slash < 0 ? undefined : slash);
  return { t: 'text', parts: [start, ...rest] };
}

/** `require('./routes')` and a dynamic import, not as the value of a declaration, which is an import of its own. */
const isRequired = ({ callee }: Call): boolean =>
  (callee.kind === 'name' && callee.name === 'require') ||
  (callee.kind === 'opaque' && callee.text === 'import');

function requiredModule({ args }: Call, { module }: Located, e: Evaluator): Value[] | undefined {
  const [from] = args;
  if (from?.value.kind !== 'text' || !from.value.value.startsWith('.')) return undefined;
  const target = moduleOf(from.value.value, module, e.modules);
  if (target) return [{ t: 'module', module: target.module }];
  e.wanted?.import(module, { from: from.value.value }, undefined);
  return undefined;
}

/** `new URL('/x', base)`, `urljoin(base, '/x')`, as one text. */
function address({ args }: Call, baseFirst: boolean, at: Located, e: Evaluator): Value[] | undefined {
  const [first, second] = args.map(({ value }) => e.evaluate({ ...at, expr: value }));
  const [base, path] = baseFirst ? [first, second] : [second, first];
  if (path === undefined || base === undefined) return first;
  const isAbsolute = path.every((value) =>
    /^[a-z]+:\/\//i.test(String(value.t === 'text' ? value.parts[0] : '')),
  );
  if (isAbsolute) return path;
  return base.flatMap((start) => path.map((reference) => resolved(start, reference)));
}

/** Methods of routers that give the router back. */
const chained =
  /^(?:get|post|put|patch|delete|del|all|head|options|use|on|route|mount|notFound|onError|openapi|doc|prefix|register)$/;

/** `Object.assign({…}, options)`, as one object. */
function assigned({ args }: Call, at: Located, e: Evaluator): Value[] | undefined {
  const maps = args.map(({ value }) =>
    e.evaluate({ ...at, expr: value }).find((option) => option.t === 'map'),
  );
  if (maps[0] === undefined) return undefined;
  return [{ t: 'map', entries: maps.flatMap((map) => (map?.t === 'map' ? map.entries : [])) }];
}

function keep(known: Map<Call, Thing>, call: Call, thing: Thing): Thing {
  known.set(call, thing);
  return madeAt(thing, call, prefixOf);
}

/** The prefix that a call makes a router with. */
function prefixOf(call: Call, at: Located, e: Evaluator): Value[] {
  const name = importedAs(call.callee, at.module) ?? '';
  if (/\.Nested\w+Router$/.test(name)) {
    const lookup = option(call, ['lookup'], at, e).map((value) => plain(value) ?? 'parent');
    return e.concat([option(call, [1], at, e), [text(`/{${lookup[0] ?? 'parent'}_pk}/`)]]);
  }
  if (/\.Namespace$/.test(name)) {
    const path = option(call, ['path'], at, e);
    return path.length > 0 ? path : e.concat([[text('/')], option(call, [0, 'name'], at, e)]);
  }
  return prefixes.flatMap((key) => option(call, [key], at, e));
}

const clientThing = (kind: string, base: Value[]): Thing => ({
  t: 'thing',
  type: `client ${kind}`,
  props: new Map([['base', base]]),
});

/** A schema of zod's or TypeBox's: where it is written. */
const schemaThing = (at: Located): Value[] => [
  { t: 'thing', type: 'schema', props: new Map([['source', [{ t: 'list', items: [at] }]]]) },
];

const own = <T>(table: Record<string, T>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** `InvoicesApi` of a generated client: a package, or a folder of what was generated. */
const isApi = (name: string, module: Module): boolean =>
  /\.[A-Z]\w*Api$/.test(name) &&
  /^(?:typescript|javascript|python)$/.test(module.language) &&
  /^[^.]|client|generated|openapi|api/i.test(name);

/** Whether a class is one of these files, and none that a generator wrote. */
function isOwnClass({ callee }: Call, at: Located, e: Evaluator): boolean {
  const [value] = e.evaluate({ ...at, expr: callee });
  if (value?.t !== 'class') return false;
  const { bases, scopes } = value.scope;
  const isDerived = bases.some(
    (base) => (base.kind === 'name' || base.kind === 'member') && base.name === 'BaseAPI',
  );
  const made = [...(scopes.get('constructor') ?? []), ...(scopes.get('__init__') ?? [])];
  const isGiven = made.some(({ params }) =>
    params.some((param) => /^(?:api_?client|configuration|base_?path)$/i.test(param.name)),
  );
  return !isDerived && !isGiven;
}

/** Kiota's `createPostsClient(adapter)`. */
const isKiota = (name: string, { args }: Call): boolean =>
  /\.create[A-Z]\w*Client$/.test(name) &&
  args.length === 1 &&
  args[0]?.value.kind === 'name' &&
  /adapter/i.test(args[0].value.name);

/** An option of a call: an argument by its name or place, or an entry of the object that it is given. */
function option(call: Call, keys: readonly (string | number)[], at: Located, e: Evaluator): Value[] {
  const found = optionAt(call, keys, at, e);
  return found === undefined ? [] : e.evaluate(found);
}

/** Where such an option stands. */
export function optionAt(
  call: Call,
  keys: readonly (string | number)[],
  at: Located,
  e: Evaluator,
): Located | undefined {
  const positional = call.args.filter(({ name }) => name === undefined);
  for (const key of keys) {
    const arg = typeof key === 'number' ? positional[key] : call.args.find(({ name }) => name === key);
    if (arg) return { ...at, expr: arg.value };
    if (typeof key === 'number') continue;
    for (const { value } of positional) {
      if (!/^(?:map|name|call)$/.test(value.kind)) continue;
      const entry = e.entry({ ...at, expr: value }, key);
      if (entry) return entry;
    }
  }
  return undefined;
}

/** Where what a name or a chain of names means is imported from: `express.Router`, `aiohttp.web.Application`. */
export function importedAs(expr: Expr, module: Module): string | undefined {
  if (expr.kind === 'member') {
    const object = importedAs(expr.object, module);
    return object === undefined ? undefined : `${object}.${expr.name}`;
  }
  if (expr.kind === 'call') {
    // `require('express')()`
    const [from] = expr.args;
    const isRequire = expr.callee.kind === 'name' && expr.callee.name === 'require';
    return isRequire && from?.value.kind === 'text' ? from.value.value : undefined;
  }
  if (expr.kind !== 'name') return undefined;
  const entry = importsOf(module).get(expr.name);
  if (entry === undefined) return undefined;
  return entry.member === undefined || entry.member === 'default'
    ? entry.from
    : `${entry.from}.${entry.member}`;
}

const byLocal = new WeakMap<Module, Map<string, Module['imports'][number]>>();

/** The imports of a module by their names in it. Python's `import a.b` is known as `a`. */
function importsOf(module: Module): Map<string, Module['imports'][number]> {
  const known = byLocal.get(module);
  if (known) return known;
  const found = new Map<string, Module['imports'][number]>();
  for (const entry of module.imports) {
    const [first = ''] = entry.local.split('.');
    const isDotted = entry.local !== first && entry.member === undefined;
    if (!found.has(first)) found.set(first, isDotted ? { ...entry, local: first, from: first } : entry);
  }
  byLocal.set(module, found);
  return found;
}

/** Whether a module imports something whose name has one of these words. */
export const importsAny = (module: Module, words: RegExp): boolean =>
  module.imports.some(({ from }) => words.test(from));
