import type { Argument, Block, Call, Expr, Module, Scope } from '../syntax/ir.ts';
import { bindArguments } from './arguments.ts';
import type { Evaluator } from './evaluator.ts';
import { MIXED, MOST_CONTEXTS, Rounds } from './rounds.ts';
import { encloses, selfIn, withoutReceiver } from './scopes.ts';
import { type Site, Sites } from './sites.ts';
import { type Env, type Located, unknown, type Value } from './values.ts';

/** Calls within one another, at most. */
const DEEPEST = 24;

/** What a function may be called with, and what it gives back. The arguments of one call stay together at any depth. */
export class Calls {
  readonly sites: Sites;
  readonly rounds: Rounds;
  private readonly e: Evaluator;
  private readonly ways = new Map<Scope, readonly (Env | undefined)[]>();

  constructor(e: Evaluator) {
    this.e = e;
    this.sites = new Sites(e);
    this.rounds = new Rounds(e);
  }

  /** Forgets the ways that were found: there may be more. */
  forget(): void {
    this.ways.clear();
  }

  /** One environment for each way that the code around a block is run: by whom it is called, and the rounds of its loops. */
  contexts(block: Block): (Env | undefined)[] {
    const found = this.waysTo(block);
    return found.length > 0 ? found : [undefined];
  }

  private waysTo(block: Block): (Env | undefined)[] {
    const around = this.around(block);
    const callers = around === undefined ? [undefined] : this.callers(around);
    const found = callers.flatMap((env) => this.rounds.around(block, env));
    if (found.length <= MOST_CONTEXTS) return found;
    this.e.blurred(MIXED);
    return [...callers];
  }

  /** The function whose callers decide what runs here: a named one, or one that is called where it is made. */
  around(block: Block): Scope | undefined {
    for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent)
      if (scope.kind === 'function' && (scope.name !== '' || this.sites.of(scope).length > 0)) return scope;
    return undefined;
  }

  /** The ways to run a function. Empty where each of them begins with the function itself. */
  private callers(scope: Scope): readonly (Env | undefined)[] {
    if (this.e.spent) return [undefined];
    const known = this.ways.get(scope);
    if (known) return known;
    const find = () => this.e.deeper(() => this.findCallers(scope)) ?? [tooDeep(scope)];
    const { result, isWhole } = this.e.whole(() => this.e.once(scope.params, find, []));
    if (isWhole) this.ways.set(scope, result);
    return result;
  }

  private findCallers(scope: Scope): (Env | undefined)[] {
    const sites = this.sites.of(scope);
    if (sites.length === 0) return this.uncalled(scope);
    if (sites.length > MOST_CONTEXTS) return [tooMany(scope)];
    const found: (Env | undefined)[] = [];
    for (const site of sites)
      for (const env of this.waysTo(site.call.block)) {
        found.push(...this.through(scope, site, env));
        if (found.length > MOST_CONTEXTS) return [tooMany(scope)];
      }
    return found;
  }

  /** The ways to run a function by one call of it, where the code around that call is run in one way. */
  through(scope: Scope, { call, module }: Site, env: Env | undefined): Env[] {
    return this.calleesAt(scope, call, env, module).map((callee): Env => {
      const outer = callee.t === 'function' ? callee.env : undefined;
      const self = this.receiver(scope, callee, call, env);
      const args = callee.t === 'function' && callee.given ? [...callee.given, ...call.args] : call.args;
      const from = { env, module };
      const bound = bindArguments(this.e, scope, args, from, outer ?? enclosing(scope, env), self);
      return { ...bound, caller: { call, env } };
    });
  }

  /** Nobody calls it in these files: a handler, or a function in another that runs it in a way that is not seen. */
  private uncalled(scope: Scope): (Env | undefined)[] {
    const outer = scope.parent && this.around({ scope: scope.parent });
    return outer === undefined ? (declaredWays(scope) ?? [undefined]) : [...this.callers(outer)];
  }

  /** What is called there, as far as it is this function; where the environment does not tell, any of it. */
  private calleesAt(scope: Scope, call: Call, env: Env | undefined, module: Module): Value[] {
    const { callee } = call;
    const isIndirect =
      callee.kind !== 'name' || callee.name !== scope.name || env?.args.has(callee.name) === true;
    if (!isIndirect) return [{ t: 'function', scope, env: undefined }];
    const values = this.sites.callees(call, { expr: call.callee, env, module });
    const own = values.filter((value) => this.sites.isFunction(value, scope, call));
    return own.length > 0 || values.some((value) => value.t === 'function')
      ? own
      : [{ t: 'function', scope, env: undefined }];
  }

  /** What a method is called on: what it is a member of, or the instance that a constructor makes. */
  private receiver(scope: Scope, callee: Value, call: Call, env: Env | undefined): Value | undefined {
    if (callee.t === 'function' && callee.self !== undefined) return callee.self;
    if (callee.t === 'class') return { t: 'instance', scope: callee.scope, call, env };
    // A method that another of the same class calls by its bare name.
    const owner = scope.parent?.kind === 'class' ? scope.parent : undefined;
    return owner !== undefined && encloses(owner, call.block.scope) ? selfIn(env) : undefined;
  }

  /** A function's result for these arguments. */
  invoke(
    scope: Scope,
    args: readonly Argument[],
    from: { env: Env | undefined; module: Module },
    outer?: Env,
    self?: Value,
    nth = 0,
  ): Value[] {
    const again = [unknown(`'${scope.name}' calls itself`, scope.name)];
    if ((from.env?.depth ?? 0) > DEEPEST) return again;
    return this.e.once(
      scope,
      () => {
        const env = bindArguments(this.e, scope, args, from, outer, self);
        const given = withoutFailures(this.e.branches.returned(scope, env), scope);
        const values = given
          .flatMap((expr) => resultOf(expr, nth, scope) ?? [])
          .flatMap((expr) => this.e.evaluate({ expr, env, module: scope.module }));
        return values.length > 0 ? values : [unknown(`result of '${scope.name}()'`, scope.name)];
      },
      again,
    );
  }

  /** What a function of one parameter gives for each of these, as places to evaluate. */
  applied(scope: Scope, items: readonly Located[], outer: Env | undefined): Located[] {
    const [param] = withoutReceiver(scope);
    return items.flatMap((item) => {
      const args = new Map(param ? [[param.name, item]] : []);
      const env: Env = { scope, args, depth: (item.env?.depth ?? 0) + 1, ...(outer ? { outer } : {}) };
      return scope.returns.map((expr): Located => ({ expr, env, module: scope.module }));
    });
  }
}

/** Texts that parameters may be declared as, in all, for each of them to count. */
const MOST_TEXTS = 6;

/** One environment for each text that a parameter is declared as: `kind: 'letter' | 'parcel'`. */
function declaredWays(scope: Scope): Env[] | undefined {
  if (scope.module.language !== 'typescript') return undefined;
  let ways: Map<string, Located>[] = [new Map()];
  for (const { name, type = '' } of scope.params) {
    if (!/^:?\s*(?:'[^']*'|"[^"]*")(?:\s*\|\s*(?:'[^']*'|"[^"]*"))*$/.test(type)) continue;
    const texts = [...type.matchAll(/'([^']*)'|"([^"]*)"/g)].map(
      ([, single, double]) => single ?? double ?? '',
    );
    if (ways.length * texts.length > MOST_TEXTS) continue;
    ways = ways.flatMap((way) =>
      texts.map((value) => {
        const expr: Expr = { kind: 'text', value, line: scope.line, at: 0 };
        return new Map(way).set(name, { expr, env: undefined, module: scope.module });
      }),
    );
  }
  return ways.length < 2 ? undefined : ways.map((args) => ({ scope, args, depth: 1, partial: true }));
}

/** Go: without what is returned beside an error, which is nothing. */
function withoutFailures(given: readonly Expr[], { module, others }: Scope): readonly Expr[] {
  if (module.language !== 'go' || others === undefined) return given;
  const isNothing = (expr: Expr): boolean =>
    expr.kind === 'literal' ? expr.value === null : expr.kind === 'text' && expr.value === '';
  const left = given.filter((expr) => {
    const error = others.get(expr)?.at(-1);
    return !isNothing(expr) || error === undefined || isNothing(error);
  });
  return left.length > 0 ? left : given;
}

/** One of the results that are returned together: `return f()` hands on those of another function. */
function resultOf(expr: Expr, nth: number, { others }: Scope): Expr | undefined {
  if (nth === 0) return expr;
  const { line, at } = expr;
  return (
    others?.get(expr)?.[nth - 1] ??
    (expr.kind === 'call' ? { kind: 'result', of: expr, nth, line, at } : undefined)
  );
}

const tooMany = (scope: Scope): Env => ({
  scope,
  args: new Map(),
  depth: 0,
  closed: `it is called in more than ${MOST_CONTEXTS} ways`,
});

const tooDeep = (scope: Scope): Env => ({
  scope,
  args: new Map(),
  depth: 0,
  closed: 'it is called through too many functions',
});

/** The environment of a call, where that stands in the function around the one that is called. */
function enclosing(scope: Scope, env: Env | undefined): Env | undefined {
  for (let here = env; here; here = here.outer) if (encloses(here.scope, scope)) return here;
  return undefined;
}
