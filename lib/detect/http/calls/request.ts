import type { Evaluator } from '../../evaluate/evaluator.ts';
import { HANDED_IN as HANDED, type Known, outwards } from '../../evaluate/outwards.ts';
import { calleeName, piecesOf } from '../../evaluate/scopes.ts';
import { type Env, type Hole, type Located, partsOf, plain, type Value } from '../../evaluate/values.ts';
import type { Call, Expr, Module, Scope } from '../../syntax/ir.ts';
import type { Unresolved } from '../../types.ts';
import { addressOf } from '../address.ts';
import { waysTo } from '../each.ts';
import type { HttpCall, Program } from '../types.ts';
import type { Used } from '../used.ts';

/** What one call asks for, in the parts that its client has. */
export interface Request {
  call: Call;
  module: Module;
  env: Env | undefined;
  /** Undefined: the client's default. */
  method: Located | string | undefined;
  address: Located;
  /** What the client puts before the address: alternatives. */
  client: readonly Value[];
  query?: Located | undefined;
  body?: Located | undefined;
  /** Options are there of which nothing is known. */
  isOpen?: boolean;
  /** Steps from the call's result to the body, any of them; empty: the result is the body. */
  result: readonly string[];
  how: string;
}

const DEEPEST = 8;

/** Why a client's base is not known that somebody else makes. */
export const HANDED_IN = 'the client is handed in';

/**
 * What is asked for at one place: as the code stands there, where that says the method and where the path begins; else once for
 * each way that the code around it is called.
 */
export function read(
  call: Call,
  module: Module,
  ask: (env: Env | undefined) => Request | undefined,
  used: Used,
  program: Program,
): { found: HttpCall[]; unresolved: Unresolved[] } {
  const { e } = program;
  const here = e.uncalled(() => {
    const request = ask(undefined);
    if (request === undefined) return undefined;
    const isOpen =
      request.isOpen === true ||
      request.client.some((value) => value.t === 'unknown' && value.hole.why === HANDED_IN) ||
      (typeof request.method === 'object' && isParameter(request.method.expr));
    return { ...callsOf(request, used, e), isOpen };
  });
  const isWhole =
    here !== undefined &&
    !here.isOpen &&
    here.unresolved.length === 0 &&
    here.found.every(({ template }) => isNamed(template) && !template.includes('{*}'));
  if (isWhole) return here;
  const found: HttpCall[] = [];
  const unresolved: Unresolved[] = [];
  const around = (): (Env | undefined)[] => {
    const { envs, isCut } = outwards(call.block, e, (env) => {
      // Each way is a place of its own.
      e.startPlace(call.line);
      return knownOf(ask(env), e);
    });
    const [path, why] = [module.path, 'it is called in more ways than are followed'];
    if (isCut) unresolved.push({ path, line: call.line, what: `${calleeName(call)}(…)`, why });
    return envs;
  };
  for (const env of waysTo(call, module, program, around)) {
    e.startPlace(call.line);
    const request = ask(env);
    if (request === undefined) break;
    const reading = callsOf(request, used, e);
    found.push(...reading.found);
    unresolved.push(...reading.unresolved);
  }
  // Where no caller says more, it is what the code says here.
  if (found.length === 0 && unresolved.length === 0 && here !== undefined) return here;
  return { found, unresolved };
}

/** How much of a request is known, so that nobody further outwards has to be asked. */
function knownOf(request: Request | undefined, e: Evaluator): Known {
  if (request === undefined) return 'all';
  if (methodsOf(request, e).length === 0) return 'nothing';
  const clients = request.client.length > 0 ? request.client.map((value) => partsOf(value)) : [[]];
  const addresses = clients.flatMap((client) =>
    e.texts(request.address).map((pieces) => addressOf(pieces, client)),
  );
  // Beside an address that is known, one that nobody knows says nothing, unless callers do.
  const isKnown = addresses.some((address) => !('why' in address) && isNamed(address.template));
  const templates = addresses
    .filter((address) => !isKnown || !('why' in address) || address.why.endsWith(HANDED))
    .map((address) => ('why' in address ? undefined : address.template));
  if (!templates.every((template) => template !== undefined && isNamed(template))) return 'nothing';
  const isOpen =
    (request.isOpen === true && request.method === undefined) ||
    request.client.some((value) => value.t === 'unknown' && value.hole.why === HANDED_IN);
  return isOpen || templates.some((template) => template?.includes('{*}')) ? 'some' : 'all';
}

/** Whether a path has a word of its own. */
const isNamed = (template: string): boolean => /[a-z]/i.test(template);

/** The calls that a request may be, one for each of its addresses; what is not known of it is said. */
function callsOf(
  request: Request,
  used: Used,
  e: Evaluator,
): { found: HttpCall[]; unresolved: Unresolved[] } {
  const { call, module, env, how } = request;
  const place = placeOf(request, e);
  const found = new Map<string, HttpCall>();
  const own = { path: module.path, line: call.line };
  // Where it is asked for, and where that is decided.
  const open = (why: string): Unresolved[] =>
    (own.path === place.path && own.line === place.line ? [own] : [own, place]).map((at) => ({
      ...at,
      what: how,
      why,
    }));
  const unresolved: Unresolved[][] = [];
  const methods = methodsOf(request, e);
  if (methods.length === 0) return { found: [], unresolved: open('its method is only known at run time') };
  const named = request.query ? namesOf(request.query, e) : { names: [], isWhole: true };
  const sent = request.body ? sentOf(request.body, e) : { paths: [], isWhole: true };
  const result = used.of(call, module, env, request.result);
  const reads = readsOf(result.steps, request.result);
  const clients = request.client.length > 0 ? request.client.map((value) => partsOf(value)) : [[]];
  for (const client of clients)
    for (const pieces of e.texts(request.address)) {
      const address = addressOf(pieces, client);
      if ('why' in address) {
        unresolved.push(open(address.why));
        continue;
      }
      const query = [...new Set([...address.query, ...named.names])];
      const whole: ('query' | 'body' | 'response')[] = [];
      if (!request.isOpen && address.isWhole && named.isWhole) whole.push('query');
      if (!request.isOpen && sent.isWhole) whole.push('body');
      if (result.isWhole) whole.push('response');
      const { base, template } = address;
      for (const method of methods)
        found.set(`${method} ${base} ${template}`, {
          method,
          template,
          base,
          ...(query.length > 0 ? { query } : {}),
          ...(sent.paths.length > 0 ? { sends: sent.paths } : {}),
          ...(whole.length > 0 ? { whole } : {}),
          ...(reads.length > 0 ? { reads } : {}),
          ...place,
          how,
        });
    }
  // Where an alternative is known, the others add nothing.
  if (found.size === 0 && unresolved.length === 0) unresolved.push(open('it has no address'));
  return { found: [...found.values()], unresolved: found.size > 0 ? [] : unresolved.slice(0, 1).flat() };
}

/** The properties of the body that are read, out of the steps from the result. */
export function readsOf(steps: readonly (readonly string[])[], result: readonly string[]): string[] {
  const found = new Set<string>();
  for (const all of steps) {
    const at = result.length === 0 ? 0 : all.findIndex((step) => result.includes(step)) + 1;
    if (at === 0 && result.length > 0) continue;
    const rest = all.slice(at).filter((step) => step !== 'json()');
    if (rest.length > 0 && rest.some((step) => step !== '*')) found.add(rest.join('.'));
  }
  return [...found].sort();
}

function methodsOf({ method, isOpen }: Request, e: Evaluator): string[] {
  // What decides it may be in what was not read.
  if (method === undefined) return isOpen ? [] : ['GET'];
  if (typeof method === 'string') return [method];
  // `method || 'GET'` is the second only where the first is nothing.
  const options = method.expr.kind === 'either' && !method.expr.chosen ? method.expr.options : [method.expr];
  for (const expr of options) {
    const values = e.evaluate({ ...method, expr }).filter((value) => !isAbsent(value));
    if (values.length === 0) continue;
    const known = values.map((value) => plain(value) ?? methodNamed(value));
    return known.every((name) => name !== undefined && /^[A-Za-z]+$/.test(name))
      ? [...new Set(known.map((name) => String(name).toUpperCase()))]
      : [];
  }
  return ['GET'];
}

/** `hdrs.METH_GET`, `HTTPMethod.POST`: constants of libraries by their names. */
function methodNamed(value: Value): string | undefined {
  if (value.t !== 'unknown' || value.hole.why.startsWith('parameter ')) return undefined;
  return /^(?:METH_)?(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/.exec(value.hole.label)?.[1];
}

/** Nothing, or what an object does not have. */
const isAbsent = (value: Value): boolean =>
  value.t === 'null' || (value.t === 'unknown' && value.hole.why.startsWith("no '"));

/** Whether a method comes from a parameter: what it is by default says nothing about the callers. */
function isParameter(expr: Expr, depth = 0): boolean {
  if (depth > 8) return false;
  if (expr.kind === 'either') return expr.options.some((option) => isParameter(option, depth + 1));
  if (expr.kind === 'call')
    return calleeName(expr) === 'assign' && expr.args.some(({ value }) => isParameter(value, depth + 1));
  if (expr.kind === 'member') return isParameter(expr.object, depth + 1);
  if (expr.kind !== 'name') return false;
  for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
    const bound = scope.bindings.get(expr.name);
    if (bound) return bound.some(({ value }) => isParameter(value, depth + 1));
    if (scope.params.some(({ name }) => name === expr.name)) return true;
  }
  return false;
}

/**
 * Where the address is decided: the call itself, or the call of the function around it, where that gives the path; so on
 * outwards.
 */
function placeOf({ call, module, env, address }: Request, e: Evaluator): { path: string; line: number } {
  let place = { path: module.path, line: call.line };
  let here = env;
  let exprs: { expr: Expr; module: Module }[] = [{ expr: address.expr, module }];
  for (let i = 0; i < 8 && here !== undefined; i++) {
    const around = withCaller(here);
    if (around?.caller === undefined || !exprs.some((located) => isGiven(located.expr, located.module, e)))
      break;
    const { call: site, env: outer } = around.caller;
    const from = site.block.scope.module;
    place = { path: from.path, line: site.line };
    exprs = site.args.map(({ value }) => ({ expr: value, module: from }));
    here = outer;
  }
  return place;
}

function withCaller(env: Env): Env | undefined {
  for (let here: Env | undefined = env; here; here = here.outer) if (here.caller) return here;
  return undefined;
}

/** Whether an expression is made of what the function around it is called with. */
function isGiven(expr: Expr, module: Module, e: Evaluator): boolean {
  const isParam = (piece: string | Hole): boolean =>
    typeof piece !== 'string' && piece.why.startsWith('parameter ');
  const values = e.uncalled(() => e.texts({ expr, env: undefined, module }));
  if (values.some((pieces) => pieces.some(isParam))) return true;
  if (expr.kind !== 'map') return false;
  return piecesOf(expr).some((inner) => inner.kind !== 'map' && isGiven(inner, module, e));
}

/** The names of query parameters, out of an object, a dictionary or `new URLSearchParams({…})`. */
function namesOf(at: Located, e: Evaluator): { names: string[]; isWhole: boolean } {
  const { expr } = at;
  const [inner] = expr.kind === 'call' ? expr.args : [];
  if (expr.kind === 'call' && calleeName(expr) === 'URLSearchParams')
    return inner ? namesOf({ ...at, expr: inner.value }, e) : { names: [], isWhole: true };
  const { keys, isWhole } = keysOf(at, e);
  return { names: keys.map(([name]) => name), isWhole };
}

/** The properties that a body has, by dotted paths. */
function sentOf(given: Located, e: Evaluator, depth = 0): { paths: string[]; isWhole: boolean } {
  const at = unpacked(given);
  if (depth > DEEPEST) return { paths: [], isWhole: false };
  const values = e.evaluate(at);
  const [value] = values;
  if (value?.t === 'null') return { paths: [], isWhole: true };
  if (value?.t === 'list' && values.length === 1) {
    const found = e.elements(at).map((item) => sentOf(item, e, depth + 1));
    const paths = found.flatMap((use) => use.paths.map((path) => `*.${path}`));
    return { paths: [...new Set(paths)].sort(), isWhole: found.every((use) => use.isWhole) };
  }
  const { keys, isWhole } = keysOf(at, e);
  const paths = keys.flatMap(([name, inner]) => {
    const below = inner && isStructure(inner, e) ? sentOf(inner, e, depth + 1) : undefined;
    return below && below.paths.length > 0 ? below.paths.map((path) => `${name}.${path}`) : [name];
  });
  return { paths: [...new Set(paths)].sort(), isWhole };
}

const isStructure = (at: Located, e: Evaluator): boolean =>
  e.evaluate(at).some(({ t }) => t === 'map' || t === 'list') || unpacked(at).expr !== at.expr;

/** What is in `JSON.stringify(…)` and `json.dumps(…)`. */
function unpacked(at: Located): Located {
  const { expr } = at;
  const [first] = expr.kind === 'call' ? expr.args : [];
  if (expr.kind === 'call' && first && /^(?:stringify|dumps|jsonable_encoder|encode)$/.test(calleeName(expr)))
    return unpacked({
      ...at,
      expr: expr.callee.kind === 'member' && calleeName(expr) === 'encode' ? expr.callee.object : first.value,
    });
  if (expr.kind === 'call' && expr.callee.kind === 'member' && expr.callee.name === 'encode')
    return unpacked({ ...at, expr: expr.callee.object });
  return at;
}

/** The keys of an object with their values; whole where there is nothing in it that is not known. */
function keysOf(
  at: Located,
  e: Evaluator,
): { keys: [name: string, value: Located | undefined][]; isWhole: boolean } {
  const { expr } = at;
  if (
    expr.kind === 'call' &&
    calleeName(expr) === 'dict' &&
    expr.args.every(({ name }) => name !== undefined && name !== '**')
  )
    return { keys: expr.args.map(({ name = '', value }) => [name, { ...at, expr: value }]), isWhole: true };
  const values = e.evaluate(at);
  let isWhole = values.length === 1;
  const keys: [string, Located | undefined][] = [];
  for (const value of values) {
    if (value.t === 'null') continue;
    if (value.t !== 'map') {
      isWhole = false;
      continue;
    }
    for (const { key, value: inner } of value.entries) {
      const name = plain(e.evaluate(key)[0]);
      if (name === undefined) isWhole = false;
      else keys.push([name, inner]);
    }
    for (const spread of value.source?.spreads ?? [])
      if (!e.evaluate({ ...at, expr: spread }).every(({ t }) => t === 'map')) isWhole = false;
  }
  return { keys, isWhole };
}

/** What an address is written as: without what makes a text of it, and what a variable for a `Request` was made of. */
export function addressAt(at: Located): Located {
  const { expr } = at;
  if (expr.kind === 'member' && expr.name === 'href') return addressAt({ ...at, expr: expr.object });
  if (expr.kind !== 'call') return at;
  const [first] = expr.args;
  if (expr.callee.kind === 'member' && expr.callee.name === 'toString')
    return addressAt({ ...at, expr: expr.callee.object });
  if (expr.callee.kind === 'name' && /^(?:String|str)$/.test(expr.callee.name) && first)
    return addressAt({ ...at, expr: first.value });
  return at;
}

/** The call that a name stands for, where it is bound to one: `req = Request(…)`. */
export function madeBy(at: Located, name: RegExp, e: Evaluator): { call: Call; at: Located } | undefined {
  const sources = at.expr.kind === 'name' ? e.names.sources(at) : [at];
  for (const source of sources)
    if (source.expr.kind === 'call' && name.test(calleeName(source.expr)))
      return { call: source.expr, at: source };
  return undefined;
}
