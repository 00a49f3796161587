import type { Binding, Block, Expr, Match, Scope } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { selfIn } from './scopes.ts';
import { type Env, type Located, plain, type Value } from './values.ts';

/** Which branches run for one call: those that ask whether a parameter is given. */
export class Branches {
  private readonly e: Evaluator;

  constructor(e: Evaluator) {
    this.e = e;
  }

  /**
   * Without what is overwritten in a branch that surely runs, and without what stands in one that does not: by whether the
   * parameter that it asks for is given.
   */
  afterSure(bindings: readonly Binding[], scope: Scope, env: Env | undefined): readonly Binding[] {
    if (bindings.length === 0 || env === undefined) return bindings;
    const left = bindings.filter(({ block }) => this.runs(block, scope, env) !== false);
    const last = left.findLastIndex(({ block }) => this.runs(block, scope, env) === true);
    return last < 0 ? left : left.slice(last);
  }

  /** Without what stands in a branch that does not run. */
  thatRun(bindings: readonly Binding[], scope: Scope, env: Env | undefined): readonly Binding[] {
    return env === undefined
      ? bindings
      : bindings.filter(({ block }) => this.runs(block, scope, env) !== false);
  }

  /** Whether a branch runs, where the environment tells. */
  private runs(block: Block, scope: Scope, env: Env, open?: 'unknown'): boolean | undefined {
    for (let { parent } = block; parent?.scope === scope; parent = parent.parent)
      if (this.asked(parent, scope, env, open) === false) return false;
    return this.asked(block, scope, env, open);
  }

  /** What a branch's own condition says. */
  private asked(
    { when, not, equals, parent }: Block,
    scope: Scope,
    env: Env,
    open?: 'unknown',
  ): boolean | undefined {
    if (equals !== undefined && when?.kind === 'name' && !isBoundBefore(when, scope)) {
      const is = this.isOneOf(when.name, equals, scope, env);
      const runs = is === undefined ? undefined : is !== (not === true);
      return runs && parent?.parent?.scope === scope ? undefined : runs;
    }
    if (when?.kind !== 'name' || parent?.parent?.scope === scope || isBoundBefore(when, scope))
      return undefined;
    if (!not) return this.isGiven(when.name, scope, env, open);
    const given = this.isGiven(when.name, scope, env, 'unknown');
    return given === undefined ? undefined : !given;
  }

  /** What a function may give in an environment: without the branches that do not run, and what follows one that does. */
  returned(scope: Scope, env: Env): readonly Expr[] {
    if (scope.branches === undefined) return scope.returns;
    const found: Expr[] = [];
    for (const expr of scope.returns) {
      const block = scope.branches.get(expr);
      const runs = block && this.runs(block, scope, env, 'unknown');
      if (runs !== false) found.push(expr);
      if (runs) break;
    }
    return found;
  }

  /** The one of two options that a parameter decides on, where it is known; else both. */
  chosenBy(test: Expr | undefined, options: readonly Expr[], env: Env | undefined): readonly Expr[] {
    if (test?.kind !== 'name' || options.length !== 2) return options;
    for (let scope: Scope | undefined = test.block.scope; scope; scope = scope.parent) {
      if (scope.bindings.has(test.name)) return options;
      if (!scope.params.some(({ name }) => name === test.name)) continue;
      const given = this.isGiven(test.name, scope, env, 'unknown');
      return given === undefined ? options : options.slice(given ? 0 : 1, given ? 1 : 2);
    }
    return options;
  }

  /** The arms of a match that run for what is known of its value; all of them where its variant is not. */
  matched({ of, arms }: Match, options: readonly Expr[], at: Located): readonly Expr[] {
    const self = of.kind === 'name' && of.name === 'self' ? selfIn(at.env) : undefined;
    const values = self ? [self] : this.e.evaluate({ ...at, expr: of });
    const chosen = new Set<number>();
    for (const value of values) {
      const type = value.t === 'map' ? value.source?.type : undefined;
      if (type === undefined || !/^[A-Z]\w*\.[A-Z]\w*$/.test(type)) return options;
      const [owner = ''] = type.split('.');
      // An arm of another enum's variants is an arm that this value never was meant for.
      if (arms.some(({ variants }) => variants.some((variant) => !variant.startsWith(`${owner}.`))))
        return options;
      for (const [i, { variants, guarded }] of arms.entries()) {
        if (variants.length > 0 && !variants.includes(type)) continue;
        chosen.add(i);
        if (!guarded) break;
      }
    }
    return chosen.size > 0 ? options.filter((_, i) => chosen.has(i)) : options;
  }

  /** Whether a parameter is one of some texts, where the environment tells. */
  private isOneOf(name: string, texts: readonly string[], scope: Scope, env: Env): boolean | undefined {
    for (let here: Env | undefined = env; here; here = here.outer) {
      if (here.scope !== scope) continue;
      const param = scope.params.find((declared) => declared.name === name);
      const given =
        here.args.get(name) ??
        (param?.fallback && here.closed === undefined && !here.partial
          ? { expr: param.fallback, env: undefined, module: scope.module }
          : undefined);
      const known = given ? this.e.evaluate(given).map((value) => plain(value)) : [];
      if (known.length === 0 || known.some((text) => text === undefined)) return undefined;
      const hits = known.filter((text) => text !== undefined && texts.includes(text)).length;
      return hits === known.length ? true : hits === 0 ? false : undefined;
    }
    return undefined;
  }

  /** Whether a parameter is something, where the environment tells: neither absent nor false. `open`: what does not tell. */
  private isGiven(name: string, scope: Scope, env: Env | undefined, open?: 'unknown'): boolean | undefined {
    for (let here = env; here; here = here.outer) {
      if (here.scope !== scope) continue;
      const param = scope.params.find((declared) => declared.name === name);
      const given = here.args.get(name);
      if (!given && (here.partial || here.closed !== undefined)) return undefined;
      // In JavaScript, what a call leaves out is undefined.
      const isLeftOut = /script$/.test(scope.module.language) && scope.name !== '' && param && !param.rest;
      if (!given && !param?.fallback) return isLeftOut ? false : undefined;
      const place =
        given ?? (param?.fallback && { expr: param.fallback, env: undefined, module: scope.module });
      const values = place ? this.e.evaluate(place) : [];
      const no = values.filter((value) => value.t === 'null' || (value.t === 'text' && isFalse(value)));
      if (values.some(({ t }) => t === open)) return undefined;
      if (no.length === values.length) return false;
      return no.length === 0 ? true : undefined;
    }
    return undefined;
  }
}

/** Whether a parameter is not any more what it was handed in as where a branch asks for it. */
const isBoundBefore = ({ name, at }: Extract<Expr, { kind: 'name' }>, { bindings }: Scope): boolean =>
  bindings.get(name)?.some((binding) => binding.at < at) === true;

const isFalse = ({ parts, literal }: Extract<Value, { t: 'text' }>): boolean =>
  parts.length === 0 || literal === false || literal === 0;
