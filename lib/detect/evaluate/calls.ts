import type { Argument, Block, Call, Entry, Expr, Module, Scope } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { encloses, functionAround, selfIn, withoutReceiver } from './scopes.ts';
import { Sites } from './sites.ts';
import { type Env, type Located, unknown, type Value } from './values.ts';

/** Ways to run one place that are distinguished; where there are more, nothing is said of its parameters. */
const MOST_CONTEXTS = 200;
const MOST_ROUNDS = 48;
const MOST_ITEMS = 2000;
/** Calls within one another, at most. */
const DEEPEST = 24;

/** What a function may be called with, and what it gives back. The arguments of one call stay together at any depth. */
export class Calls {
  readonly sites: Sites;
  private readonly e: Evaluator;
  private readonly ways = new Map<Scope, readonly (Env | undefined)[]>();

  constructor(e: Evaluator) {
    this.e = e;
    this.sites = new Sites(e);
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
    const found = callers.flatMap((env) => this.rounds(block, env));
    if (found.length <= MOST_CONTEXTS) return found;
    this.e.blurred(MIXED);
    return [...callers];
  }

  /** The function whose callers decide what runs here: a named one, or one that is called where it is made. */
  private around(block: Block): Scope | undefined {
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
    for (const { call, module } of sites) {
      for (const env of this.waysTo(call.block)) {
        for (const callee of this.calleesAt(scope, call, env, module)) {
          const outer = callee.t === 'function' ? callee.env : undefined;
          const self = this.receiver(scope, callee, call, env);
          const args = callee.t === 'function' && callee.given ? [...callee.given, ...call.args] : call.args;
          const bound = this.bindArguments(
            scope,
            args,
            { env, module },
            outer ?? enclosing(scope, env),
            self,
          );
          found.push({ ...bound, caller: { call, env } });
          if (found.length > MOST_CONTEXTS) return [tooMany(scope)];
        }
      }
    }
    return found;
  }

  /** Nobody calls it in these files: a handler, or a function in another that runs it in a way that is not seen. */
  private uncalled(scope: Scope): (Env | undefined)[] {
    const outer = scope.parent && this.around({ scope: scope.parent });
    return outer === undefined ? [undefined] : [...this.callers(outer)];
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

  /** The environment once for each round of the loops around a block, where what is looped over stands in the code. */
  private rounds(block: Block, env: Env | undefined): (Env | undefined)[] {
    let found: (Env | undefined)[] = [env];
    const around = functionAround(block);
    for (let here: Block | undefined = block; here && functionAround(here) === around; here = here.parent) {
      const { each } = here;
      if (!each) continue;
      const { module } = here.scope;
      found = found.flatMap((one) => {
        const count = this.lengthOf({ expr: each, env: one, module });
        if (count > MOST_ROUNDS) this.e.blurred(MIXED);
        if (count < 2 || count > MOST_ROUNDS) return [one];
        return Array.from({ length: count }, (_, round) => inRound(one, module, each, round));
      });
      if (found.length > MOST_CONTEXTS) {
        this.e.blurred(MIXED);
        return [env];
      }
    }
    return found;
  }

  /** The items of a comprehension, once for each round of its loops that stand in the code. */
  everyRound(items: readonly Expr[], over: readonly Expr[], at: Located): Located[] {
    return this.everyWay(over, at).flatMap((env) => items.map((expr): Located => ({ ...at, expr, env })));
  }

  /** The entries of a comprehension, likewise. */
  everyEntry(
    entries: readonly Entry[],
    over: readonly Expr[],
    at: Located,
  ): { key: Located; value: Located }[] {
    return this.everyWay(over, at).flatMap((env) =>
      entries.map(({ key, value }) => ({
        key: { ...at, expr: key, env },
        value: { ...at, expr: value, env },
      })),
    );
  }

  private everyWay(over: readonly Expr[], at: Located): (Env | undefined)[] {
    let found: (Env | undefined)[] = [at.env];
    for (const each of over)
      found = found.flatMap((env) => {
        const count = this.lengthOf({ ...at, expr: each, env });
        if (count < 1 || count > MOST_CONTEXTS) return [env];
        return Array.from({ length: count }, (_, round) => inRound(env, at.module, each, round));
      });
    if (found.length > MOST_ITEMS) this.e.leftOut(`a comprehension has more than ${MOST_ITEMS} rounds`);
    return found.slice(0, MOST_ITEMS);
  }

  private lengthOf(of: Located): number {
    const [value, ...others] = this.e.evaluate(of);
    if (others.length > 0) return 0;
    if (value?.t === 'list') return this.e.elements(of).length;
    return value?.t === 'map' ? value.entries.length : 0;
  }

  /** A function's result for these arguments. */
  invoke(
    scope: Scope,
    args: readonly Argument[],
    from: { env: Env | undefined; module: Module },
    outer?: Env,
    self?: Value,
  ): Value[] {
    const again = [unknown(`'${scope.name}' calls itself`, scope.name)];
    if ((from.env?.depth ?? 0) > DEEPEST) return again;
    return this.e.once(
      scope,
      () => {
        const env = this.bindArguments(scope, args, from, outer, self);
        const given = this.e.branches.returned(scope, env);
        const values = given.flatMap((expr) => this.e.evaluate({ expr, env, module: scope.module }));
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

  /** The parameters of a function as one call gives them; what a spread that is not known may give is not known. */
  bindArguments(
    scope: Scope,
    args: readonly Argument[],
    from: { env: Env | undefined; module: Module },
    outer?: Env,
    self?: Value,
  ): Env {
    const params = withoutReceiver(scope);
    const given = this.given(args, from);
    const bound = new Map<string, Located>();
    const rest = params.find((param) => param.rest);
    const named = params.find((param) => param.named);
    const own = params.filter((param) => !param.rest && !param.named);
    // What follows `*parts` is given by name only.
    const places = rest ? params.slice(0, params.indexOf(rest)) : own;
    given.positional.forEach((value, i) => {
      const param = places[i];
      if (param) bound.set(param.name, value);
    });
    const isOwn = ([name]: [string, Located]) => own.some((param) => param.name === name);
    for (const entry of given.named) if (!named || isOwn(entry)) bound.set(...entry);
    const others = given.positional.slice(places.length);
    if (rest && others.length > 0 && !given.open) bound.set(rest.name, together(others));
    if (named)
      bound.set(
        named.name,
        asMap(
          [...given.named].filter((entry) => !isOwn(entry)),
          from,
        ),
      );
    return {
      scope,
      args: bound,
      depth: (from.env?.depth ?? 0) + 1,
      ...(outer ? { outer } : {}),
      ...(self ? { self } : {}),
      ...(given.open ? { closed: 'arguments that are not known' } : {}),
    };
  }

  /** Arguments with what is spread in them; `open`: something is spread that is not known. */
  private given(
    args: readonly Argument[],
    { env, module }: { env: Env | undefined; module: Module },
  ): { positional: Located[]; named: Map<string, Located>; open: boolean } {
    const positional: Located[] = [];
    const named = new Map<string, Located>();
    let open = false;
    for (const { name, value: expr } of args) {
      const here = { expr, env, module };
      if (name === '**') {
        const [value, ...others] = this.e.evaluate(here);
        if (value?.t !== 'map' || others.length > 0) open = true;
        else for (const entry of value.entries) this.byName(entry, named);
      } else if (name !== undefined) named.set(name, here);
      else if (expr.kind === 'spread') {
        const values = this.e.evaluate({ ...here, expr: expr.of });
        const [list] = values;
        if (list?.t === 'list' && !list.open && values.length === 1)
          positional.push(...this.e.elements({ ...here, expr: expr.of }));
        else open = true;
        if (open) break;
      } else positional.push(here);
    }
    return { positional, named, open };
  }

  private byName({ key, value }: { key: Located; value: Located }, named: Map<string, Located>): void {
    for (const name of this.e.texts(key)) {
      const [only] = name;
      if (name.length === 1 && typeof only === 'string') named.set(only, value);
    }
  }
}

const MIXED = `the loops around it have too many rounds to distinguish: their variables are combined`;

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

/** Several places as one list. Their environments differ, so the list's items are kept as they are. */
const together = (items: readonly Located[]): Located => {
  const [first] = items as [Located];
  const { line, at } = first.expr;
  return { ...first, expr: { kind: 'placed', value: { t: 'list', items: [...items] }, line, at } };
};

function asMap(
  entries: readonly [string, Located][],
  from: { env: Env | undefined; module: Module },
): Located {
  const { line, at } = entries[0]?.[1].expr ?? { line: 1, at: 0 };
  const map: Value = {
    t: 'map',
    entries: entries.map(([name, value]) => ({
      key: { ...from, expr: { kind: 'text', value: name, line, at } },
      value,
    })),
  };
  return { ...from, expr: { kind: 'placed', value: map, line, at } };
}

function inRound(env: Env | undefined, module: Module, each: Expr, round: number): Env {
  const rounds = new Map(env?.rounds).set(each, round);
  return { ...(env ?? { scope: module.root, args: new Map(), depth: 0 }), rounds };
}
