import { moduleOf } from '../syntax/imports.ts';
import type { Argument, Binding, Block, Call, Expr, Module, Param, Scope } from '../syntax/ir.ts';
import { libraryCall, libraryMember } from './library.ts';
import {
  type Env,
  type Hole,
  joinParts,
  type Located,
  partsOf,
  plain,
  text,
  unknown,
  type Value,
} from './values.ts';

/** Most alternatives kept for one expression; more become one unknown. */
const MOST = 48;
const DEEPEST = 150;
const LONGEST_LIST = 2000;
const LONGEST_TEXT = 100_000;
const STEPS_OF_A_PLACE = 20_000;
const STEPS_OF_A_MODULE = 250_000;

/** What makes library objects out of calls: `boto3.client('s3')` is a client. Undefined: not mine. */
export type Maker = (call: Call, at: Located, evaluator: Evaluator) => Value[] | undefined;

/**
 * Works out what expressions may be, over all the modules given, without running anything. Never throws for odd
 * code; steps are counted for each module and each place asked about, so time is bounded whatever the input.
 */
export class Evaluator {
  readonly modules: readonly Module[];
  /** Paths of the modules in which something was evaluated since the set was last cleared. */
  readonly touched = new Set<string>();
  private readonly makers: readonly Maker[];
  private moduleSteps = STEPS_OF_A_MODULE;
  private steps = STEPS_OF_A_PLACE;
  private over = false;
  private depth = 0;
  private readonly busy = new Set<unknown>();
  private callbacks: Map<Scope, Expr> | undefined;
  private children: Map<string, Scope[]> | undefined;
  private sites: Map<string, { call: Call; module: Module }[]> | undefined;

  constructor(modules: readonly Module[], makers: readonly Maker[] = []) {
    this.modules = modules;
    this.makers = makers;
  }

  /** Starts the count for one module anew. */
  startModule(): void {
    this.moduleSteps = STEPS_OF_A_MODULE;
    this.over = false;
    this.startPlace();
  }

  /** Starts the count for one call or literal anew, as far as the module's lasts. */
  startPlace(): void {
    this.steps = Math.min(STEPS_OF_A_PLACE, this.moduleSteps);
    this.touched.clear();
  }

  /** Whether something in this module was given up for want of steps. */
  get exhausted(): boolean {
    return this.over;
  }

  /** The alternatives for an expression, at least one. */
  evaluate(at: Located): Value[] {
    this.moduleSteps--;
    if (--this.steps <= 0) {
      this.over = true;
      return [unknown('too much code to follow')];
    }
    if (this.depth > DEEPEST) return [unknown('too deeply nested to follow')];
    this.depth++;
    this.touched.add(at.module.path);
    try {
      const values = this.expression(at);
      return values.length > MOST ? [...values.slice(0, MOST), unknown('too many alternatives')] : values;
    } finally {
      this.depth--;
    }
  }

  /** The alternatives as text pieces: a value that is no text is a hole. Two equal alternatives are one. */
  texts(at: Located): ReturnType<typeof partsOf>[] {
    return this.piecesOf(this.evaluate(at));
  }

  /** As `texts`, for values that are there already. */
  piecesOf(values: readonly Value[]): ReturnType<typeof partsOf>[] {
    const seen = new Map<string, ReturnType<typeof partsOf>>();
    for (const value of values.flatMap((value) => this.settle(value))) {
      if (value.t === 'null') continue;
      const parts = partsOf(value);
      seen.set(JSON.stringify(parts), parts);
    }
    return [...seen.values()];
  }

  /** A list's elements with their places; alternatives one after the other. Not a list: the thing itself. */
  elements(at: Located): Located[] {
    const found: Located[] = [];
    for (const value of this.evaluate(at)) {
      if (value.t !== 'list') {
        if (found.length === 0 || value.t !== 'null') found.push(at);
        continue;
      }
      for (const item of value.items) {
        if (item.expr.kind === 'spread') found.push(...this.elements({ ...item, expr: item.expr.of }));
        else found.push(item);
      }
      if (found.length > LONGEST_LIST) break;
    }
    return [...new Set(found)];
  }

  /** The value under a key of a map or a member of an object; undefined where there is none. */
  entry(at: Located, key: string): Located | undefined {
    for (const value of this.evaluate(at)) {
      const found = value.t === 'map' ? this.mapEntry(value, key) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  /** `os.path.join` for a chain of names, with import aliases put back; undefined where it is no such chain. */
  dotted(expr: Expr, module: Module): string | undefined {
    if (expr.kind === 'name') {
      const imported = module.imports.find((entry) => entry.local === expr.name);
      if (!imported || module.language === 'java') return expr.name;
      const from =
        imported.from
          .replace(/^node:/, '')
          .split('/')
          .at(-1) ?? imported.from;
      const whole = imported.member === undefined || imported.member === 'default';
      return whole ? from : `${from}.${imported.member}`;
    }
    if (expr.kind !== 'member') return undefined;
    const object = this.dotted(expr.object, module);
    return object === undefined ? undefined : `${object}.${expr.name}`;
  }

  /** The argument's own place where an expression is only a parameter that the environment knows. */
  origin(at: Located): Located {
    let here = at;
    for (let i = 0; i < 8 && here.expr.kind === 'name'; i++) {
      const { name, block } = here.expr;
      const env = envFor(here.env, block, name);
      const next = env?.args.get(name);
      if (!next) break;
      here = next;
    }
    return here;
  }

  /** One environment for each way the function around a block is itself called in these modules. */
  contexts(block: Block, depth = 0): (Env | undefined)[] {
    const scope = functionAround(block);
    if (!scope || scope.params.length === 0 || depth > 3) return [undefined];
    const sites = this.callSites(scope);
    if (sites.length === 0 || sites.length > 200) return [undefined];
    const found: (Env | undefined)[] = [];
    for (const site of sites) {
      if (functionAround(site.call.block) === scope) continue;
      for (const env of this.contexts(site.call.block, depth + 1)) {
        found.push(this.bindArguments(scope, site.call.args, { env, module: site.module }, undefined));
        if (found.length >= 200) return found;
      }
    }
    return found.length > 0 ? found : [undefined];
  }

  /** A function's result for these arguments. */
  invoke(
    scope: Scope,
    args: readonly Argument[],
    from: { env: Env | undefined; module: Module },
    outer?: Env,
  ): Value[] {
    if (this.busy.has(scope) || (from.env?.depth ?? 0) > 8)
      return [unknown(`'${scope.name}' calls itself`, scope.name)];
    this.busy.add(scope);
    try {
      const env = this.bindArguments(scope, args, from, outer);
      const values = scope.returns.flatMap((expr) => this.evaluate({ expr, env, module: scope.module }));
      return values.length > 0 ? values : [unknown(`result of '${scope.name}()'`, scope.name)];
    } finally {
      this.busy.delete(scope);
    }
  }

  /** What a name at the top of this module, or of its neighbours in the folder, means; undefined where none has it. */
  global(name: string, module: Module): Value[] | undefined {
    const own = module.root.bindings.has(name) ? this.lookup(module.root, name, undefined) : undefined;
    return own ?? this.neighbour(module, name);
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

  private bindArguments(
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

  private expression(at: Located): Value[] {
    const { expr } = at;
    const inside = (inner: Expr): Located => ({ expr: inner, env: at.env, module: at.module });
    switch (expr.kind) {
      case 'text':
        return [text(expr.value)];
      case 'template':
        return this.concat(expr.parts.map((part) => this.evaluate(inside(part))));
      case 'literal':
        if (expr.value === null) return [{ t: 'null' }];
        return [{ t: 'text', parts: [String(expr.value)], literal: expr.value }];
      case 'name':
        return this.name(expr.name, expr.block, expr.at, at);
      case 'member':
        return this.member(expr.object, expr.name, at);
      case 'index':
        return this.index(expr.object, expr.index, at);
      case 'call':
        return this.callResult(expr, at);
      case 'binary':
        return this.binary(expr.op, inside(expr.left), inside(expr.right));
      case 'list':
        return [{ t: 'list', items: expr.items.map(inside) }];
      case 'map': {
        const entries = expr.entries.map((entry) => ({ key: inside(entry.key), value: inside(entry.value) }));
        for (const spread of expr.spreads)
          for (const value of this.evaluate(inside(spread)))
            if (value.t === 'map')
              entries.push(...value.entries.filter((entry) => entries.length < 1000 && entry));
        return [{ t: 'map', entries, source: expr }];
      }
      case 'spread':
        return this.evaluate(inside(expr.of));
      case 'either': {
        const values = expr.options.flatMap((option) => this.evaluate(inside(option)));
        const known = values.filter((value) => value.t !== 'null' && value.t !== 'unknown');
        return known.length > 0 ? known : values;
      }
      case 'each':
        return this.each(inside(expr.of), expr.take);
      case 'function':
        return [{ t: 'function', scope: expr.scope, env: at.env }];
      case 'opaque':
        return [unknown('not a constant', expr.text)];
    }
  }

  private each(of: Located, take: 'element' | 'key' | 'value'): Value[] {
    const found: Value[] = [];
    for (const value of this.evaluate(of)) {
      if (value.t === 'list' && take !== 'key')
        for (const item of this.elements(of)) found.push(...this.evaluate(item));
      else if (value.t === 'map')
        for (const entry of value.entries)
          found.push(...this.evaluate(take === 'value' ? entry.value : entry.key));
      else found.push(unknown('loop over something unknown'));
      if (found.length > MOST) break;
    }
    return found.length > 0 ? found : [unknown('loop over nothing')];
  }

  private binary(op: string, left: Located, right: Located): Value[] {
    const a = this.evaluate(left);
    const b = this.evaluate(right);
    if (op === '+') {
      const lists = [...a, ...b].filter((value) => value.t === 'list');
      if (lists.length > 0)
        return [{ t: 'list', items: lists.flatMap((list) => list.items).slice(0, LONGEST_LIST) }];
      return this.concat([a, b]);
    }
    if (op === '/') return this.joinPaths([a, b]);
    if (op === '%') return a.flatMap((format) => this.percent(format, right));
    return [unknown(`result of '${op}'`)];
  }

  /** Every combination of the pieces' alternatives, bounded. */
  concat(pieces: Value[][]): Value[] {
    let texts: ReturnType<typeof partsOf>[] = [[]];
    for (const piece of pieces) {
      const settled = piece.flatMap((value) => this.settle(value));
      const options = settled.filter((value) => value.t !== 'null');
      const chosen = options.length > 0 ? options : [unknown('no value')];
      const usable: Value[] =
        texts.length * chosen.length > MOST ? [unknown('too many alternatives')] : chosen;
      texts = texts.flatMap((before) => usable.map((value) => joinParts(before, partsOf(value))));
    }
    return texts.map((parts) =>
      sizeOf(parts) > LONGEST_TEXT ? unknown('too long a text') : { t: 'text', parts },
    );
  }

  /** Pieces joined with one `/` between them, as path libraries do. */
  joinPaths(pieces: Value[][]): Value[] {
    const slash = [text('/')];
    const joined = this.concat(pieces.flatMap((piece, i) => (i === 0 ? [piece] : [slash, piece])));
    return joined.map((value) => (value.t === 'text' ? { t: 'text', parts: collapse(value.parts) } : value));
  }

  private percent(format: Value, right: Located): Value[] {
    const literal = partsOf(format);
    const items = this.evaluate(right).some((value) => value.t === 'list') ? this.elements(right) : [right];
    let next = 0;
    const pieces: Value[][] = [];
    for (const part of literal) {
      if (typeof part !== 'string') {
        pieces.push([{ t: 'text', parts: [part] }]);
        continue;
      }
      for (const piece of part.split(/(%\([^)]*\)[-+ #0-9.]*[a-zA-Z]|%[-+ #0-9.]*[a-zA-Z%])/)) {
        if (piece === '%%') pieces.push([text('%')]);
        else if (/^%\(/.test(piece)) {
          const found = this.entry(right, piece.slice(2, piece.indexOf(')')));
          pieces.push(found ? this.evaluate(found) : [unknown('not in the mapping', piece)]);
        } else if (/^%[-+ #0-9.]*[a-zA-Z]$/.test(piece)) {
          const item = items[next++];
          pieces.push(item ? this.evaluate(item) : [unknown('no value for it', piece)]);
        } else pieces.push([text(piece)]);
      }
    }
    return this.concat(pieces);
  }

  private callResult(call: Call, at: Located): Value[] {
    if (this.busy.has(call) && at.env === undefined) return [unknown('refers to itself')];
    for (const make of this.makers) {
      const made = make(call, at, this);
      if (made) return made;
    }
    const fromLibrary = libraryCall(call, at, this);
    if (fromLibrary) return fromLibrary;
    const callees = this.evaluate({ ...at, expr: call.callee });
    return callees.flatMap((callee): Value[] => {
      if (callee.t === 'function') return this.invoke(callee.scope, call.args, at, callee.env);
      if (callee.t === 'class') return [{ t: 'instance', scope: callee.scope, call, env: at.env }];
      return [unknown(`result of '${calleeName(call)}()'`, calleeName(call))];
    });
  }

  private member(object: Expr, name: string, at: Located): Value[] {
    const here = { ...at, expr: object };
    if (object.kind === 'name' && isReceiver(object.name, object.block)) {
      const owner = classAround(object.block);
      if (owner) {
        const overriding = this.subclasses(owner).flatMap((scope) =>
          scope.bindings.has(name) ? this.classMember(scope, name, undefined, undefined) : [],
        );
        const own = this.classMember(owner, name, undefined, at.env);
        return overriding.length > 0 ? [...own.filter((value) => value.t !== 'unknown'), ...overriding] : own;
      }
    }
    const fromLibrary = libraryMember(object, name, at, this);
    if (fromLibrary) return fromLibrary;
    const path = object.kind === 'member' ? written(object) : undefined;
    const whole =
      path && at.module.imports.find((entry) => entry.local === path && entry.member === undefined);
    const target = whole && moduleOf(whole.from, at.module, this.modules);
    if (target) return this.memberOf({ t: 'module', module: target.module }, name);
    return this.evaluate(here).flatMap((value) => this.memberOf(value, name));
  }

  private memberOf(value: Value, name: string): Value[] {
    switch (value.t) {
      case 'class':
        return this.classMember(value.scope, name, undefined, undefined);
      case 'instance':
        return this.classMember(value.scope, name, value.call, value.env);
      case 'module':
        return (
          this.lookup(value.module.root, name, undefined) ?? [
            unknown(`'${name}' is not in '${value.module.path}'`, name),
          ]
        );
      case 'map': {
        const found = this.mapEntry(value, name);
        return found ? this.evaluate(found) : [unknown(`no '${name}' in it`, name)];
      }
      case 'thing':
        return value.props.get(name) ?? [unknown(`member '${name}'`, name)];
      case 'text':
        return name === 'value' || name === 'name' ? [value] : [unknown(`member '${name}'`, name)];
      case 'unknown': {
        const fallback = /^parse_(?:known_)?args$/.test(value.hole.label)
          ? this.optionDefault(name)
          : undefined;
        return fallback ?? [unknown(value.hole.why, name)];
      }
      default:
        return [unknown(`member '${name}'`, name)];
    }
  }

  private inherited(scope: Scope, name: string): Value[] | undefined {
    if (scope.bases.length === 0) return undefined;
    const values = this.classMember(scope, name, undefined, undefined);
    return values.some((value) => value.t !== 'unknown') ? values : undefined;
  }

  private subclasses(owner: Scope): Scope[] {
    if (!this.children) {
      this.children = new Map();
      for (const module of this.modules)
        for (const scope of classesIn(module.root))
          for (const base of scope.bases) {
            const name = base.kind === 'name' || base.kind === 'member' ? base.name : '';
            push(this.children, name, scope);
          }
    }
    return this.children.get(owner.name)?.filter((scope) => scope !== owner) ?? [];
  }

  /** argparse: the default of `add_argument('--name', default=…)`. */
  private optionDefault(name: string): Value[] | undefined {
    for (const { call, module } of this.sitesByName().get('add_argument') ?? []) {
      const [flag] = call.args;
      const text = flag?.value.kind === 'text' ? flag.value.value : '';
      if (text.replace(/^-+/, '').replaceAll('-', '_') !== name) continue;
      const fallback = call.args.find((arg) => arg.name === 'default');
      if (fallback) return this.evaluate({ expr: fallback.value, env: undefined, module });
    }
    return undefined;
  }

  /** A field or method: given to the constructor, assigned in the class, or inherited. */
  private classMember(scope: Scope, name: string, call: Call | undefined, env: Env | undefined): Value[] {
    const given = call?.args.find((arg) => arg.name === name);
    if (call && given && !scope.scopes.has('__init__'))
      return this.evaluate({ expr: given.value, env, module: moduleHolding(call) });
    const own = scope.bindings.get(name);
    if (own) {
      const values = this.bindings(own, scope, env);
      const known = values.filter((value) => value.t !== 'null');
      return known.length > 0 ? known : values;
    }
    const inner = scope.scopes.get(name);
    if (inner) return inner.map((member) => scopeValue(member, env));
    for (const base of scope.bases) {
      for (const value of this.evaluate({ expr: base, env: undefined, module: scope.module })) {
        if (value.t !== 'class' || value.scope === scope || this.busy.has(value.scope)) continue;
        this.busy.add(value.scope);
        try {
          const found = this.classMember(value.scope, name, call, env);
          if (found.some((entry) => entry.t !== 'unknown')) return found;
        } finally {
          this.busy.delete(value.scope);
        }
      }
    }
    return [unknown(`'${name}' is not set in '${scope.name}'`, name)];
  }

  private index(object: Expr, index: Expr, at: Located): Value[] {
    const keys = this.evaluate({ ...at, expr: index });
    const fromLibrary = libraryMember(object, plain(keys[0]) ?? '[]', { ...at, expr: index }, this);
    if (fromLibrary) return fromLibrary;
    return this.evaluate({ ...at, expr: object }).flatMap((value): Value[] => {
      const known = keys.map((key) => plain(key));
      if (value.t === 'map') {
        if (known.every((key) => key === undefined)) {
          const values = value.entries.flatMap((entry) => this.evaluate(entry.value));
          return values.length > 0 ? values : [unknown('no such key')];
        }
        const found = known.flatMap((key) => (key === undefined ? [] : [this.mapEntry(value, key)]));
        const hits = found.flatMap((entry) => (entry ? this.evaluate(entry) : []));
        return hits.length > 0 ? hits : [unknown(`no '${known[0]}' in it`, known[0] ?? '')];
      }
      if (value.t === 'list') {
        const n = Number(known[0]);
        const items = value.items;
        const item = Number.isInteger(n) ? items.at(n) : undefined;
        return item ? this.evaluate(item) : items.flatMap((each) => this.evaluate(each));
      }
      if (value.t === 'class' && known[0] !== undefined)
        return this.classMember(value.scope, known[0], undefined, undefined);
      return [
        unknown(value.t === 'unknown' ? value.hole.why : 'element of something unknown', known[0] ?? ''),
      ];
    });
  }

  private mapEntry(map: Extract<Value, { t: 'map' }>, key: string): Located | undefined {
    for (let i = map.entries.length - 1; i >= 0; i--) {
      const entry = map.entries[i];
      if (entry && this.evaluate(entry.key).some((value) => plain(value) === key)) return entry.value;
    }
    return undefined;
  }

  private name(name: string, block: Block, use: number, at: Located): Value[] {
    for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent) {
      const found =
        scope === block.scope
          ? this.lookup(scope, name, at.env, { at: use, block })
          : this.lookup(scope, name, at.env);
      const known = found ?? (scope.kind === 'class' ? this.inherited(scope, name) : undefined);
      if (known) return this.withEntries(known, scope.bindings.get(`${name}[]`), scope, at.env);
    }
    return [unknown(`'${name}' is not defined in the source files`, name)];
  }

  /** A map together with the entries assigned to it later. */
  private withEntries(
    values: Value[],
    later: readonly Binding[] | undefined,
    scope: Scope,
    env: Env | undefined,
  ): Value[] {
    if (!later) return values;
    const added = this.bindings(later, scope, env).flatMap((value) =>
      value.t === 'map' ? value.entries : [],
    );
    return values.map((value) =>
      value.t === 'map' ? { ...value, entries: [...value.entries, ...added] } : value,
    );
  }

  /** What a name means in one scope; undefined where that scope does not know it. */
  private lookup(
    scope: Scope,
    name: string,
    env: Env | undefined,
    use?: { at: number; block: Block },
  ): Value[] | undefined {
    const all = scope.bindings.get(name);
    const seen = all && (scope.kind === 'class' ? all : reaching(all, scope, use));
    if (seen && seen.length > 0) return this.bindings(seen, scope, env);
    const param = scope.params.find((entry) => entry.name === name);
    if (param) return this.parameter(scope, param, env);
    const inner = scope.scopes.get(name);
    if (inner) return inner.map((member) => scopeValue(member, env));
    if (scope.kind === 'module') return this.imported(scope.module, name);
    return undefined;
  }

  private bindings(bindings: readonly Binding[], scope: Scope, env: Env | undefined): Value[] {
    const values = bindings.slice(-MOST).flatMap((binding): Value[] => {
      if (this.busy.has(binding)) return [unknown('refers to itself')];
      this.busy.add(binding);
      try {
        return this.evaluate({ expr: binding.value, env, module: scope.module });
      } finally {
        this.busy.delete(binding);
      }
    });
    const settled = values.filter(
      (value) => !(value.t === 'unknown' && value.hole.why === 'refers to itself'),
    );
    return settled.length > 0 ? settled : values;
  }

  private parameter(scope: Scope, param: Param, env: Env | undefined): Value[] {
    for (let here = env; here; here = here.outer) {
      if (here.scope !== scope) continue;
      const given = here.args.get(param.name);
      if (given) return this.evaluate(given);
      if (param.fallback)
        return this.evaluate({ expr: param.fallback, env: undefined, module: scope.module });
    }
    const key = `${param.name}`;
    const label = `parameter '${key}' of '${scope.name || 'a callback'}'`;
    const iterated = scope.name === '' ? this.iterated(scope, param) : undefined;
    if (iterated) return iterated;
    if (!this.busy.has(param)) {
      this.busy.add(param);
      try {
        const values = this.callSites(scope)
          .slice(0, MOST)
          .flatMap((site) => {
            const bound = this.bindArguments(
              scope,
              site.call.args,
              { env: undefined, module: site.module },
              undefined,
            );
            const given = bound.args.get(param.name);
            return given ? this.evaluate(given) : [];
          });
        if (values.length > 0) return values;
      } finally {
        this.busy.delete(param);
      }
    }
    if (param.fallback) {
      const values = this.evaluate({ expr: param.fallback, env: undefined, module: scope.module });
      if (values.some((value) => value.t !== 'null')) return values;
    }
    return [unknown(label, param.name)];
  }

  /** The first parameter of `list.forEach((x) => …)` is each of the list's elements. */
  private iterated(scope: Scope, param: Param): Value[] | undefined {
    if (scope.params[0] !== param || this.busy.has(param)) return undefined;
    this.callbacks ??= callbacksOf(this.modules);
    const of = this.callbacks.get(scope);
    if (!of) return undefined;
    this.busy.add(param);
    try {
      const values = this.evaluate({ expr: of, env: undefined, module: scope.module });
      if (!values.some((value) => value.t === 'list')) return undefined;
      return this.each({ expr: of, env: undefined, module: scope.module }, 'element');
    } finally {
      this.busy.delete(param);
    }
  }

  private imported(module: Module, name: string): Value[] | undefined {
    const entry = module.imports.find((candidate) => candidate.local === name);
    if (!entry) {
      for (const star of module.imports.filter((candidate) => candidate.local === '*')) {
        const target = moduleOf(star.from, module, this.modules);
        const found = target ? this.lookup(target.module.root, name, undefined) : undefined;
        if (found) return found;
      }
      return this.neighbour(module, name);
    }
    const target = moduleOf(entry.from, module, this.modules, entry.member);
    if (!target) return [unknown(`imported from '${entry.from}', which is not among the source files`, name)];
    if (target.member === undefined) return [{ t: 'module', module: target.module }];
    if (this.busy.has(entry)) return [unknown('imports go in a circle', name)];
    this.busy.add(entry);
    try {
      const missing = `'${target.member}' is not in '${target.module.path}'`;
      const { root } = target.module;
      const found = this.lookup(root, target.member, undefined);
      if (found) return found;
      // a static import names a member of the file's class
      const owners = module.language === 'java' ? [...root.scopes.values()].flat() : [];
      const owner = owners.find(
        (scope) => scope.bindings.has(target.member ?? '') || scope.scopes.has(target.member ?? ''),
      );
      return owner ? this.classMember(owner, target.member, undefined, undefined) : [unknown(missing, name)];
    } finally {
      this.busy.delete(entry);
    }
  }

  /** Go and Terraform share names between the files of one directory without importing them. */
  private neighbour(module: Module, name: string): Value[] | undefined {
    if (module.language !== 'go' && module.language !== 'terraform' && module.language !== 'java')
      return undefined;
    const folder = (file: string) => file.slice(0, file.lastIndexOf('/') + 1);
    for (const other of this.modules) {
      if (
        other === module ||
        other.language !== module.language ||
        folder(other.path) !== folder(module.path)
      )
        continue;
      const root = other.root;
      if (root.bindings.has(name) || root.scopes.has(name)) return this.lookup(root, name, undefined);
    }
    return undefined;
  }

  /** Calls of a function in these modules, as far as they can be told from calls of others of that name. */
  private callSites(scope: Scope): { call: Call; module: Module }[] {
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
      if (this.busy.has(call)) return false;
      this.busy.add(call);
      try {
        const objects = this.evaluate({ expr: callee.object, env: undefined, module });
        if (objects.some((value) => isOf(value, owner))) return true;
        return objects.every((value) => value.t === 'unknown') && !commonNames.has(name);
      } finally {
        this.busy.delete(call);
      }
    });
  }

  private sitesByName(): Map<string, { call: Call; module: Module }[]> {
    if (this.sites) return this.sites;
    this.sites = new Map();
    for (const module of this.modules) {
      for (const call of module.calls) {
        push(this.sites, calleeName(call), { call, module });
      }
    }
    return this.sites;
  }

  /** A method used as a property, or a class whose members are texts, where a text is wanted. */
  private settle(value: Value): Value[] {
    if (value.t === 'function' && withoutReceiver(value.scope).length === 0)
      return this.invoke(value.scope, [], { env: value.env, module: value.scope.module }, value.env);
    if (value.t === 'thing') return value.props.get('text') ?? [value];
    return [value];
  }
}

/** The last part of what is called: `get_object` of `s3.get_object(…)`. */
export function calleeName(call: Call): string {
  const { callee } = call;
  return callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';
}

function written(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  const object = expr.kind === 'member' ? written(expr.object) : undefined;
  return expr.kind === 'member' && object !== undefined ? `${object}.${expr.name}` : undefined;
}

/** Bindings that a use can see: the last that surely ran before it, and those in branches after that one. */
function reaching(
  bindings: readonly Binding[],
  scope: Scope,
  use?: { at: number; block: Block },
): readonly Binding[] {
  if (!use) {
    const last = bindings.findLastIndex(
      (binding) => !binding.block.parent || binding.block.parent.scope !== scope,
    );
    return last <= 0 ? bindings : bindings.slice(last);
  }
  const before = bindings.filter((binding) => binding.at < use.at);
  const last = before.findLastIndex((binding) => holds(binding.block, use.block));
  const seen = last < 0 ? before : before.slice(last);
  return seen.length > 0 ? seen : scope.params.length > 0 ? [] : bindings;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

function* classesIn(scope: Scope): Generator<Scope> {
  for (const inner of scope.scopes.values())
    for (const one of inner) {
      if (one.kind === 'class') yield one;
      yield* classesIn(one);
    }
}

/** What each callback of `map`, `forEach` and their kin is called on. */
function callbacksOf(modules: readonly Module[]): Map<Scope, Expr> {
  const found = new Map<Scope, Expr>();
  for (const module of modules)
    for (const call of module.calls) {
      if (
        call.callee.kind !== 'member' ||
        !/^(?:map|forEach|flatMap|for_each|filter|each)$/.test(call.callee.name)
      )
        continue;
      for (const arg of call.args)
        if (arg.value.kind === 'function') found.set(arg.value.scope, call.callee.object);
    }
  return found;
}

/** Whether a value is a class, its instance, or a literal of its type. */
function isOf(value: Value, owner: Scope): boolean {
  if (value.t === 'instance' || value.t === 'class') return value.scope === owner;
  return value.t === 'map' && value.source?.type?.split(/[.:]/).at(-1) === owner.name;
}

function holds(outer: Block, inner: Block): boolean {
  for (let block: Block | undefined = inner; block; block = block.parent) if (block === outer) return true;
  return false;
}

function functionAround(block: Block): Scope | undefined {
  for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent)
    if (scope.kind === 'function' && scope.name !== '') return scope;
  return undefined;
}

function classAround(block: Block): Scope | undefined {
  for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent)
    if (scope.kind === 'class') return scope;
  return undefined;
}

function envFor(env: Env | undefined, block: Block, name: string): Env | undefined {
  for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent) {
    if (scope.bindings.has(name)) return undefined;
    if (!scope.params.some((param) => param.name === name)) continue;
    for (let here = env; here; here = here.outer) if (here.scope === scope) return here;
    return undefined;
  }
  return undefined;
}

const receivers = new Set(['self', 'cls', 'this', 'Self']);

function isReceiver(name: string, block: Block): boolean {
  if (receivers.has(name)) return true;
  for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent)
    if (scope.params[0]?.name === `&${name}`) return true;
  return false;
}

const withoutReceiver = (scope: Scope): Param[] =>
  scope.params.filter((param, i) => !(i === 0 && (receivers.has(param.name) || param.name.startsWith('&'))));

const scopeValue = (scope: Scope, env: Env | undefined): Value =>
  scope.kind === 'class' ? { t: 'class', scope } : { t: 'function', scope, env };

const moduleHolding = (call: Call): Module => call.block.scope.module;

const sizeOf = (parts: readonly (string | Hole)[]): number =>
  parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 100), 0);

/** `a//b` and `/` at the seams made one, `./` dropped. */
function collapse(parts: ReturnType<typeof partsOf>): ReturnType<typeof partsOf> {
  return parts.map((part) =>
    typeof part === 'string' ? part.replace(/(^|[^:/])\/{2,}/g, '$1/').replace(/\/(?:\.\/)+/g, '/') : part,
  );
}

/** Method names so common that a call of one says nothing about whose it is. */
const commonNames = new Set(
  'get put post read write open close copy delete remove list load save upload download exists fetch add set update run main call send execute apply create build init find filter all first format join'.split(
    ' ',
  ),
);
