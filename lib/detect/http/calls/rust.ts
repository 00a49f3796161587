import { calleeName, functionAround, outerCalls, push } from '../../evaluate/scopes.ts';
import { type Env, type Located, plain } from '../../evaluate/values.ts';
import type { Call, Expr, Module, Scope } from '../../syntax/ir.ts';
import { readEach } from '../each.ts';
import { Shapes } from '../shapes/declared.ts';
import { Types } from '../shapes/typed.ts';
import type { CallReader, Found, HttpCall, Program } from '../types.ts';
import { after, chainOf, literalPaths, methodsAt, placeOf, Requests, waysTo } from './requests.ts';

/** Requests of Rust's reqwest. */
export const rustCalls: CallReader = (program) => new RustCalls(program).read();

const verb = /^(?:get|post|put|patch|delete|head|request)$/;

class RustCalls {
  private readonly program: Program;
  private readonly shapes: Shapes;
  private readonly types: Types;
  private readonly requests = new Requests();
  private readonly outer: ReadonlyMap<Expr, Call>;
  private readonly byScope = new Map<Scope, Call[]>();

  constructor(program: Program) {
    this.program = program;
    this.shapes = new Shapes(program.modules);
    this.types = new Types(program, this.shapes);
    const modules = program.modules.filter(({ language }) => language === 'rust');
    this.outer = outerCalls(modules);
    for (const { calls } of modules)
      for (const call of calls) {
        const around = functionAround(call.block);
        if (around) push(this.byScope, around, call);
      }
  }

  async read(): Promise<Found<HttpCall>> {
    const is = ({ language }: Module): boolean => language === 'rust';
    this.requests.also(await readEach(this.program, is, (module) => this.module(module)));
    return this.requests.all;
  }

  private module(module: Module): void {
    for (const call of module.calls) {
      if (this.program.e.spent) return;
      const name = calleeName(call);
      if (!verb.test(name) || call.callee.kind !== 'member' || call.args.length === 0) continue;
      const { object } = call.callee;
      if (!isReqwest(object, module) && !this.isClient(object, module)) continue;
      const args = call.args.map(({ value }) => value);
      const url = name === 'request' ? args[1] : args[0];
      if (!url) continue;
      this.program.e.startPlace(call.line);
      for (const env of waysTo(call, this.program)) this.ask(call, url, env, module);
    }
  }

  private isClient(object: Expr, module: Module, depth = 0): boolean {
    const speaks = module.imports.some(({ from }) => /^reqwest(?:_middleware)?\b/.test(from));
    const type = this.types.of({ expr: object, env: undefined, module })?.type ?? '';
    if (/\breqwest(?:_middleware)?::(?:blocking::)?Client(?:WithMiddleware)?\b/.test(type)) return true;
    if (/\bClient(?:WithMiddleware)?$/.test(type.replace(/>+$/, ''))) return speaks;
    if (object.kind === 'member' && object.object.kind === 'name' && object.object.name === 'self') {
      for (let scope: Scope | undefined = object.object.block.scope; scope; scope = scope.parent) {
        const field = scope.kind === 'class' ? scope.fieldTypes.get(object.name) : undefined;
        if (field !== undefined)
          return /\breqwest\b.*Client/.test(field) || (speaks && /\bClient/.test(field));
      }
    }
    const made = object.kind === 'name' ? this.boundTo(object) : object;
    if (made?.kind !== 'call' || depth > 3) return false;
    const { root, steps } = chainOf(made);
    const first = steps[0];
    const path = `${spelled(root)} ${first ? spelled(first.callee) : ''}`;
    return (
      /\breqwest\.(?:blocking\.)?Client/.test(path) ||
      (speaks &&
        /\bClient(?:Builder)?\b/.test(path) &&
        /new|builder|default/.test(steps.map(calleeName).join(' ')))
    );
  }

  private boundTo(expr: Extract<Expr, { kind: 'name' }>): Expr | undefined {
    for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
      const bound = scope.bindings.get(expr.name)?.findLast(({ at }) => at <= expr.at);
      if (bound) return bound.value;
    }
    return undefined;
  }

  private ask(call: Call, url: Expr, env: Env | undefined, module: Module): void {
    const at = (expr: Expr): Located => ({ expr, env, module });
    const name = calleeName(call);
    const first = call.args[0]?.value;
    const methods =
      name !== 'request' ? [name.toUpperCase()] : first ? methodsAt(at(first), this.program) : [];
    const place = placeOf(at(url), this.program);
    const how = `${name}(…)`;
    if (methods.length === 0) {
      this.requests.refuse(place.path, place.line, how, 'its method is only known at run time');
      return;
    }
    const later = after(call, this.outer);
    const body = later.find((step) => /^(?:json|form)$/.test(calleeName(step)) && step.args.length === 1)
      ?.args[0]?.value;
    const asked = later
      .filter((step) => calleeName(step) === 'query')
      .flatMap((step) => step.args.slice(0, 1));
    for (const method of methods)
      this.requests.add({
        method,
        addresses: this.program.e.texts(at(url)),
        query: asked.flatMap(({ value }) => this.namesIn(at(value))),
        sends: body ? this.sends(at(body)) : undefined,
        reads: this.reads(call, later, module),
        ...place,
        how,
      });
  }

  /** The names in `&[("page", "1")]`, or those of a struct. */
  private namesIn(at: Located): string[] {
    const type = this.types.of(at);
    if (type) return this.shapes.paths(type).filter((path) => !path.includes('.'));
    const { e } = this.program;
    return e.elements(at).flatMap((pair) => {
      const [name] = e.elements(pair);
      const text = name && name !== pair ? plain(e.evaluate(name)[0]) : undefined;
      return text === undefined ? [] : [text];
    });
  }

  private sends(at: Located): string[] | undefined {
    const { expr } = at;
    // json!({ "title": … })
    if (expr.kind === 'call' && calleeName(expr) === 'json') return undefined;
    const type = this.types.of(at);
    const paths = type ? this.shapes.paths(type) : [];
    return paths.length > 0 ? paths : literalPaths(at, this.program);
  }

  /** The type that the response is read as: `json::<User>()`, or that of the variable it goes to. */
  private reads(call: Call, later: readonly Call[], module: Module): string[] | undefined {
    const around = functionAround(call.block);
    const isJson = (one: Call): boolean => calleeName(one) === 'json' && one.args.length === 0;
    const own = later.find(isJson);
    const all = around ? (this.byScope.get(around) ?? []) : [];
    const json = own ?? all.find((one) => one.at > call.at && isJson(one));
    if (!json) return undefined;
    const type = json.types ?? this.declaredFor(json);
    if (type !== undefined && type !== '_') return this.shapes.paths({ type, module });
    // What a function gives at its end: `Result<User, Error>`
    const isGiven = around?.returns.some(
      (one) => one === json || (one.kind === 'call' && one.args.some(({ value }) => value === json)),
    );
    return isGiven && around?.gives ? this.shapes.paths({ type: around.gives, module }) : undefined;
  }

  private declaredFor(value: Call): string | undefined {
    const { scope } = value.block;
    for (const bound of scope.bindings.values())
      for (const one of bound)
        if (one.value === value) return scope.declared?.find(({ at }) => at === one.at)?.type;
    return undefined;
  }
}

/** `reqwest::get(url)`. */
const isReqwest = (object: Expr, module: Module): boolean =>
  /^reqwest(?:\.blocking)?$/.test(spelled(object)) ||
  (spelled(object) === 'blocking' && module.imports.some(({ from }) => /^reqwest\b/.test(from)));

function spelled(expr: Expr): string {
  if (expr.kind === 'name') return expr.name;
  return expr.kind === 'member' ? `${spelled(expr.object)}.${expr.name}` : '';
}
