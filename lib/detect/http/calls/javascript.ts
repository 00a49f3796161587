import type { Evaluator } from '../../evaluate/evaluator.ts';
import { classAround, written as spelled } from '../../evaluate/scopes.ts';
import { type Env, type Located, unknown, type Value } from '../../evaluate/values.ts';
import { isProduct } from '../../product.ts';
import type { Call, Expr, Module, Scope } from '../../syntax/ir.ts';
import type { Unresolved } from '../../types.ts';
import { readEach } from '../each.ts';
import { isScript } from '../script-routers.ts';
import { importedAs } from '../things.ts';
import type { CallReader, HttpCall, Program } from '../types.ts';
import { Used } from '../used.ts';
import { generatedOperation, isGeneratedClient, kiotaPath, openBase } from './generated.ts';
import { looksLikeFetch, looksLikeRequest } from './likely.ts';
import { addressAt, madeBy, type Request, read, readsOf } from './request.ts';

/** How a library is asked, and where in its result the body is. */
interface Library {
  kind: string;
  /** The operation of a generated client. */
  operation?: string;
  base: Value[];
}

const verbs = /^(?:get|post|put|patch|delete|head|options)$/;

/** Libraries whose function is called like `fetch`. */
const fetchers =
  /^(?:node-fetch|cross-fetch|isomorphic-fetch|isomorphic-unfetch|undici\.fetch|undici|whatwg-fetch|expo\/fetch\.fetch|@tauri-apps\/plugin-http\.fetch)$/;

/** What clients are declared as. */
const clientTypes: [RegExp, string][] = [
  [/^:?\s*Axios(?:Instance|Static)\b/, 'axios'],
  [/^:?\s*(?:typeof ky\b|KyInstance\b)/, 'ky'],
  [/^:?\s*Got\b/, 'got'],
  [/^:?\s*(?:\$Fetch|FetchInstance)\b/, 'ofetch'],
  [/^:?\s*HttpService\b/, 'axios'],
  [/^:?\s*HttpClient\b/, 'angular'],
];

/** fetch, axios, ky, got, ofetch, openapi-fetch, and generated clients by operation. */
export const scriptCalls: CallReader = async (program) => {
  const { e } = program;
  const used = new Used(e, program.text);
  const found: HttpCall[] = [];
  const unresolved: Unresolved[] = [];
  const open = await readEach(
    program,
    (module) => isScript(module) && isProduct(module.path) && !isGeneratedClient(module, program),
    (module) => {
      for (const call of module.calls) {
        if (e.spent) return;
        const library = e.glancing(() => libraryOf(call, undefined, module, program));
        if (library === undefined) continue;
        e.startPlace(call.line);
        if (library.kind === 'generated') {
          found.push(...operationOf(call, library.operation, module, used));
          continue;
        }
        const ask = (env: Env | undefined) =>
          requestOf(call, libraryOf(call, env, module, program) ?? library, env, module, program);
        const reading = read(call, module, ask, used, program);
        found.push(...reading.found);
        unresolved.push(...reading.unresolved);
      }
    },
  );
  return { found: distinct(found), unresolved: [...unresolved, ...open] };
};

/** One of what is the same in all but its ways. */
export function distinct(found: readonly HttpCall[]): HttpCall[] {
  const seen = new Map<string, HttpCall>();
  for (const call of found) {
    const { method, template, base, path, line, operation } = call;
    const key = JSON.stringify([method, template, base, path, line, operation]);
    const known = seen.get(key);
    if (known === undefined) seen.set(key, call);
    else
      seen.set(key, {
        ...known,
        ...both('reads', known, call),
        ...both('sends', known, call),
        ...both('query', known, call),
        whole: (known.whole ?? []).filter((part) => call.whole?.includes(part)),
      });
  }
  return [...seen.values()];
}

function both(key: 'reads' | 'sends' | 'query', a: HttpCall, b: HttpCall): Partial<HttpCall> {
  const all = [...new Set([...(a[key] ?? []), ...(b[key] ?? [])])].sort();
  return all.length > 0 ? { [key]: all } : {};
}

function libraryOf(call: Call, env: Env | undefined, module: Module, program: Program): Library | undefined {
  const { e } = program;
  const { callee } = call;
  const name = importedAs(callee, module);
  if (
    callee.kind === 'name' ||
    (callee.kind === 'member' && /^(?:window|globalThis|self)$/.test(nameOf(callee.object)))
  ) {
    const own = callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';
    if (own === 'fetch' && (name === undefined || fetchers.test(name)) && !isDefined(callee, e, module))
      return { kind: 'fetch', base: [] };
    if (own === '$fetch' && !isDefined(callee, e, module)) return { kind: 'ofetch', base: [] };
    if (name !== undefined && fetchers.test(name)) return { kind: 'fetch', base: [] };
    if (name === 'ofetch.ofetch' || name === 'ofetch.$fetch') return { kind: 'ofetch', base: [] };
  }
  const whole = /^(axios|ky|got)(?:\.got|\.default)?(?:\.(\w+))?$/.exec(name ?? '');
  if (whole) {
    const [, kind = '', method] = whole;
    const isRequest =
      method === undefined || verbs.test(method) || /^(?:request|stream|paginate)$/.test(method);
    return isRequest ? { kind, base: [] } : undefined;
  }
  if (/^swr(?:\/\w+)?(?:\.\w+)?$/.test(name ?? '') && call.args.length === 1)
    return { kind: 'swr', base: [] };
  const at: Located = { expr: call, env, module };
  const operation = generatedOperation(call, at, program);
  if (operation !== undefined) return { kind: 'generated', base: [], operation };
  if (callee.kind === 'member' && kiotaPath(callee, at, e)) return { kind: 'kiota', base: [] };
  const first = call.args[0]?.value;
  const isMethod =
    callee.kind === 'member' && (verbs.test(callee.name.toLowerCase()) || callee.name === 'request');
  if (callee.kind === 'member') {
    const isDirect =
      first !== undefined && (first.kind === 'map' || first.kind === 'text' || first.kind === 'template');
    const values = e.evaluate({ expr: callee.object, env, module });
    if (/^use(?:Suspense|Infinite)?(?:Query|Mutation)$|^queryOptions$/.test(callee.name)) {
      const [method, path] = call.args;
      const isVerb = method?.value.kind === 'text' && verbs.test(method.value.value);
      if (isVerb && path?.value.kind === 'text' && path.value.value.startsWith('/')) {
        const isKnown = values.some((value) => value.t === 'thing');
        return { kind: 'openapi-query', base: isKnown ? basesOf(values) : openBase(nameOf(callee.object)) };
      }
    }
    const client = values.find((value) => value.t === 'thing' && value.type.startsWith('client '));
    if (client?.t === 'thing') {
      const kind = client.type.slice(7);
      if (kind === 'generated')
        return /^(?:then|catch|constructor)$/.test(callee.name) ? undefined : { kind, base: [] };
      return isMethod ? { kind, base: basesOf(values) } : undefined;
    }
    // Nothing else has methods of this case, for paths as OpenAPI writes them.
    if (
      /^(?:GET|POST|PUT|PATCH|DELETE)$/.test(callee.name) &&
      first?.kind === 'text' &&
      first.value.startsWith('/')
    )
      return {
        kind: 'openapi-fetch',
        base: [unknown('the client is made elsewhere', nameOf(callee.object) || 'client')],
      };
    // `this.http.axiosRef.get(…)` of Nest's service
    const holder =
      callee.object.kind === 'member' && callee.object.name === 'axiosRef' ? callee.object.object : undefined;
    const type = isMethod ? (declaredType(holder ?? callee.object) ?? '') : '';
    const declared = clientTypes.find(([shape]) => shape.test(type));
    if (declared) return { kind: declared[1], base: openBase(nameOf(callee.object)) };
    if (isMethod && looksLikeRequest(call, values, at, e))
      return { kind: 'axios', base: openBase(nameOf(callee.object)) };
    if (callee.name === 'fetch' && looksLikeFetch(call, e.evaluate({ ...at, expr: callee }), at, e))
      return { kind: 'fetch', base: [] };
    if (!isDirect) return undefined;
  }
  // `http({ url })`: an instance that is called itself
  // `fetchRetry(fetch, options)(url)`
  const isMade = callee.kind === 'call' && importedAs(callee.callee, module) !== undefined;
  if (first === undefined || !(callee.kind === 'name' || callee.kind === 'member' || isMade))
    return undefined;
  if (callee.kind === 'name' && isFunction(callee)) return undefined;
  const values = e.evaluate({ expr: callee, env, module });
  const client = values.find((value) => value.t === 'thing' && value.type.startsWith('client '));
  if (client?.t === 'thing' && client.type !== 'client generated')
    return { kind: client.type.slice(7), base: basesOf(values) };
  const isForeign = callee.kind === 'name' && name !== undefined;
  return isForeign && looksLikeFetch(call, values, at, e)
    ? { kind: 'fetch', base: openBase(callee.name) }
    : undefined;
}

const basesOf = (values: readonly Value[]): Value[] =>
  values.flatMap((value) => (value.t === 'thing' ? (value.props.get('base') ?? []) : []));

function requestOf(
  call: Call,
  { kind, base }: Library,
  env: Env | undefined,
  module: Module,
  { e }: Program,
): Request | undefined {
  const { callee } = call;
  const at: Located = { expr: call, env, module };
  const own = callee.kind === 'member' ? callee.name.toLowerCase() : '';
  const verb = verbs.test(own) ? own.toUpperCase() : undefined;
  const arg = (i: number): Located | undefined => {
    const given = call.args[i];
    return given && { ...at, expr: given.value };
  };
  const [first, second, third] = [arg(0), arg(1), arg(2)];
  if (kind === 'kiota') {
    const path = kiotaPath(callee, at, e);
    const body = verb === 'GET' || verb === 'DELETE' ? undefined : first;
    const address = path && { ...at, expr: path };
    return (
      address && {
        call,
        module,
        env,
        client: base,
        how: howOf(call),
        method: verb,
        address,
        body,
        result: [],
      }
    );
  }
  if (first === undefined) return undefined;
  const entry = (of: Located | undefined, ...keys: string[]): Located | undefined =>
    of && keys.map((key) => e.entry(of, key)).find((found) => found !== undefined);
  const isUnread = (of: Located | undefined): boolean =>
    of !== undefined &&
    e.evaluate(of).some((value) => value.t === 'unknown' || (value.t === 'map' && value.open === true));
  const common = { call, module, env, client: base, how: howOf(call) };
  switch (kind) {
    case 'fetch':
    case 'ofetch': {
      const made = madeBy(first, /^Request$/, e);
      const [url, init] = made
        ? made.call.args.map(({ value }): Located => ({ ...made.at, expr: value }))
        : [first, second];
      if (url === undefined) return undefined;
      const body = entry(init, 'body');
      return {
        ...common,
        method: entry(init, 'method'),
        address: addressAt(url),
        query: entry(init, 'query', 'params'),
        body,
        isOpen: isUnread(init),
        result: kind === 'fetch' ? ['json()'] : [],
      };
    }
    case 'axios': {
      const isConfig = verb === undefined && e.evaluate(first).some(({ t }) => t === 'map');
      const hasBody = verb !== undefined && /^(?:POST|PUT|PATCH)$/.test(verb);
      const config = isConfig ? first : hasBody ? third : second;
      const address = isConfig ? entry(config, 'url') : first;
      if (address === undefined) return undefined;
      const ownBase = entry(config, 'baseURL');
      return {
        ...common,
        client: ownBase ? e.evaluate(ownBase) : base,
        method: verb ?? entry(config, 'method'),
        address: addressAt(address),
        query: entry(config, 'params'),
        body: hasBody ? second : entry(config, 'data'),
        isOpen: isUnread(config),
        result: ['data'],
      };
    }
    case 'ky':
    case 'got': {
      const isConfig = e.evaluate(first).some(({ t }) => t === 'map');
      const config = isConfig ? first : second;
      const address = isConfig ? entry(config, 'url') : first;
      const prefix = entry(config, 'prefixUrl', 'prefix');
      if (address === undefined) return undefined;
      return {
        ...common,
        client: prefix ? e.evaluate(prefix) : base,
        method: verb ?? entry(config, 'method'),
        address: addressAt(address),
        query: entry(config, 'searchParams'),
        body: entry(config, 'json') ?? entry(config, 'form', 'body'),
        isOpen: isUnread(config),
        result: kind === 'ky' ? ['json()'] : ['json()', 'body'],
      };
    }
    case 'swr':
      return { ...common, method: 'GET', address: addressAt(first), result: ['data'] };
    case 'angular': {
      const isNamed = verb === undefined;
      const hasBody = verb !== undefined && /^(?:POST|PUT|PATCH)$/.test(verb);
      const [address, options] = isNamed ? [second, third] : [first, hasBody ? third : second];
      if (address === undefined) return undefined;
      return {
        ...common,
        method: verb ?? first,
        address: addressAt(address),
        query: entry(options, 'params'),
        body: hasBody ? second : entry(options, 'body'),
        isOpen: isUnread(options),
        result: ['subscribe()'],
      };
    }
    case 'openapi-query': {
      const params = entry(third, 'params');
      if (second === undefined) return undefined;
      return {
        ...common,
        method: first,
        address: second,
        query: entry(params, 'query'),
        body: entry(third, 'body'),
        isOpen: own === 'usemutation' || isUnread(third) || isUnread(params),
        result: ['data'],
      };
    }
    case 'openapi-fetch': {
      // `client.request('get', '/users')`
      const [path, options] = verb === undefined ? [second, third] : [first, second];
      const params = entry(options, 'params');
      if (path === undefined) return undefined;
      return {
        ...common,
        method: verb ?? first,
        address: path,
        query: entry(params, 'query'),
        body: entry(options, 'body'),
        isOpen: isUnread(options) || isUnread(params),
        result: ['data'],
      };
    }
    default:
      return undefined;
  }
}

/** A call of a generated client: only the operation is known. */
function operationOf(call: Call, known: string | undefined, module: Module, used: Used): HttpCall[] {
  const { callee } = call;
  const operation = known ?? (callee.kind === 'name' || callee.kind === 'member' ? callee.name : '');
  const all = used.of(call, module, undefined, []);
  const body = all.steps.some(([first]) => first === 'data') ? ['data'] : [];
  const { steps, isWhole } = body.length === 0 ? all : used.of(call, module, undefined, body);
  const reads = readsOf(steps, body);
  return [
    {
      method: '*',
      template: '/{*}',
      base: null,
      operation: operation.replace(/Raw$/, '').replace(/^use([A-Z])/, (_, first) => first.toLowerCase()),
      ...(reads.length > 0 ? { reads } : {}),
      ...(isWhole ? { whole: ['response'] as const } : {}),
      path: module.path,
      line: call.line,
      how: howOf(call),
    },
  ];
}

const howOf = ({ callee }: Call): string =>
  `${spelled(callee) ?? (callee.kind === 'member' ? callee.name : 'a request')}(…)`;

const nameOf = (expr: Expr): string => (expr.kind === 'name' || expr.kind === 'member' ? expr.name : '');

/** Whether a name is defined in the code around it as a function of its own: else it is the platform's, handed in or not. */
function isDefined(expr: Expr, e: Evaluator, module: Module): boolean {
  if (expr.kind !== 'name') return false;
  for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
    if (scope.kind === 'class') continue;
    if (scope.scopes.has(expr.name)) return true;
    if (!scope.bindings.has(expr.name)) continue;
    // `({ fetch }) => …`, `const { fetch } = event`
    const bound = scope.bindings.get(expr.name) ?? [];
    const isTaken = bound.every(({ value }) => value.kind === 'member' && value.name === expr.name);
    return !isTaken || e.evaluate({ expr, env: undefined, module }).some(({ t }) => t !== 'unknown');
  }
  return false;
}

function isFunction(expr: Expr): boolean {
  if (expr.kind !== 'name') return false;
  for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
    if (scope.bindings.has(expr.name) || scope.params.some(({ name }) => name === expr.name)) return false;
    if (scope.scopes.has(expr.name)) return true;
  }
  return false;
}

/** The type that a parameter or field is declared as. */
export function declaredType(expr: Expr): string | undefined {
  if (expr.kind === 'name') {
    for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
      const param = scope.params.find(({ name }) => name === expr.name);
      if (param) return param.type;
      if (scope.bindings.has(expr.name)) return undefined;
    }
    return undefined;
  }
  if (expr.kind !== 'member' || expr.object.kind !== 'name' || !/^(?:this|self)$/.test(expr.object.name))
    return undefined;
  const owner = classAround(expr.object.block);
  const type = owner?.fieldTypes.get(expr.name);
  if (type !== undefined) return type;
  const made = [...(owner?.scopes.get('constructor') ?? []), ...(owner?.scopes.get('__init__') ?? [])];
  return made
    .flatMap(({ params }) => params)
    .find(({ name }) => name.replace(/^_/, '') === expr.name.replace(/^_/, ''))?.type;
}
