import { calleeName, functionAround, push } from '../../evaluate/scopes.ts';
import { type Env, type Located, plain } from '../../evaluate/values.ts';
import type { Call, Expr, Module, Scope } from '../../syntax/ir.ts';
import { readEach } from '../each.ts';
import { Shapes } from '../shapes/declared.ts';
import { Types } from '../shapes/typed.ts';
import type { CallReader, Found, HttpCall, Program } from '../types.ts';
import { goAddress } from '../urls.ts';
import { type Asking, jsonPaths, literalPaths, methodsAt, placeOf, Requests, waysTo } from './requests.ts';

/** Requests of Go's net/http: its functions, its clients, and requests that are made first and sent later. */
export const goCalls: CallReader = (program) => new GoCalls(program).read();

const packages = /^net\/http$|\/go-retryablehttp$/;

interface Request {
  method: Expr | string;
  url: Expr;
  body?: Expr | undefined;
  form?: Expr | undefined;
}

class GoCalls {
  private readonly program: Program;
  private readonly shapes: Shapes;
  private readonly types: Types;
  private readonly requests = new Requests();
  private readonly byScope = new Map<Scope, Call[]>();

  constructor(program: Program) {
    this.program = program;
    this.shapes = new Shapes(program.modules);
    this.types = new Types(program, this.shapes);
  }

  async read(): Promise<Found<HttpCall>> {
    const modules = this.program.modules.filter(({ language }) => language === 'go');
    for (const { calls } of modules)
      for (const call of calls) {
        const around = functionAround(call.block);
        if (around) push(this.byScope, around, call);
      }
    const is = ({ language, imports }: Module): boolean =>
      language === 'go' && imports.some(({ from }) => packages.test(from));
    this.requests.also(await readEach(this.program, is, (module) => this.module(module)));
    return this.requests.all;
  }

  private module(module: Module): void {
    for (const call of module.calls) {
      if (this.program.e.spent) return;
      const request = this.request(call, module);
      if (!request) continue;
      this.asked(request, call, module);
    }
    // `&http.Request{Method: http.MethodGet, URL: u}`
    for (const { type = '', entries, block, line, at } of module.maps) {
      const field = (name: string): Expr | undefined =>
        entries.find(({ key }) => key.kind === 'text' && key.value === name)?.value;
      const url = field('URL');
      if (type !== 'http.Request' || !url) continue;
      const callee: Expr = { kind: 'name', name: 'Request', block, line, at };
      const made: Call = { kind: 'call', callee, args: [], block, line, at };
      this.asked({ method: field('Method') ?? 'GET', url, body: field('Body') }, made, module);
    }
  }

  private asked(request: Request, call: Call, module: Module): void {
    this.program.e.startPlace(call.line);
    const asking = (env: Env | undefined): Asking => this.asking(request, env, module);
    for (const env of waysTo(call, this.program, asking, this.requests)) this.ask(request, call, env, module);
  }

  private request(call: Call, module: Module): Request | undefined {
    const { callee } = call;
    if (callee.kind !== 'member') return undefined;
    const args = call.args.map(({ value }) => value);
    const { name, object } = callee;
    const isPackage =
      object.kind === 'name' &&
      module.imports.some((imported) => imported.local === object.name && packages.test(imported.from)) &&
      !object.block.scope.bindings.has(object.name);
    if (isPackage && /^NewRequest(?:WithContext)?$/.test(name)) {
      const [method, url, body] = name === 'NewRequest' ? args : args.slice(1);
      return method && url ? { method, url, body } : undefined;
    }
    if (!/^(?:Get|Head|Post|PostForm)$/.test(name)) return undefined;
    if (!isPackage && !this.isClient(object, module)) return undefined;
    const [url, type, body] = args;
    if (!url) return undefined;
    if (name === 'PostForm') return { method: 'POST', url, form: type };
    return { method: name.toUpperCase(), url, body: name === 'Post' ? (body ?? type) : undefined };
  }

  private isClient(expr: Expr, module: Module): boolean {
    if (expr.kind === 'member' && expr.name === 'DefaultClient') return true;
    const type = this.types.of({ expr, env: undefined, module })?.type ?? '';
    return /^\*?(?:\w*http)\.Client$/.test(type);
  }

  private asking({ method, url }: Request, env: Env | undefined, module: Module): Asking {
    const { e } = this.program;
    const at: Located = { expr: url, env, module };
    return {
      methods: typeof method === 'string' ? [method] : methodsAt({ expr: method, env, module }, this.program),
      addresses: e
        .piecesOf(goAddress(at, e) ?? e.evaluate(at))
        .map((parts) => parts.filter((part) => typeof part === 'string' || part.label !== 'Encode')),
    };
  }

  private ask(request: Request, call: Call, env: Env | undefined, module: Module): void {
    const at = (expr: Expr): Located => ({ expr, env, module });
    const how = `${calleeName(call)}(…)`;
    const place = placeOf(at(request.url), this.program);
    const { methods, addresses } = this.asking(request, env, module);
    if (methods.length === 0) {
      this.requests.refuse(place.path, place.line, how, 'its method is only known at run time');
      return;
    }
    const query = this.queryAround(call, env, module);
    for (const method of methods)
      this.requests.add({
        method,
        addresses,
        query,
        sends: /^(?:POST|PUT|PATCH|DELETE)$/.test(method)
          ? this.sends(request, call, env, module)
          : undefined,
        reads: this.reads(call, env, 0),
        ...place,
        how,
      });
  }

  /** Names that are set in the query of the function around: `q.Set("name", …)`. */
  private queryAround(call: Call, env: Env | undefined, module: Module): string[] {
    const around = functionAround(call.block);
    const found = new Set<string>();
    for (const setter of around ? (this.byScope.get(around) ?? []) : []) {
      if (
        !/^(?:Set|Add)$/.test(calleeName(setter)) ||
        setter.callee.kind !== 'member' ||
        setter.args.length !== 2
      )
        continue;
      const { object } = setter.callee;
      const [name] = setter.args;
      if (!name || !this.isQuery(object, module)) continue;
      for (const value of this.program.e.evaluate({ expr: name.value, env, module })) {
        const text = plain(value);
        if (text !== undefined) found.add(text);
      }
    }
    return [...found];
  }

  private isQuery(object: Expr, module: Module): boolean {
    const type = this.types.of({ expr: object, env: undefined, module })?.type ?? '';
    if (/^(?:neturl|url)\.Values$/.test(type)) return true;
    if (object.kind !== 'name') return object.kind === 'call' && calleeName(object) === 'Query';
    const bound = object.block.scope.bindings.get(object.name)?.at(-1)?.value;
    return bound?.kind === 'call' && calleeName(bound) === 'Query' && bound.args.length === 0;
  }

  /** The type that the response is decoded into: after the request, or where the function's caller does it. */
  private reads(call: Call, env: Env | undefined, depth: number): string[] | undefined {
    const around = functionAround(call.block);
    const all = (around ? (this.byScope.get(around) ?? []) : []).filter((later) => later.at > call.at);
    const { module } = call.block.scope;
    for (const later of all) {
      const target = decoded(later);
      if (!target || (target.kind === 'name' && /err/i.test(target.name))) continue;
      const type = this.types.of({ expr: target, env, module });
      const paths = type ? this.shapes.paths(type) : [];
      if (paths.length > 0) return paths;
    }
    const caller = env?.caller;
    return caller && depth < 4 ? this.reads(caller.call, caller.env, depth + 1) : undefined;
  }

  private sends(request: Request, call: Call, env: Env | undefined, module: Module): string[] | undefined {
    const at = (expr: Expr): Located => ({ expr, env, module });
    if (request.form) return this.entries(at(request.form));
    const { body } = request;
    if (!body || (body.kind === 'literal' && body.value === null)) return undefined;
    const text =
      body.kind === 'call' && /^New(?:Reader|Buffer|BufferString)$/.test(calleeName(body))
        ? body.args[0]?.value
        : undefined;
    if (text) {
      const [only, ...others] = this.program.e.evaluate(at(text));
      const json = others.length === 0 ? plain(only) : undefined;
      if (json !== undefined) return jsonPaths(json);
    }
    const around = functionAround(call.block);
    const before = (around ? (this.byScope.get(around) ?? []) : []).filter((earlier) => earlier.at < call.at);
    const encoded = before.findLast((earlier) =>
      /^(?:Marshal|MarshalIndent|Encode)$/.test(calleeName(earlier)),
    )?.args[0]?.value;
    return encoded && this.encoded(at(encoded));
  }

  /** The properties of what is encoded: those that a literal sets, or all of a type's. */
  private encoded(given: Located): string[] | undefined {
    const at = this.program.e.origin(given);
    const type = this.types.of(at);
    if (!type) return literalPaths(at, this.program);
    const all = this.shapes.paths(type);
    const { expr } = at;
    if (all.length === 0) return literalPaths(at, this.program);
    if (expr.kind !== 'map') return all;
    const set = new Set(
      expr.entries.flatMap(({ key }) =>
        key.kind === 'text' ? [this.shapes.fieldOf(type, key.value)?.name ?? ''] : [],
      ),
    );
    const shape = this.shapes.shape(type);
    const never =
      shape.is === 'object'
        ? shape.fields.filter(({ name, optional }) => optional && !set.has(name)).map(({ name }) => name)
        : [];
    return all.filter((path) => !never.includes(path.split('.')[0] ?? ''));
  }

  private entries(at: Located): string[] | undefined {
    return literalPaths(at, this.program);
  }
}

/** What a call decodes into: `json.NewDecoder(r).Decode(&out)`, `json.Unmarshal(body, &out)`. */
function decoded(call: Call): Expr | undefined {
  const name = calleeName(call);
  const args = call.args.map(({ value }) => value);
  if (name === 'Decode' && args.length === 1) return args[0];
  return /^(?:Unmarshal|DecodeJSON|UnmarshalRead)$/.test(name) ? args[1] : undefined;
}
