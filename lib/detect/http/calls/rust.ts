import { calleeName, classAround, functionAround, outerCalls, push } from '../../evaluate/scopes.ts';
import { type Env, type Located, plain } from '../../evaluate/values.ts';
import type { Call, Expr, Module, Scope } from '../../syntax/ir.ts';
import { readEach } from '../each.ts';
import { Shapes } from '../shapes/declared.ts';
import { Types } from '../shapes/typed.ts';
import type { CallReader, Found, HttpCall, Program } from '../types.ts';
import {
  type Asking,
  after,
  chainOf,
  literalPaths,
  methodsAt,
  placeOf,
  Requests,
  waysTo,
} from './requests.ts';
import { rustAddress } from './rust-addresses.ts';

/** Requests of Rust's reqwest. */
export const rustCalls: CallReader = (program) => new RustCalls(program).read();

const verb = /^(?:get|post|put|patch|delete|head|request)$/;

/** Methods of a request that is put together. */
const building =
  /^(?:headers?|json|form|query|body|multipart|timeout|version|bearer_auth|basic_auth|try_clone|with_extension|if_none_match)$/;

/** One request in the code's own expressions. */
interface Request {
  methods: readonly string[] | Expr;
  url: Expr;
}

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
      const request = this.requestOf(call, module);
      if (!request) continue;
      this.program.e.startPlace(call.line);
      const asking = (env: Env | undefined): Asking => this.asking(request, env, module);
      for (const env of waysTo(call, this.program, asking, this.requests))
        this.ask(request, call, env, module);
    }
  }

  private requestOf(call: Call, module: Module): Request | undefined {
    const { callee } = call;
    const [first, second] = call.args.map(({ value }) => value);
    const name = calleeName(call);
    if (!first || call.args.length > 2) return undefined;
    const isImported = (from: string): boolean =>
      module.imports.some((imported) => imported.local === from && /^reqwest\b/.test(imported.from));
    if (callee.kind === 'name')
      return name === 'get' && isImported(name) ? { methods: ['GET'], url: first } : undefined;
    if (callee.kind !== 'member') return undefined;
    const { object } = callee;
    // `Request::new(Method::GET, url)`
    if (name === 'new' && second) {
      const isRequest = /(?:^|\.)Request$/.test(spelled(object));
      return isRequest && (isImported('Request') || /\breqwest\b/.test(spelled(object)))
        ? { methods: first, url: second }
        : undefined;
    }
    if (!verb.test(name) || (name === 'request') !== (second !== undefined)) return undefined;
    if (!isReqwest(object, module) && !this.isClient(object, module) && !this.isSent(call, module))
      return undefined;
    return second ? { methods: first, url: second } : { methods: [name.toUpperCase()], url: first };
  }

  /** Whether the request that a call begins is sent at the end of its chain: nothing else has these methods. */
  private isSent(call: Call, module: Module): boolean {
    const later = after(call, this.outer);
    const end = later.findIndex((step) => calleeName(step) === 'send' && step.args.length === 0);
    const steps = end < 0 ? later : later.slice(0, end);
    const isBuilt = steps.every((step) => building.test(calleeName(step)));
    if (end >= 0) return isBuilt;
    const { callee } = call;
    const object = callee.kind === 'member' ? callee.object : undefined;
    const isNamed =
      (object?.kind === 'name' || object?.kind === 'member') && /(?:^|_)(?:client|http)$/i.test(object.name);
    return isNamed && (steps.length > 0 || calleeName(call) === 'request') && isBuilt && this.speaks(module);
  }

  private speaks({ path, imports }: Module): boolean {
    return (
      imports.some(({ from }) => /^reqwest(?:_middleware)?\b/.test(from)) ||
      /\breqwest(?:_middleware)?::/.test(this.program.text(path))
    );
  }

  private isClient(object: Expr, module: Module, depth = 0): boolean {
    const type = this.types.of({ expr: object, env: undefined, module });
    if (type && isClientType(type.type, type.module)) return true;
    if (object.kind === 'member' && object.object.kind === 'name' && object.object.name === 'self') {
      const owner = classAround(object.object.block);
      const field = owner && this.program.e.members.fieldType(owner, object.name);
      if (field) return isClientType(field.type, field.scope.module);
    }
    const made = object.kind === 'name' ? this.boundTo(object) : object;
    if (made?.kind !== 'call' || depth > 3) return false;
    const { root, steps } = chainOf(made);
    const first = steps[0];
    const path = `${spelled(root)} ${first ? spelled(first.callee) : ''}`;
    if (/\breqwest\.(?:blocking\.)?Client/.test(path)) return true;
    const given = first && this.types.of({ expr: first, env: undefined, module });
    // `client_builder().build()?`
    if (given && steps.length > 1 && isClientType(given.type.replace(/Builder\b/, ''), given.module))
      return true;
    return (
      this.speaks(module) &&
      /\bClient(?:Builder)?\b/.test(path) &&
      /new|builder|default/.test(steps.map(calleeName).join(' '))
    );
  }

  private boundTo(expr: Extract<Expr, { kind: 'name' }>): Expr | undefined {
    for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
      const bound = scope.bindings.get(expr.name)?.findLast(({ at }) => at <= expr.at);
      if (bound) return bound.value;
    }
    return undefined;
  }

  private asking(
    { methods, url }: Request,
    env: Env | undefined,
    module: Module,
  ): Asking & { query: readonly string[] } {
    const { texts, query } = rustAddress({ expr: url, env, module }, this.program);
    return {
      methods: 'kind' in methods ? methodsAt({ expr: methods, env, module }, this.program) : methods,
      addresses: texts,
      query,
    };
  }

  private ask(request: Request, call: Call, env: Env | undefined, module: Module): void {
    const { url } = request;
    const at = (expr: Expr): Located => ({ expr, env, module });
    const name = calleeName(call);
    const { methods, addresses, query } = this.asking(request, env, module);
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
        addresses,
        query: [...query, ...asked.flatMap(({ value }) => this.namesIn(at(value)))],
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
    const isJson = (other: Call): boolean => calleeName(other) === 'json' && other.args.length === 0;
    const own = later.find(isJson);
    const all = around ? (this.byScope.get(around) ?? []) : [];
    const json = own ?? all.find((other) => other.at > call.at && isJson(other));
    if (!json) return undefined;
    const type = json.types ?? this.declaredFor(json);
    if (type !== undefined && type !== '_') return this.shapes.paths({ type, module });
    // What a function gives at its end: `Result<User, Error>`
    const isGiven = around?.returns.some(
      (returned) =>
        returned === json || (returned.kind === 'call' && returned.args.some(({ value }) => value === json)),
    );
    return isGiven && around?.gives ? this.shapes.paths({ type: around.gives, module }) : undefined;
  }

  private declaredFor(value: Call): string | undefined {
    const { scope } = value.block;
    for (const bound of scope.bindings.values())
      for (const binding of bound)
        if (binding.value === value) return scope.declared?.find(({ at }) => at === binding.at)?.type;
    return undefined;
  }
}

/** Whether a type is reqwest's client, or holds one: `&Client`, `Arc<reqwest::Client>`. */
function isClientType(type: string, module: Module): boolean {
  if (/\breqwest(?:_middleware)?::(?:blocking::)?Client(?:WithMiddleware)?\b/.test(type)) return true;
  return module.imports.some(
    ({ from, member = '', local }) =>
      /^reqwest(?:_middleware)?\b/.test(from) &&
      (/^Client(?:WithMiddleware)?$/.test(member)
        ? type.split(/[^:\w]+/).some((word) => word === local || word.startsWith(`${local}::`))
        : member === 'blocking' && /\bblocking::Client\b/.test(type)),
  );
}

/** `reqwest::get(url)`. */
const isReqwest = (object: Expr, module: Module): boolean =>
  /^reqwest(?:\.blocking)?$/.test(spelled(object)) ||
  (spelled(object) === 'blocking' && module.imports.some(({ from }) => /^reqwest\b/.test(from)));

function spelled(expr: Expr): string {
  if (expr.kind === 'name') return expr.name;
  return expr.kind === 'member' ? `${spelled(expr.object)}.${expr.name}` : '';
}
