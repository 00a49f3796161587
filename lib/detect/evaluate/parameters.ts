import type { Expr, Module, Param, Scope } from '../syntax/ir.ts';
import { bindArguments } from './arguments.ts';
import { Declared } from './declared.ts';
import type { Evaluator } from './evaluator.ts';
import { type Env, type Located, MOST, unknown, type Value } from './values.ts';

/** What parameters are: what the environment says, what callers give, their fallback, or something of the declared type. */
export class Parameters {
  readonly declared: Declared;
  private readonly e: Evaluator;
  private callbacks: Map<Scope, Callback> | undefined;

  constructor(e: Evaluator) {
    this.e = e;
    this.declared = new Declared(e);
  }

  /** The alternatives for a parameter of a function, at least one. */
  valueOf(scope: Scope, param: Param, env: Env | undefined): Value[] {
    for (let here = env; here; here = here.outer) {
      if (here.scope !== scope) continue;
      const given = here.args.get(param.name);
      if (given) {
        const values = this.e.evaluate(given);
        return values.every(({ t }) => t === 'unknown') ? (this.ofType(scope, param) ?? values) : values;
      }
      if (here.partial) break;
      if (here.closed !== undefined) return this.ofType(scope, param) ?? [unknown(here.closed, param.name)];
      if (param.fallback)
        return this.e.evaluate({ expr: param.fallback, env: undefined, module: scope.module });
      if (scope.name !== '') return [unknown(`parameter '${param.name}' of '${scope.name}'`, param.name)];
    }
    if (param.named) return [{ t: 'map', entries: [] }];
    const iterated = scope.name === '' ? this.iterated(scope, param, env) : undefined;
    if (iterated) return iterated;
    const { isCalled } = this.e;
    const given = isCalled ? this.e.once(param, () => this.givenBySites(scope, param), []) : [];
    if (given.some(({ t }) => t !== 'unknown')) return given;
    const isGiven = given.length > 0;
    if (param.fallback && !isGiven) {
      const values = this.e.evaluate({ expr: param.fallback, env: undefined, module: scope.module });
      if (values.some((value) => value.t !== 'null' && value.t !== 'unknown')) return values;
    }
    // What is given and not known is at least of the type that it is declared as.
    const declared =
      param.type === undefined || !isCalled ? undefined : this.declared.classOf(param.type, scope);
    if (declared) return this.declared.instancesOf(declared);
    const made =
      param.type === undefined || !isCalled || isGiven ? [] : this.declared.givenAs(param.type, scope.module);
    if (made.length > 0) return made;
    if (isGiven) return given;
    return [unknown(`parameter '${param.name}' of '${scope.name || 'a callback'}'`, param.name)];
  }

  /** Something of the struct that a parameter is declared as, of which nothing more is known. */
  private ofType(scope: Scope, { type }: Param): Value[] | undefined {
    if (type === undefined || !/^(?:rust|go)$/.test(scope.module.language)) return undefined;
    const declared = this.declared.classOf(type, scope);
    return declared && [{ t: 'instance', scope: declared, env: undefined }];
  }

  private givenBySites(scope: Scope, param: Param): Value[] {
    const { calls } = this.e;
    const sites = calls.sites.of(scope);
    if (sites.length > MOST) return [unknown(`it is called in more than ${MOST} ways`, param.name)];
    return sites.flatMap(({ call, module }) => {
      const env = bindArguments(this.e, scope, call.args, { env: undefined, module });
      const given = env.args.get(param.name);
      return given ? this.e.evaluate(given) : [];
    });
  }

  /** The first parameter of `list.forEach((x) => …)` is each of the list's elements; that of `apply`, the thing itself. */
  private iterated(scope: Scope, param: Param, env: Env | undefined): Value[] | undefined {
    if (scope.params[0] !== param) return undefined;
    this.callbacks ??= callbacksOf(this.e.modules);
    const callback = this.callbacks.get(scope);
    if (!callback) return undefined;
    const of: Located = { expr: callback.of, env, module: scope.module };
    return this.e.once(
      param,
      () => {
        const values = this.e.evaluate(of);
        if (callback.whole) return values;
        return values.some((value) => value.t === 'list') ? this.e.each(of, 'element') : undefined;
      },
      undefined,
    );
  }
}

/** A function given to a method: `whole` where it gets what the method is called on, not each element of it. */
interface Callback {
  of: Expr;
  whole: boolean;
}

/** What each callback of `map`, `forEach`, Pulumi's `apply` and their kin is called on. */
function callbacksOf(modules: readonly Module[]): Map<Scope, Callback> {
  const found = new Map<Scope, Callback>();
  for (const module of modules)
    for (const { callee, args } of module.calls) {
      if (callee.kind !== 'member') continue;
      const whole = callee.name === 'apply';
      if (!whole && !/^(?:map|forEach|flatMap|for_each|filter|each)$/.test(callee.name)) continue;
      for (const arg of args)
        if (arg.value.kind === 'function') found.set(arg.value.scope, { of: callee.object, whole });
    }
  return found;
}
