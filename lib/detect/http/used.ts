import type { Evaluator } from '../evaluate/evaluator.ts';
import { push } from '../evaluate/scopes.ts';
import type { Env } from '../evaluate/values.ts';
import type { Call, Expr, Module, Scope } from '../syntax/ir.ts';

/** Something whose parts may be read: an expression, and the steps from the request's result to it. */
interface Flow {
  expr: Expr;
  steps: readonly string[];
  module: Module;
  /** By whom the code is run, where one way of it is asked about. */
  env: Env | undefined;
}

/** Expressions that one result is followed through, and calls from function to function, at most. */
const MOST_FLOWS = 400;
const MOST_CALLERS = 40;
/** Values of one variable that are distinguished. */
const MOST_BINDINGS = 50;

/** Methods of lists whose function gets each element first. */
const eachOf = /^(?:map|forEach|filter|find|findLast|flatMap|some|every|sort|findIndex)$/;
/** Methods of lists that give a list of the same elements. */
const sameList = /^(?:filter|slice|sort|reverse|toSorted|concat|flat)$/;
/** Which parts of the results of calls are read, over all modules. Each module is indexed once, at the first question about it. */
export class Used {
  private readonly e: Evaluator;
  private readonly text: (path: string) => string;
  private readonly indexes = new WeakMap<Module, Index>();

  constructor(e: Evaluator, text: (path: string) => string) {
    this.e = e;
    this.text = text;
  }

  /**
   * The steps from a call's result to each part of it that is read: members by name, `json()` for such a call, `*` for each
   * element of a list. Only the longest of each: `a.b` says `a` too. `isWhole`: nothing else of it is read, as the result goes
   * nowhere but where these are read. `body`: the steps that lead to what is asked about, any of them.
   */
  of(
    call: Call,
    module: Module,
    env: Env | undefined,
    body: readonly string[],
  ): { steps: string[][]; isWhole: boolean } {
    let isWhole = true;
    const found = new Map<string, readonly string[]>();
    const seen = new Set<string>();
    const seenAt = new Map<Expr, Set<string>>();
    const todo: Flow[] = [{ expr: call, steps: [], module, env }];
    let callers = 0;
    const follow = (expr: Expr, steps: readonly string[], where: Module, by: Env | undefined): void => {
      const key = steps.join('\n');
      const known = seenAt.get(expr) ?? new Set();
      seenAt.set(expr, known);
      if (known.has(key) || todo.length >= MOST_FLOWS || steps.length > 20) return;
      known.add(key);
      todo.push({ expr, steps, module: where, env: by });
    };
    for (const { expr, steps, module: here, env: by } of todo) {
      const index = this.index(here);
      const key = steps.join('.');
      if (isWhole && isAbove(steps, body) && this.escapes(expr, index, here)) isWhole = false;
      if (!seen.has(key)) {
        seen.add(key);
        found.set(key, steps);
      }
      for (const same of index.same.get(expr) ?? []) follow(same, steps, here, by);
      for (const read of index.reads.get(expr) ?? []) {
        const step = stepOf(read);
        if (step === undefined) continue;
        const calledAs = index.calls.get(read);
        if (calledAs === undefined) {
          // A pattern's rest is the whole once more.
          if (step !== 'length') follow(read, step === '' ? steps : [...steps, step], here, by);
        } else if (read.kind === 'member')
          for (const next of this.calledOn(read.name, calledAs, steps))
            follow(next.expr, next.steps, here, by);
      }
      for (const each of index.each.get(expr) ?? [])
        follow(each, each.take === 'key' ? [...steps, KEY] : [...steps, '*'], here, by);
      for (const scope of index.returned.get(expr) ?? []) {
        if (scope.name === '') continue;
        const caller = callerOf(scope, by);
        if (caller) {
          follow(caller.call, steps, caller.call.block.scope.module, caller.env);
          continue;
        }
        for (const { call: site, module: from } of this.e.calls.sites.of(scope).slice(0, MOST_CALLERS)) {
          if (++callers > MOST_CALLERS) break;
          follow(site, steps, from, undefined);
        }
      }
      for (const { call: handed, position } of index.given.get(expr) ?? []) {
        if (position === 0 && parses(handed)) follow(handed, [...steps, 'json()'], here, by);
        const into = this.functionOf(handed, here);
        const param = into?.params.filter(({ name }) => name !== 'self' && name !== 'this')[position];
        if (into && param)
          for (const use of this.usesOf(into, param.name)) follow(use, steps, into.module, undefined);
      }
    }
    const all = [...found.values()].filter((steps) => !steps.includes(KEY)).map((steps) => [...steps]);
    const steps = all.filter(
      (path) =>
        !all.some((other) => other.length > path.length && path.every((step, i) => step === other[i])),
    );
    return { steps, isWhole: isWhole && todo.length < MOST_FLOWS };
  }

  /**
   * Whether a result, or a list of them, may be read elsewhere: it is handed on, given back, or stands where nothing is known of
   * what becomes of it. Each mention of a variable in its file has to be one whose reads are known.
   */
  private escapes(expr: Expr, index: Index, module: Module): boolean {
    if ((index.returned.get(expr) ?? []).length > 0) return true;
    const given = index.given.get(expr) ?? [];
    if (given.some(({ call, position }) => position !== 0 || !parses(call))) return true;
    const isKnown = given.length > 0 || index.reads.has(expr) || index.same.has(expr) || index.each.has(expr);
    if (!isKnown && !index.bound.has(expr)) return true;
    const unread = index.unread.get(expr);
    if (unread !== undefined && mentionsOf(unread.name, this.text(module.path)) > unread.count) return true;
    if (expr.kind !== 'name') return false;
    const owner = ownerOf(expr);
    if (owner === undefined) return true;
    const uses = new Set((index.uses.get(owner)?.get(expr.name) ?? []).map(({ at }) => at));
    const bound = owner.bindings.get(expr.name)?.length ?? 0;
    const params = owner.params.filter(({ name }) => name === expr.name).length;
    return mentionsOf(expr.name, this.text(module.path)) > uses.size + bound + params;
  }

  /** What a method that is called on a result leads to: its own result, and the parameter of a function that it is given. */
  private calledOn(name: string, call: Call, steps: readonly string[]): { expr: Expr; steps: string[] }[] {
    const found: { expr: Expr; steps: string[] }[] = [];
    const [first] = call.args;
    const inner = first?.value.kind === 'function' ? first.value.scope : undefined;
    const intoParam = (into: Scope, more: string[]): void => {
      const [param] = into.params;
      if (param)
        for (const use of this.usesOf(into, param.name))
          found.push({ expr: use, steps: [...steps, ...more] });
    };
    if (name === 'then') {
      if (inner) {
        intoParam(inner, []);
        // What the function gives is what the whole gives.
        const { chained, same } = this.index(inner.module);
        if (!chained.has(call)) for (const given of inner.returns) push(same, given, call);
        chained.add(call);
      }
    } else if (/^(?:json|text|body)$/.test(name) && call.args.length < 2)
      found.push({ expr: call, steps: [...steps, `${name}()`] });
    else if (eachOf.test(name)) {
      if (inner) intoParam(inner, ['*']);
      if (sameList.test(name)) found.push({ expr: call, steps: [...steps] });
      if (/^(?:find|findLast)$/.test(name)) found.push({ expr: call, steps: [...steps, '*'] });
    } else if (sameList.test(name)) found.push({ expr: call, steps: [...steps] });
    else if (name === 'at' || name === 'pop') found.push({ expr: call, steps: [...steps, '*'] });
    else if (name === 'get' && first?.value.kind === 'text' && call.block.scope.module.language === 'python')
      found.push({ expr: call, steps: [...steps, first.value.value] });
    else if (/^(?:catch|finally|raise_for_status|copy|read|decode)$/.test(name))
      found.push({ expr: call, steps: [...steps] });
    return found;
  }

  /** The function of these files that is called, by a name that stands for no more than one. */
  private functionOf(call: Call, module: Module): Scope | undefined {
    if (call.callee.kind !== 'name' && call.callee.kind !== 'member') return undefined;
    const values = this.e.glancing(() =>
      this.e.aside(2000, () => this.e.evaluate({ expr: call.callee, env: undefined, module })),
    );
    const [only, ...others] = values;
    return only?.t === 'function' && others.length === 0 ? only.scope : undefined;
  }

  /** Where a parameter is used, as an expression. */
  private usesOf(scope: Scope, name: string): Expr[] {
    return this.index(scope.module).uses.get(scope)?.get(name) ?? [];
  }

  private index(module: Module): Index {
    const known = this.indexes.get(module);
    if (known) return known;
    const made = indexOf(module);
    this.indexes.set(module, made);
    return made;
  }
}

/** Whether steps lead to the whole body, or to a list of such, and not to a part of one. */
function isAbove(steps: readonly string[], body: readonly string[]): boolean {
  const at = body.length === 0 ? 0 : steps.findIndex((step) => body.includes(step)) + 1;
  if (at === 0 && body.length > 0) return steps.length === 0;
  return steps.slice(at).every((step) => step === '*' || step === 'json()');
}

/** How often a text names a variable: not as a member, and not as a key. */
function mentionsOf(name: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const [before, after] = [
      text.slice(Math.max(0, at - 40), at),
      text.slice(at + name.length, at + name.length + 40),
    ];
    if (/[\w$]$/.test(before) || /^[\w$]/.test(after)) continue;
    const isMember = /(?<!\.\.)\??\.\s*$/.test(before);
    const isKey = /[{,]\s*$/.test(before) && /^\s*:/.test(after);
    if (!isMember && !isKey) count++;
  }
  return count;
}

/** The call of a function that an environment is about. */
function callerOf(scope: Scope, env: Env | undefined): Env['caller'] {
  for (let here = env; here; here = here.outer) if (here.scope === scope) return here.caller;
  return undefined;
}

/** `JSON.parse(text)`, `json.loads(text)`. */
const parses = ({ callee }: Call): boolean =>
  callee.kind === 'member' &&
  callee.object.kind === 'name' &&
  /^(?:parse|loads?)$/.test(callee.name) &&
  /^json$/i.test(callee.object.name);

/** Stands for the keys of an object, which are not properties. */
const KEY = '\0key';

type Each = Extract<Expr, { kind: 'each' }>;

/** What is read of which expression in one module. */
interface Index {
  /** Members and elements by what they are read of; a name's by the value that it is bound to. */
  reads: Map<Expr, Expr[]>;
  /** Expressions that are what another one is: names by what they are bound to. */
  same: Map<Expr, Expr[]>;
  /** Calls by what is called. */
  calls: Map<Expr, Call>;
  each: Map<Expr, Each[]>;
  /** Functions that give an expression. */
  returned: Map<Expr, Scope[]>;
  /** Calls that are given an expression. */
  given: Map<Expr, { call: Call; position: number }[]>;
  /** What variables are bound to. */
  bound: Set<Expr>;
  /** Variables of which no reads are known, by what they are bound to, with the number of their bindings. */
  unread: Map<Expr, { name: string; count: number }>;
  /** Names by the scope whose variables they are. */
  uses: Map<Scope, Map<string, Expr[]>>;
  /** Calls of `then` of which the result is known to be that of their function. */
  chained: Set<Call>;
}

function indexOf(module: Module): Index {
  const index: Index = {
    reads: new Map(),
    same: new Map(),
    calls: new Map(),
    each: new Map(),
    returned: new Map(),
    given: new Map(),
    bound: new Set(),
    unread: new Map(),
    uses: new Map(),
    chained: new Set(),
  };
  const noted = new Set<Expr>();
  const note = (expr: Expr): void => {
    if (expr.kind !== 'name' || noted.has(expr)) return;
    noted.add(expr);
    const owner = ownerOf(expr);
    if (!owner) return;
    const names = index.uses.get(owner) ?? new Map<string, Expr[]>();
    index.uses.set(owner, names);
    push(names, expr.name, expr);
  };
  const alternatives = (expr: Expr): readonly Expr[] =>
    expr.kind === 'either' ? expr.options.flatMap(alternatives) : [expr];
  for (const read of module.members)
    if (read.kind === 'member' || read.kind === 'index') {
      for (const object of alternatives(read.object)) {
        push(index.reads, object, read);
        note(object);
      }
    }
  for (const call of module.calls) {
    if (!index.calls.has(call.callee)) index.calls.set(call.callee, call);
    // A chain that is not a member of its own: `requests.get(…).json()`
    if (call.callee.kind === 'member') note(call.callee.object);
    call.args.forEach(({ value }, position) => {
      for (const alternative of alternatives(value)) {
        note(alternative);
        push(index.given, alternative, { call, position });
      }
    });
  }
  for (const scope of scopesOf(module)) {
    for (const given of scope.returns)
      for (const alternative of alternatives(given)) {
        note(alternative);
        push(index.returned, alternative, scope);
      }
    for (const [name, bound] of scope.bindings)
      for (const { value } of bound)
        for (const alternative of alternatives(value)) {
          note(throughEach(alternative));
          // A field, or an item of something, may be read from anywhere.
          if (scope.kind !== 'class' && !name.endsWith(']')) index.bound.add(throughEach(alternative));
        }
  }
  for (const scope of scopesOf(module))
    for (const [name, bound] of scope.bindings) {
      const uses = index.uses.get(scope)?.get(name) ?? [];
      if (uses.length === 0)
        for (const { value } of bound)
          for (const alternative of alternatives(value))
            index.unread.set(alternative, { name, count: bound.length });
      if (uses.length === 0 || bound.length > MOST_BINDINGS) continue;
      bound.forEach((binding, i) => {
        const next = bound[i + 1];
        const own = uses.filter(
          (use) =>
            bound.length === 1 ||
            (use.at >= binding.at &&
              (next === undefined || use.at < next.at || next.block !== binding.block)),
        );
        for (const alternative of alternatives(binding.value)) {
          if (alternative.kind === 'each') {
            push(index.each, alternative.of, alternative);
          }
          for (const source of sourcesOf(alternative)) for (const use of own) push(index.same, source, use);
        }
      });
    }
  return index;
}

const throughEach = (expr: Expr): Expr => (expr.kind === 'each' ? expr.of : expr);

/** What a bound value is, seen through `Promise.all`. */
function sourcesOf(value: Expr): Expr[] {
  if (value.kind !== 'index' || value.object.kind !== 'call' || value.index.kind !== 'literal')
    return [value];
  const { callee, args } = value.object;
  const isAll = (callee.kind === 'member' || callee.kind === 'name') && /^(?:all|gather)$/.test(callee.name);
  if (!isAll) return [value];
  const list = args[0]?.value;
  const items = list?.kind === 'list' ? list.items : args.map((arg) => arg.value);
  const item = items[Number(value.index.value)];
  return item ? [value, item] : [value];
}

/** The scope whose variable or parameter a name is. */
function ownerOf(use: Expr): Scope | undefined {
  if (use.kind !== 'name') return undefined;
  for (let scope: Scope | undefined = use.block.scope; scope; scope = scope.parent) {
    if (scope.kind === 'class' && scope !== use.block.scope) continue;
    if (scope.bindings.has(use.name) || scope.params.some(({ name }) => name === use.name)) return scope;
  }
  return undefined;
}

function* scopesOf(module: Module): Generator<Scope> {
  const seen = new Set<Scope>();
  const todo: Scope[] = [module.root];
  for (const call of module.calls) todo.push(call.block.scope);
  for (const read of module.members)
    if ((read.kind === 'member' || read.kind === 'index') && read.object.kind === 'name')
      todo.push(read.object.block.scope);
  for (const start of todo)
    for (let scope: Scope | undefined = start; scope && !seen.has(scope); scope = scope.parent) {
      seen.add(scope);
      yield scope;
      for (const inner of scope.scopes.values()) for (const nested of inner) todo.push(nested);
    }
}

/** One step from an object to what is read of it; undefined where the name of it is not known. */
function stepOf(read: Expr): string | undefined {
  if (read.kind === 'member') return read.name;
  if (read.kind !== 'index') return undefined;
  if (read.index.kind === 'text') return read.index.value;
  return read.index.kind === 'literal' && typeof read.index.value === 'number' ? '*' : undefined;
}
