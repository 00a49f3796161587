import { type Known, outwards } from '../../evaluate/outwards.ts';
import { calleeName, envFor, piecesOf } from '../../evaluate/scopes.ts';
import type { Env, Hole, Located } from '../../evaluate/values.ts';
import type { Binding, Call, Expr, Scope } from '../../syntax/ir.ts';
import type { Unresolved } from '../../types.ts';
import { addressOf } from '../address.ts';
import type { Found, HttpCall, Program } from '../types.ts';

type Pieces = readonly (string | Hole)[];

/** One request as a reader finds it, with what its address may be. */
export interface Asked {
  method: string;
  addresses: readonly Pieces[];
  /** What the client puts before the address. */
  bases?: readonly Pieces[];
  query?: readonly string[];
  sends?: readonly string[] | undefined;
  reads?: readonly string[] | undefined;
  path: string;
  line: number;
  how: string;
}

/** Collects requests, each once, and what of them is open. */
export class Requests {
  private readonly found = new Map<string, HttpCall>();
  private readonly unresolved: Unresolved[] = [];
  private readonly said = new Set<string>();

  add(asked: Asked): void {
    const { method, addresses, bases = [[]], path, line, how } = asked;
    for (const pieces of addresses)
      for (const base of withoutDoubled(pieces, bases.length > 0 ? bases : [[]], addresses)) {
        const address = addressOf(pieces, base);
        if ('why' in address) {
          if (!hasSlashed(pieces, addresses)) this.refuse(path, line, how, address.why);
          continue;
        }
        const query = [...new Set([...address.query, ...(asked.query ?? [])])].sort();
        this.keep({
          method,
          template: address.template,
          base: address.base,
          ...(query.length > 0 ? { query } : {}),
          ...(asked.sends === undefined ? {} : { sends: [...asked.sends] }),
          ...(asked.reads === undefined || asked.reads.length === 0 ? {} : { reads: [...asked.reads] }),
          ...wholeOf(asked),
          path,
          line,
          how,
        });
      }
  }

  keep(call: HttpCall): void {
    const { path, line, method, template, base, operation } = call;
    const key = JSON.stringify([path, line, method, template, base, operation]);
    if (!this.found.has(key)) this.found.set(key, call);
  }

  refuse(path: string, line: number, what: string, why: string): void {
    const key = JSON.stringify([path, line, what, why]);
    if (!this.said.has(key)) this.unresolved.push({ path, line, what, why });
    this.said.add(key);
  }

  also(unresolved: readonly Unresolved[]): void {
    this.unresolved.push(...unresolved);
  }

  get all(): Found<HttpCall> {
    return { found: [...this.found.values()], unresolved: this.unresolved };
  }
}

/** Whether another way to write an address has a slash after the same base: `if (!url.endsWith("/")) url += "/"`. */
function hasSlashed([base]: Pieces, all: readonly Pieces[]): boolean {
  return (
    typeof base === 'object' &&
    all.some(
      ([first, second]) =>
        typeof first === 'object' &&
        first.label === base.label &&
        typeof second === 'string' &&
        second.startsWith('/'),
    )
  );
}

/** The bases before an address, without those that only repeat a segment which another way has once: `/v1/v1/x` beside `/v1/x`. */
function withoutDoubled(pieces: Pieces, bases: readonly Pieces[], all: readonly Pieces[]): readonly Pieces[] {
  const isDoubled = (text: Pieces): boolean =>
    text.some((piece) => typeof piece === 'string' && /(\/[a-z0-9]+)\1(?=\/|$)/i.test(piece));
  return isDoubled(pieces) && all.some((text) => !isDoubled(text)) ? [] : bases;
}

/** Where an address is handed in: the caller's line where a function gets its path as a parameter, else its own. */
export function placeOf(at: Located, { e }: Program, depth = 0): { path: string; line: number } {
  const own = { path: at.module.path, line: at.expr.line };
  const todo: Located[] = [at];
  let likely: { path: string; line: number } | undefined;
  for (const here of todo) {
    if (todo.length > 60 || depth > 4) break;
    const { expr, env, module } = here;
    const origin = expr.kind === 'name' ? (shadowed(here, expr) ?? e.origin(here)) : here;
    const given = changed(origin);
    if (given) {
      todo.push(given);
      continue;
    }
    if (origin.expr !== expr) {
      const isPath = e
        .texts(origin)
        .some((parts) => parts.some((part) => typeof part === 'string' && part.includes('/')));
      if (isPath || (origin.expr.kind === 'text' && origin.expr.value !== ''))
        return { path: origin.module.path, line: origin.expr.line };
      continue;
    }
    if (expr.kind === 'name') {
      if (envFor(env, expr.block, expr.name)) continue;
      for (
        let scope: Scope | undefined = expr.block.scope;
        scope?.kind === 'function';
        scope = scope.parent
      ) {
        const bound: Binding | undefined = scope.bindings
          .get(expr.name)
          ?.findLast((binding) => binding.at <= expr.at && !isIn(expr, binding.value));
        if (bound && bound.value !== expr) {
          todo.push({ expr: bound.value, env, module });
          break;
        }
      }
    } else todo.push(...piecesOf(expr).map((piece): Located => ({ expr: piece, env, module })));
  }
  return likely ?? own;
}

/** What a parameter is given, in the value of a variable that takes its name: `let url = base.join(url)`. */
function shadowed({ env }: Located, expr: Extract<Expr, { kind: 'name' }>): Located | undefined {
  const { scope } = expr.block;
  const bound = scope.bindings.get(expr.name);
  if (!bound?.some(({ value }) => isIn(expr, value))) return undefined;
  for (let here = env; here; here = here.outer) if (here.scope === scope) return here.args.get(expr.name);
  return undefined;
}

/** What a parameter is given that a function only changes: `path = path.substring(1)`. */
function changed({ expr, env }: Located): Located | undefined {
  if (expr.kind !== 'name') return undefined;
  const { scope } = expr.block;
  const bound = scope.bindings.get(expr.name);
  if (!bound?.every(({ value }) => mentions(value, expr.name))) return undefined;
  for (let here = env; here; here = here.outer) if (here.scope === scope) return here.args.get(expr.name);
  return undefined;
}

const mentions = (whole: Expr, name: string, depth = 0): boolean =>
  (whole.kind === 'name' && whole.name === name) ||
  (depth < 8 && piecesOf(whole).some((piece) => mentions(piece, name, depth + 1)));

const isIn = (expr: Expr, whole: Expr, depth = 0): boolean =>
  expr === whole || (depth < 8 && piecesOf(whole).some((piece) => isIn(expr, piece, depth + 1)));

/** A method as the code names it: `"GET"`, `http.MethodGet`, `HttpMethod.GET`, `Method::GET`; undefined where it is not known. */
export function methodsAt(at: Located, { e }: Program): string[] {
  return e.texts(at).flatMap((parts) => {
    const [only] = parts;
    if (parts.length !== 1 || only === undefined) return [];
    const word = typeof only === 'string' ? only : only.label.replace(/^Method(?=[A-Z][a-z])/, '');
    return /^(?:get|post|put|patch|delete|head|options|trace|connect|query)$/i.test(word)
      ? [word.toUpperCase()]
      : [];
  });
}

/** The calls of a chain, the first of them first, and what it begins with. */
export function chainOf(call: Expr): { root: Expr; steps: Call[] } {
  const steps: Call[] = [];
  let here = call;
  while (here.kind === 'call') {
    steps.unshift(here);
    if (here.callee.kind !== 'member') return { root: here.callee, steps };
    here = here.callee.object;
  }
  return { root: here, steps };
}

/** The calls that stand behind one in its chain. */
export function after(call: Call, outer: ReadonlyMap<Expr, Call>): Call[] {
  const found: Call[] = [];
  for (let here = outer.get(call); here && found.length < 60; here = outer.get(here)) found.push(here);
  return found;
}

/** A body that is known, and a response that is read into a declared type: of what this does not declare nothing is read. */
function wholeOf({ sends, reads }: Pick<Asked, 'sends' | 'reads'>): Pick<HttpCall, 'whole'> {
  const whole: ('body' | 'response')[] = [];
  if (sends !== undefined) whole.push('body');
  if (reads !== undefined && reads.length > 0) whole.push('response');
  return whole.length === 0 ? {} : { whole };
}

/** The names of a literal's properties by dotted path, and whether all of them are known. */
export function literalPaths(at: Located, program: Program, depth = 0): string[] | undefined {
  const { e } = program;
  const values = e.evaluate(at);
  const [only] = values;
  if (values.length !== 1 || only?.t !== 'map' || depth > 5) return undefined;
  const found: string[] = [];
  for (const { key, value } of only.entries) {
    const names = e.texts(key);
    const name = names.length === 1 && names[0]?.length === 1 ? names[0][0] : undefined;
    if (typeof name !== 'string') return undefined;
    const inner = literalPaths(value, program, depth + 1);
    if (inner && inner.length > 0) found.push(...inner.map((path) => `${name}.${path}`));
    else found.push(name);
  }
  return [...new Set(found)].sort();
}

/** The properties of a JSON text; undefined where it is not one. */
export function jsonPaths(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.keys(value).sort();
  } catch {
    return undefined;
  }
}

/** What a call asks for in one way that it runs. */
export interface Asking {
  methods: readonly string[];
  addresses: readonly Pieces[];
  bases?: readonly Pieces[];
}

/** The ways that the code around a call runs, as far outwards as it takes to know the method and where the path begins. */
export function waysTo(
  call: Call,
  { e }: Program,
  ask: (env: Env | undefined) => Asking,
  requests: Requests,
): (Env | undefined)[] {
  const { envs, isCut } = outwards(call.block, e, (env) => {
    // Each way is a place of its own.
    e.startPlace(call.line);
    return knownOf(ask(env));
  });
  if (isCut)
    requests.refuse(
      call.block.scope.module.path,
      call.line,
      `${calleeName(call)}(…)`,
      'it is called in more ways than are followed',
    );
  return envs;
}

function knownOf({ methods, addresses, bases = [[]] }: Asking): Known {
  if (methods.length === 0) return 'nothing';
  const templates = addresses.flatMap((pieces) =>
    (bases.length > 0 ? bases : [[]]).map((base) => {
      const address = addressOf(pieces, base);
      return 'why' in address ? undefined : address.template;
    }),
  );
  const isNamed = (template: string | undefined): boolean => /[a-z]/i.test(template ?? '');
  const given = templates.filter((template) => template !== undefined);
  if (given.length === 0) return 'nothing';
  if (given.length < templates.length) return given.every(isNamed) ? 'some' : 'nothing';
  if (addresses.flat().every((piece) => typeof piece === 'string')) return 'all';
  if (templates.every((template) => isNamed(template) && !template?.includes('{*}'))) return 'all';
  return templates.every(isNamed) ? 'some' : 'nothing';
}
