import type { Evaluator } from '../../evaluate/evaluator.ts';
import { calleeName, classAround, isReceiver, written as spelled } from '../../evaluate/scopes.ts';
import { type Env, type Located, unknown, type Value } from '../../evaluate/values.ts';
import { isProduct } from '../../product.ts';
import type { Call, Expr, Module, Scope } from '../../syntax/ir.ts';
import type { Unresolved } from '../../types.ts';
import { readEach } from '../each.ts';
import { isPython } from '../script-routers.ts';
import { clientNamed, importedAs, optionAt } from '../things.ts';
import type { CallReader, HttpCall, Program } from '../types.ts';
import { Used } from '../used.ts';
import { declaredType, distinct } from './javascript.ts';
import { addressAt, HANDED_IN, madeBy, type Request, read } from './request.ts';

const verbs = /^(?:get|post|put|patch|delete|head|options)$/;

/** Declared types of clients, also in others (`Iterator[httpx.Client]`), and whether they may have a base. */
const clientTypes: [RegExp, boolean][] = [
  [/^(?:.*\[\s*)?["']?(?:requests\.(?:sessions\.)?)?Session\b(?!\.)/, false],
  [/^(?:.*\[\s*)?["']?(?:httpx\.)?(?:Async)?Client\b(?!\.)/, true],
  [/^(?:.*\[\s*)?["']?(?:aiohttp\.(?:client\.)?)?ClientSession\b(?!\.)/, true],
];

/** Names of what makes requests, where nothing else says what it is. */
const usual = /(?:session|client|http|requests|web)$/i;

/** Modules whose classes make requests in the same way, though nobody here knows them. */
const related = /(?:^|[._])(?:requests|httpx|aiohttp|urllib3|authlib|niquests)|http|session/i;

/** requests, httpx, aiohttp's client, urllib. */
export const pythonCalls: CallReader = async (program) => {
  const { e } = program;
  const used = new Used(e, program.text);
  const found: HttpCall[] = [];
  const unresolved: Unresolved[] = [];
  const open = await readEach(
    program,
    (module) => isPython(module) && isProduct(module.path),
    (module) => {
      for (const call of module.calls) {
        if (e.spent) return;
        const base = e.glancing(() => clientOf(call, undefined, module, program));
        if (base === undefined) {
          if (e.glancing(() => isLost(call, module, e)))
            unresolved.push({
              path: module.path,
              line: call.line,
              what: `${calleeName(call)}(…)`,
              why: 'it is not known what makes this request',
            });
          continue;
        }
        e.startPlace(call.line);
        const ask = (env: Env | undefined) =>
          requestOf(call, clientOf(call, env, module, program) ?? base, { expr: call, env, module }, program);
        const reading = read(call, module, ask, used, program);
        found.push(...reading.found);
        unresolved.push(...reading.unresolved);
      }
    },
  );
  return { found: distinct(found), unresolved: [...unresolved, ...open] };
};

/** The base of the client that a call is one of; undefined where it is none. */
function clientOf(call: Call, env: Env | undefined, module: Module, { e }: Program): Value[] | undefined {
  const { callee } = call;
  const name = importedAs(callee, module) ?? '';
  if (
    /^(?:requests|httpx|aiohttp|grequests)(?:\.api)?\.(?:get|post|put|patch|delete|head|options|request|stream)$/.test(
      name,
    )
  )
    return [];
  if (/^(?:requests|httpx)(?:\.models)?\.Request$/.test(name)) return [];
  if (/^urllib\.request\.(?:urlopen|urlretrieve)$|^urllib2\.urlopen$/.test(name)) return [];
  const named = namedVerb({ expr: callee, env, module }, e);
  if (named) return clientAt(named.object, { expr: call, env, module }, e);
  if (callee.kind !== 'member') return undefined;
  if (callee.name === 'open') {
    const values = e.evaluate({ expr: callee.object, env, module });
    return values.some((value) => value.t === 'thing' && value.type === 'client urllib') ? [] : undefined;
  }
  if (!(verbs.test(callee.name) || /^(?:request|stream|build_request)$/.test(callee.name))) return undefined;
  return clientAt(callee.object, { expr: call, env, module }, e);
}

/** Something called like a request, with its method first, that no file defines: `api.async_request("get", "/users")`. */
function isLost({ callee, args }: Call, module: Module, e: Evaluator): boolean {
  if (callee.kind !== 'member' || !/(?:^|_)request$/.test(callee.name)) return false;
  const [method] = args;
  if (method?.value.kind !== 'text' || !verbs.test(method.value.value.toLowerCase())) return false;
  return e.evaluate({ expr: callee, env: undefined, module }).every(({ t }) => t === 'unknown');
}

/** `getattr(session, method)(url)`, also by way of a variable: the method by its name. */
function namedVerb(at: Located, e: Evaluator): { object: Expr; method: Expr } | undefined {
  const [bound] = at.expr.kind === 'name' && !importedAs(at.expr, at.module) ? boundTo(at, e) : [at];
  const callee = bound?.expr;
  if (callee?.kind !== 'call' || callee.callee.kind !== 'name' || callee.callee.name !== 'getattr')
    return undefined;
  const [object, method] = callee.args;
  return object && method ? { object: object.value, method: method.value } : undefined;
}

/** What a variable of the function around it is set to. */
const boundTo = (at: Located, e: Evaluator): Located[] =>
  at.expr.kind === 'name' && at.expr.block.scope.bindings.has(at.expr.name) ? e.names.sources(at) : [];

/** The base of a client that a call is made on. */
function clientAt(object: Expr, at: Located, e: Evaluator): Value[] | undefined {
  const { module } = at;
  if (object.kind === 'name' && /^(?:requests|httpx)$/.test(importedAs(object, module) ?? '')) return [];
  const values = e.evaluate({ ...at, expr: object });
  const clients = values.filter(
    (value) => value.t === 'thing' && /^client (?:requests|httpx|aiohttp)$/.test(value.type),
  );
  if (clients.length > 0)
    return clients.flatMap((value) => (value.t === 'thing' ? (value.props.get('base') ?? []) : []));
  const derived = derivedBase(object, values, at, e);
  if (derived) return derived;
  const type = typeOf(object, values, at, e);
  const known = type === undefined ? undefined : clientTypes.find(([shape]) => shape.test(type));
  const label =
    object.kind === 'name' || object.kind === 'member'
      ? object.name
      : object.kind === 'call'
        ? calleeName(object)
        : 'client';
  if (known !== undefined) return known[1] ? [unknown(HANDED_IN, label)] : [];
  const base = [unknown('it is not known what it is called on', label)];
  const isOpen = values.every(({ t }) => t === 'unknown' || t === 'function');
  return usual.test(label) && isOpen && isAddressed(at.expr, at, e) ? base : undefined;
}

/** The base of something whose class is derived from a library's client; undefined where it has the method itself. */
function derivedBase(object: Expr, values: readonly Value[], at: Located, e: Evaluator): Value[] | undefined {
  const method = at.expr.kind === 'call' ? calleeName(at.expr) : '';
  const isSuper = object.kind === 'call' && calleeName(object) === 'super';
  const around = isSuper ? classAround(object.block) : undefined;
  const isOwn = object.kind === 'name' && isReceiver(object.name, object.block);
  const owner = around ?? (isOwn ? classAround(object.block) : undefined);
  const made = values.find((value) => value.t === 'instance');
  const scope = owner ?? (made?.t === 'instance' ? made.scope : undefined);
  const client = scope && clientOver(scope, e);
  if (!scope || !client) return undefined;
  const all = [scope, ...client.between];
  if (!isSuper && all.some(({ scopes }) => scopes.has(method))) return undefined;
  const given = all.flatMap(({ module }) =>
    module.calls.flatMap((call): Value[] => {
      const isInit = call.callee.kind === 'member' && call.callee.name === '__init__';
      if (!isInit || !all.includes(classAround(call.block) ?? module.root)) return [];
      const base = optionAt(call, client.base, { expr: call, env: undefined, module }, e);
      return base ? e.evaluate(base) : [];
    }),
  );
  if (given.length > 0) return given;
  const isWhole = isSuper || (client.base.length === 0 && !all.some(({ scopes }) => scopes.has('request')));
  return isWhole ? [] : [unknown(HANDED_IN, lastName(object) || 'client')];
}

/** The library's client that a class is derived from, and the classes between them. */
function clientOver(
  scope: Scope,
  e: Evaluator,
  depth = 0,
): { base: (string | number)[]; between: Scope[] } | undefined {
  for (const base of scope.bases) {
    const client = clientNamed(importedAs(base, scope.module) ?? '');
    if (client && /^(?:requests|httpx|aiohttp)$/.test(client.kind)) return { ...client, between: [] };
  }
  for (const base of depth > 5 ? [] : e.members.bases(scope)) {
    const found = base.t === 'class' ? clientOver(base.scope, e, depth + 1) : undefined;
    if (found && base.t === 'class') return { ...found, between: [base.scope, ...found.between] };
  }
  return undefined;
}

/** What something is declared as: a parameter or field, or what a function or property of these files gives. */
function typeOf(object: Expr, values: readonly Value[], at: Located, e: Evaluator): string | undefined {
  const declared = declaredType(object);
  if (declared !== undefined) return declared.replace(/\s*\|\s*None$/, '');
  const given = values.find((value) => value.t === 'function');
  if (given?.t === 'function' && given.scope.gives !== undefined) return given.scope.gives;
  if (object.kind !== 'call') return undefined;
  const [made] = e.evaluate({ ...at, expr: object.callee });
  return made?.t === 'function' ? made.scope.gives : undefined;
}

/** Whether a call of something that is named like a client is given an address or a path, or what is called so. */
function isAddressed(expr: Expr, at: Located, e: Evaluator): boolean {
  if (expr.kind !== 'call') return false;
  const { callee } = expr;
  const position = callee.kind === 'member' && verbs.test(callee.name) ? 0 : 1;
  const address = optionAt(expr, ['url', position], at, e);
  if (address === undefined) return false;
  const isNamed = /(?:url|uri|endpoint|path|address)s?$/i.test(lastName(address.expr));
  const isRelated = at.module.imports.some(({ from }) => related.test(from));
  return e
    .texts(address)
    .some(([first, next]) =>
      typeof first === 'string'
        ? /^https?:\/\//.test(first) || (isRelated && first.startsWith('/'))
        : (isRelated && typeof next === 'string' && next.startsWith('/')) || (isNamed && isRelated),
    );
}

const lastName = (expr: Expr): string => (expr.kind === 'name' || expr.kind === 'member' ? expr.name : '');

function requestOf(call: Call, client: Value[], at: Located, { e }: Program): Request | undefined {
  const { callee } = call;
  const { env, module } = at;
  const own = callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';
  const how = `${spelled(callee) ?? (own === '' ? 'a request' : own)}(…)`;
  const common = { call, module, env, client, how };
  if (own === 'urlopen' || own === 'urlretrieve' || own === 'open') {
    const given = optionAt(call, ['url', 0], at, e);
    if (given === undefined) return undefined;
    const made = madeBy(given, /^Request$/, e);
    const from = made ? { ...made.at, expr: made.call } : at;
    const inner = made?.call ?? call;
    const address = optionAt(inner, ['url', 0], from, e);
    const second = own === 'urlretrieve' ? undefined : optionAt(inner, ['data', 1], from, e);
    const data = second && e.evaluate(second).some(({ t }) => t !== 'null') ? second : undefined;
    const method = optionAt(inner, ['method'], from, e);
    if (address === undefined) return undefined;
    return {
      ...common,
      method: method ?? (data ? 'POST' : 'GET'),
      address: addressAt(address),
      body: data,
      isOpen: data !== undefined,
      result: ['json()'],
    };
  }
  const chosen = namedVerb({ ...at, expr: callee }, e);
  const verb = verbs.test(own) ? own.toUpperCase() : undefined;
  const shift = verb === undefined && chosen === undefined ? 1 : 0;
  const address = optionAt(call, ['url', shift], at, e);
  if (address === undefined) return undefined;
  const named = (...names: string[]): Located | undefined => {
    const arg = call.args.find(({ name }) => name !== undefined && names.includes(name));
    return arg ? { ...at, expr: arg.value } : given(names);
  };
  // What `**options` has of it.
  const given = (names: readonly string[]): Located | undefined => {
    for (const { name, value } of call.args)
      if (name === '**') for (const key of names) return e.entry({ ...at, expr: value }, key);
    return undefined;
  };
  const isOpen = call.args.some(
    ({ name, value }) => name === '**' && e.evaluate({ ...at, expr: value }).some(({ t }) => t !== 'map'),
  );
  return {
    ...common,
    method: verb ?? (chosen ? { ...at, expr: chosen.method } : optionAt(call, ['method', 0], at, e)),
    address: addressAt(address),
    query: named('params'),
    body: named('json') ?? named('data', 'content', 'files'),
    isOpen,
    result: ['json()'],
  };
}
