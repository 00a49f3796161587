import type { Argument, Block, Call, Expr, Module, Scope } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { calleeName, classAround, functionAround, isReceiver, push, withoutReceiver } from './scopes.ts';
import { type Env, type Located, unknown, type Value } from './values.ts';

/** Ways to run one place that are told apart, at most. */
const MOST_CONTEXTS = 200;
const MOST_ROUNDS = 24;
const MOST_ITEMS = 2000;

/** Who calls a function with what, and what it gives back. */
export class Calls {
  private readonly e: Evaluator;
  private sites: Map<string, { call: Call; module: Module }[]> | undefined;

  constructor(e: Evaluator) {
    this.e = e;
  }

  /** One environment for each way that the code around a block is run: by whom it is called, and the rounds of its loops. */
  contexts(block: Block, depth = 0): (Env | undefined)[] {
    return this.callers(block, depth)
      .flatMap((env) => this.rounds(block, env))
      .slice(0, MOST_CONTEXTS);
  }

  private callers(block: Block, depth: number): (Env | undefined)[] {
    const scope = functionAround(block);
    if (!scope || scope.params.length === 0 || depth > 3 || this.e.spent) return [undefined];
    const sites = this.callSites(scope);
    if (sites.length === 0 || sites.length > MOST_CONTEXTS) return [undefined];
    const found: (Env | undefined)[] = [];
    for (const site of sites) {
      if (functionAround(site.call.block) === scope) continue;
      for (const env of this.contexts(site.call.block, depth + 1)) {
        found.push(this.bindArguments(scope, site.call.args, { env, module: site.module }, undefined));
        if (found.length >= MOST_CONTEXTS) return found;
      }
    }
    return found.length > 0 ? found : [undefined];
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
        if (count < 2 || count > MOST_ROUNDS) return [one];
        return Array.from({ length: count }, (_, round) => inRound(one, module, each, round));
      });
      if (found.length > MOST_CONTEXTS) return [env];
    }
    return found;
  }

  /** The items of a comprehension, once for each round of its loops that stand in the code. */
  everyRound(items: readonly Expr[], over: readonly Expr[], at: Located): Located[] {
    let found: (Env | undefined)[] = [at.env];
    for (const each of over)
      found = found.flatMap((env) => {
        const count = this.lengthOf({ ...at, expr: each, env });
        if (count < 1 || count > MOST_CONTEXTS) return [env];
        return Array.from({ length: count }, (_, round) => inRound(env, at.module, each, round));
      });
    return found.slice(0, MOST_ITEMS).flatMap((env) => items.map((expr): Located => ({ ...at, expr, env })));
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
  ): Value[] {
    const again = [unknown(`'${scope.name}' calls itself`, scope.name)];
    if ((from.env?.depth ?? 0) > 8) return again;
    return this.e.once(
      scope,
      () => {
        const env = this.bindArguments(scope, args, from, outer);
        const values = scope.returns.flatMap((expr) => this.e.evaluate({ expr, env, module: scope.module }));
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

  bindArguments(
    scope: Scope,
    args: readonly Argument[],
    from: { env: Env | undefined; module: Module },
    outer: Env | undefined,
  ): Env {
    const bound = new Map<string, Located>();
    const params = withoutReceiver(scope);
    let position = 0;
    for (const arg of args) {
      const here = { expr: arg.value, env: from.env, module: from.module };
      if (arg.name === '**') continue;
      if (arg.name !== undefined) bound.set(arg.name, here);
      else {
        if (arg.value.kind === 'spread') break;
        const param = params[position];
        if (!param?.rest) position++;
        const { line, at } = arg.value;
        if (param?.rest) {
          const before = bound.get(param.name)?.expr;
          const items = before?.kind === 'list' ? [...before.items, arg.value] : [arg.value];
          bound.set(param.name, { ...here, expr: { kind: 'list', items, line, at } });
        } else if (param) bound.set(param.name, here);
      }
    }
    return { scope, args: bound, depth: (from.env?.depth ?? 0) + 1, ...(outer ? { outer } : {}) };
  }

  /** Calls of a function in these modules, as far as they can be told from calls of others of that name. */
  callSites(scope: Scope): { call: Call; module: Module }[] {
    const creates = scope.name === '__init__' || scope.name === 'constructor';
    const name = creates ? (scope.parent?.name ?? '') : scope.name;
    if (name === '') return [];
    const sites = this.sitesByName().get(name) ?? [];
    const owner = scope.parent?.kind === 'class' && !creates ? scope.parent : undefined;
    return sites.filter(({ call, module }) => {
      const { callee } = call;
      if (callee.kind === 'name') return !owner || module.language === 'java';
      if (callee.kind !== 'member') return false;
      if (!owner) return true;
      if (callee.object.kind === 'name' && isReceiver(callee.object.name, callee.object.block)) {
        return classAround(callee.object.block) === owner;
      }
      const { object } = callee;
      return this.e.once(
        call,
        () => {
          const objects = this.e.evaluate({ expr: object, env: undefined, module });
          if (objects.some((value) => isOf(value, owner))) return true;
          return objects.every((value) => value.t === 'unknown') && !commonNames.has(name);
        },
        false,
      );
    });
  }

  sitesByName(): Map<string, { call: Call; module: Module }[]> {
    if (this.sites) return this.sites;
    this.sites = new Map();
    for (const module of this.e.modules) {
      for (const call of module.calls) {
        push(this.sites, calleeName(call), { call, module });
        for (const made of handedOn(call)) push(this.sites, calleeName(made), { call: made, module });
      }
    }
    return this.sites;
  }
}

/** Calls that another function makes of one that it is given: `pool.map(fetch, KEYS)`, `submit(fetch, key)`, `keys.map(fetch)`. */
function handedOn(call: Call): Call[] {
  const name = calleeName(call);
  const { line, at, block, callee } = call;
  const made = (target: Expr, args: Argument[]): Call => ({
    kind: 'call',
    callee: target,
    args,
    block,
    line,
    at,
  });
  const isName = (expr: Expr | undefined): expr is Expr => expr?.kind === 'name' || expr?.kind === 'member';
  const each = (of: Expr): Argument => ({ value: { kind: 'each', of, take: 'element', line, at } });
  const positional = call.args.filter((arg) => arg.name === undefined);
  const [first, ...rest] = positional;
  if (
    /^(?:map|imap|imap_unordered|map_async|forEach|flatMap|for_each|process_map|thread_map)$/.test(name) &&
    isName(first?.value)
  ) {
    if (rest.length > 0)
      return [
        made(
          first.value,
          rest.map((arg) => each(arg.value)),
        ),
      ];
    return callee.kind === 'member' ? [made(first.value, [each(callee.object)])] : [];
  }
  if (
    /^(?:submit|to_thread|partial|apply_async|call_soon|delayed|spawn_blocking|start_soon)$/.test(name) &&
    isName(first?.value)
  )
    return [made(first.value, [...rest, ...call.args.filter((arg) => arg.name !== undefined)])];
  if (name === 'run_in_executor' && isName(rest[0]?.value)) return [made(rest[0].value, rest.slice(1))];
  const target = call.args.find((arg) => arg.name === 'target')?.value;
  const given = call.args.find((arg) => arg.name === 'args')?.value;
  if (!isName(target) || given?.kind !== 'list') return [];
  return [
    made(
      target,
      given.items.map((value) => ({ value })),
    ),
  ];
}

function inRound(env: Env | undefined, module: Module, each: Expr, round: number): Env {
  const rounds = new Map(env?.rounds).set(each, round);
  return { ...(env ?? { scope: module.root, args: new Map(), depth: 0 }), rounds };
}

/** Whether a value is a class, its instance, or a literal of its type. */
function isOf(value: Value, owner: Scope): boolean {
  if (value.t === 'instance' || value.t === 'class') return value.scope === owner;
  return value.t === 'map' && value.source?.type?.split(/[.:]/).at(-1) === owner.name;
}

/** Method names so common that a call of one says nothing about whose it is. */
const commonNames = new Set(
  'get put post read write open close copy delete remove list load save upload download exists fetch add set update run main call send execute apply create build init find filter all first format join'.split(
    ' ',
  ),
);
