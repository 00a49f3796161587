import { calleeName, classAround, functionAround, outerCalls } from '../../evaluate/scopes.ts';
import { type Env, type Hole, type Located, plain } from '../../evaluate/values.ts';
import type { Call, Expr, Module } from '../../syntax/ir.ts';
import { readEach } from '../each.ts';
import { Shapes } from '../shapes/declared.ts';
import { Types } from '../shapes/typed.ts';
import type { CallReader, Found, HttpCall, Program } from '../types.ts';
import { boundTo, javaAddress } from './java-addresses.ts';
import { apacheRequest } from './java-apache.ts';
import {
  type Asking,
  after,
  chainOf,
  jsonPaths,
  literalPaths,
  methodsAt,
  placeOf,
  Requests,
  waysTo,
} from './requests.ts';

/** Requests of RestTemplate, WebClient, RestClient, java.net.http, OkHttp and Apache HttpClient. */
export const javaCalls: CallReader = (program) => new JavaCalls(program).read();

/** One request in the code's own expressions. */
interface Request {
  /** A function: what the caller calls on it, in one way that it is run. */
  methods: readonly string[] | Expr | ((env: Env | undefined) => readonly string[]);
  url: Expr;
  body?: Expr | undefined;
  /** The type that the response is read as: `User.class`. */
  read?: string | undefined;
  /** What the client is, where it may have a base. */
  client?: Expr | undefined;
  /** Names that are added to the query. */
  query?: readonly Expr[];
}

class JavaCalls {
  private readonly program: Program;
  private readonly shapes: Shapes;
  private readonly types: Types;
  private readonly requests = new Requests();
  private readonly outer: ReadonlyMap<Expr, Call>;

  constructor(program: Program) {
    this.program = program;
    this.shapes = new Shapes(program.modules);
    this.types = new Types(program, this.shapes);
    this.outer = outerCalls(program.modules.filter(({ language }) => language === 'java'));
  }

  async read(): Promise<Found<HttpCall>> {
    const is = ({ language }: Module): boolean => language === 'java';
    this.requests.also(await readEach(this.program, is, (module) => this.module(module)));
    return this.requests.all;
  }

  private module(module: Module): void {
    const has = (word: RegExp): boolean => module.imports.some(({ from }) => word.test(from));
    const readers = [
      has(/web\.client\.|RestTemplate/) || has(/springframework/)
        ? (call: Call) => this.template(call, module)
        : undefined,
      has(/WebClient|RestClient|web\.(?:reactive\.function\.)?client/)
        ? (call: Call) => this.fluent(call)
        : undefined,
      has(/^java\.net\.http/) ? (call: Call) => this.jdk(call, module) : undefined,
      has(/^okhttp3|squareup\.okhttp/) || /\bokhttp3\./.test(this.program.text(module.path))
        ? (call: Call) => this.okhttp(call)
        : undefined,
      has(/^org\.apache\.(?:http|hc)\b/)
        ? (call: Call) =>
            apacheRequest(call, () => [...after(call, this.outer), ...this.laterOn(call, module)])
        : undefined,
    ].flatMap((reader) => reader ?? []);
    if (readers.length === 0) return;
    for (const call of module.calls) {
      if (this.program.e.spent) return;
      for (const read of readers) {
        const request = read(call);
        if (!request) continue;
        this.program.e.startPlace(call.line);
        const asking = (env: Env | undefined): Asking => this.asking(request, env, module);
        for (const env of waysTo(call, this.program, asking, this.requests))
          this.ask(request, call, env, module);
        break;
      }
    }
  }

  private asking(
    { methods, url, client, query: added = [] }: Request,
    env: Env | undefined,
    module: Module,
  ): Required<Asking> & { query: string[] } {
    const { texts, query } = javaAddress({ expr: url, env, module }, this.program);
    return {
      methods:
        typeof methods === 'function'
          ? methods(env)
          : 'kind' in methods
            ? methodsAt({ expr: methods, env, module }, this.program)
            : methods,
      addresses: texts,
      bases: client ? this.bases(client, module, 0) : [],
      query: [
        ...query,
        ...added.flatMap((expr) =>
          this.program.e.evaluate({ expr, env, module }).flatMap((value) => plain(value) ?? []),
        ),
      ],
    };
  }

  private ask(request: Request, call: Call, env: Env | undefined, module: Module): void {
    const at = (expr: Expr): Located => ({ expr, env, module });
    const how = `${calleeName(call)}(…)`;
    const place = placeOf(at(request.url), this.program);
    const { methods, addresses, bases, query } = this.asking(request, env, module);
    if (methods.length === 0) {
      this.requests.refuse(place.path, place.line, how, 'its method is only known at run time');
      return;
    }
    const reads = request.read === undefined ? [] : this.shapes.paths({ type: request.read, module });
    for (const method of methods)
      this.requests.add({
        method,
        addresses,
        bases,
        query,
        sends:
          request.body && /^(?:POST|PUT|PATCH|DELETE)$/.test(method)
            ? this.sends(at(request.body))
            : undefined,
        reads,
        ...place,
        how,
      });
  }

  private sends(given: Located): string[] | undefined {
    const at = this.program.e.origin(given);
    const { expr } = at;
    if (expr.kind === 'text') return jsonPaths(expr.value);
    // `new HttpEntity<>(order, headers)`, `BodyInserters.fromValue(order)`, `Mono.just(order)`
    if (
      expr.kind === 'call' &&
      /^(?:HttpEntity|RequestEntity|StringEntity|fromValue|just|ofString|create)$/.test(calleeName(expr))
    ) {
      const [first] = expr.args;
      return first ? this.sends({ ...at, expr: first.value }) : undefined;
    }
    const bound = expr.kind === 'name' ? boundTo(expr) : undefined;
    if (bound?.kind === 'call' && /^(?:HttpEntity|create)$/.test(calleeName(bound)))
      return this.sends({ ...at, expr: bound });
    const type = this.types.of(at);
    const paths = type ? this.shapes.paths(type) : [];
    return paths.length > 0 ? paths : literalPaths(at, this.program);
  }

  /** Spring's RestTemplate: `getForObject(url, Invoice.class, id)`, `exchange(url, HttpMethod.GET, …)`. */
  private template(call: Call, module: Module): Request | undefined {
    const { callee } = call;
    if (callee.kind !== 'member') return undefined;
    const [first, second, third, fourth] = call.args.map(({ value }) => value);
    const rule = Object.hasOwn(templates, callee.name) ? templates[callee.name] : undefined;
    if (!rule || !first) return undefined;
    if (rule.isCommon && !this.isTemplate(callee.object, module)) return undefined;
    const client = callee.object;
    const entity = callee.name === 'exchange' ? entityOf(first) : undefined;
    if (entity) return { ...entity, read: classOf(second), client };
    if (callee.name === 'exchange')
      return second ? { methods: second, url: first, body: third, read: classOf(fourth), client } : undefined;
    return {
      methods: [rule.method],
      url: first,
      body: rule.hasBody ? second : undefined,
      read: classOf(rule.hasBody ? third : second),
      client,
    };
  }

  private isTemplate(expr: Expr, module: Module): boolean {
    const type = this.types.of({ expr, env: undefined, module })?.type ?? this.fieldType(expr) ?? '';
    if (/^(?:Async|Test)?Rest(?:Template|Operations)$/.test(type)) return true;
    return (
      type === '' &&
      (expr.kind === 'name' || expr.kind === 'member') &&
      /rest_?(?:template|operations)$/i.test(expr.name)
    );
  }

  /** The type that a field of the class around, or of one that it is derived from, is declared as. */
  private fieldType(expr: Expr): string | undefined {
    if (expr.kind !== 'name' && expr.kind !== 'member') return undefined;
    const holder = expr.kind === 'name' ? expr : expr.object;
    if (holder.kind !== 'name' || (expr.kind === 'member' && holder.name !== 'this')) return undefined;
    let owner = classAround(holder.block);
    for (let i = 0; owner && i < 6; i++) {
      const type = owner.fieldTypes.get(expr.name);
      if (type !== undefined) return type;
      owner = this.program.e.members
        .bases(owner)
        .flatMap((base) => (base.t === 'class' ? [base.scope] : []))[0];
    }
    return undefined;
  }

  /** WebClient and RestClient: `client.get().uri("/x").retrieve().bodyToMono(User.class)`. */
  private fluent(call: Call): Request | undefined {
    if (sending.test(calleeName(call))) return withoutUri(call);
    if (calleeName(call) !== 'uri' || call.callee.kind !== 'member') return undefined;
    const { object } = call.callee;
    const [url] = call.args;
    if (object.kind !== 'call' || object.callee.kind !== 'member' || !url) return undefined;
    const verb = calleeName(object);
    const [method] = object.args;
    const isVerb = /^(?:get|post|put|patch|delete|head|options)$/.test(verb) && !method;
    if (!isVerb && !(verb === 'method' && method)) return undefined;
    const later = after(call, this.outer);
    const body = later.find(
      (step) => /^(?:bodyValue|body|syncBody)$/.test(calleeName(step)) && !classOf(step.args[0]?.value),
    );
    const read = later.find(
      (step) =>
        /^(?:bodyToMono|bodyToFlux|body|toEntity|toEntityList|toEntityFlux)$/.test(calleeName(step)) &&
        classOf(step.args[0]?.value),
    );
    const type = classOf(read?.args[0]?.value);
    const isList = read && /Flux|List/.test(calleeName(read));
    return {
      methods: isVerb || !method ? [verb.toUpperCase()] : method.value,
      url: url.value,
      body: body?.args[0]?.value,
      read: type && isList ? `List<${type}>` : type,
      client: object.callee.object,
    };
  }

  /** `HttpRequest.newBuilder().uri(URI.create(url)).POST(…)`, also on a variable of the builder. */
  private jdk(call: Call, module: Module): Request | undefined {
    const { callee } = call;
    if (calleeName(call) !== 'newBuilder' || callee.kind !== 'member') return undefined;
    if (callee.object.kind !== 'name' || callee.object.name !== 'HttpRequest') return undefined;
    const steps = [...after(call, this.outer), ...this.laterOn(call, module)];
    const url = steps.find((step) => calleeName(step) === 'uri')?.args[0]?.value ?? call.args[0]?.value;
    const verb = steps.findLast((step) => /^(?:GET|POST|PUT|DELETE|HEAD|method)$/.test(calleeName(step)));
    if (!url) return undefined;
    const [first, second] = verb?.args.map(({ value }) => value) ?? [];
    if (verb && calleeName(verb) === 'method')
      return first ? { methods: first, url, body: second } : undefined;
    return { methods: [verb ? calleeName(verb) : 'GET'], url, body: first };
  }

  /** OkHttp: `new Request.Builder().url(url).post(body)`. */
  private okhttp(call: Call): Request | undefined {
    if (calleeName(call) !== 'Builder' || call.args.length > 0) return undefined;
    const steps = [...after(call, this.outer), ...this.laterOn(call, call.block.scope.module)];
    const url = steps.find((step) => calleeName(step) === 'url')?.args[0]?.value;
    if (!url) return undefined;
    const verb = steps.findLast((step) =>
      /^(?:get|post|put|patch|delete|head|method)$/.test(calleeName(step)),
    );
    const [first, second] = verb?.args.map(({ value }) => value) ?? [];
    if (verb && calleeName(verb) === 'method')
      return first ? { methods: first, url, body: second } : undefined;
    const whole = steps.at(-1) ?? call;
    const around = functionAround(call.block);
    // A function that gives the builder: its caller says the method.
    const isGiven = !verb && calleeName(whole) !== 'build' && around?.returns.includes(whole);
    if (isGiven) return { methods: (env) => this.methodBehind(env), url };
    return { methods: [verb ? calleeName(verb).toUpperCase() : 'GET'], url, body: first };
  }

  /** The method that the caller of a function calls on what it gives: `request("/x").post(body)`. */
  private methodBehind(env: Env | undefined): string[] {
    const caller = callerOf(env);
    if (!caller) return [];
    const steps = [...after(caller, this.outer), ...this.laterOn(caller, caller.block.scope.module)];
    const verb = steps.findLast((step) => /^(?:get|post|put|patch|delete|head)$/.test(calleeName(step)));
    return [verb ? calleeName(verb).toUpperCase() : 'GET'];
  }

  /** What is called on the variable that a chain is bound to. */
  private laterOn(call: Call, module: Module): Call[] {
    const whole = after(call, this.outer).at(-1) ?? call;
    const { bindings } = call.block.scope;
    const name = [...bindings].find(([, bound]) => bound.some(({ value }) => value === whole))?.[0];
    if (name === undefined) return [];
    return module.calls.filter((later) => {
      if (later.at <= call.at || later.block.scope !== call.block.scope) return false;
      const { root } = chainOf(later);
      return root.kind === 'name' && root.name === name;
    });
  }

  /** The base of a client: `WebClient.create(x)`, `builder.baseUrl(x)`, `new RestTemplateBuilder().rootUri(x)`. */
  private bases(client: Expr, module: Module, depth: number): (string | Hole)[][] {
    if (depth > 6) return [];
    if (client.kind !== 'call') {
      const bound = boundTo(client);
      return bound ? this.bases(bound, module, depth + 1) : [];
    }
    const { root, steps } = chainOf(client);
    const own = steps.findLast((step) => /^(?:baseUrl|rootUri)$/.test(calleeName(step)))?.args[0]?.value;
    const made = steps.find(
      (step) =>
        calleeName(step) === 'create' && /^(?:Web|Rest)Client$/.test(root.kind === 'name' ? root.name : ''),
    );
    const base = own ?? made?.args[0]?.value;
    if (base) return this.program.e.texts({ expr: base, env: undefined, module });
    if (root.kind === 'name' && root !== client.callee) return this.bases(root, module, depth + 1);
    return [];
  }
}

const sending = /^(?:retrieve|exchange|exchangeToMono|exchangeToFlux)$/;

/** `client.post().body(x).retrieve()`: a request of the client's own address. */
function withoutUri(call: Call): Request | undefined {
  const { steps } = chainOf(call);
  const begin = steps.findIndex(
    (step) => /^(?:get|post|put|patch|delete|head|options)$/.test(calleeName(step)) && step.args.length === 0,
  );
  const verb = steps[begin];
  if (verb?.callee.kind !== 'member' || steps.some((step) => calleeName(step) === 'uri')) return undefined;
  const { line, at } = call;
  return {
    methods: [calleeName(verb).toUpperCase()],
    url: { kind: 'text', value: '', line, at },
    client: verb.callee.object,
  };
}

/** The call that an environment is about. */
function callerOf(env: Env | undefined): Call | undefined {
  for (let here = env; here; here = here.outer) if (here.caller) return here.caller.call;
  return undefined;
}

const templates: Record<string, { method: string; hasBody?: boolean; isCommon?: boolean }> = {
  getForObject: { method: 'GET' },
  getForEntity: { method: 'GET' },
  headForHeaders: { method: 'HEAD' },
  optionsForAllow: { method: 'OPTIONS' },
  postForObject: { method: 'POST', hasBody: true },
  postForEntity: { method: 'POST', hasBody: true },
  postForLocation: { method: 'POST', hasBody: true },
  patchForObject: { method: 'PATCH', hasBody: true },
  put: { method: 'PUT', hasBody: true, isCommon: true },
  delete: { method: 'DELETE', isCommon: true },
  exchange: { method: '', isCommon: true },
};

/** `RequestEntity.get(url).build()`, or a variable of it. */
function entityOf(expr: Expr): { methods: readonly string[]; url: Expr } | undefined {
  const made = expr.kind === 'name' ? boundTo(expr) : expr;
  const { root, steps } = made?.kind === 'call' ? chainOf(made) : { root: undefined, steps: [] };
  const [begin] = steps;
  const [url] = begin?.args ?? [];
  const verb = begin ? calleeName(begin) : '';
  const isEntity = root?.kind === 'name' && root.name === 'RequestEntity';
  return isEntity && url && /^(?:get|post|put|patch|delete|head|options)$/.test(verb)
    ? { methods: [verb.toUpperCase()], url: url.value }
    : undefined;
}

/** `User` of `User.class` and of `new ParameterizedTypeReference<List<User>>() {}`. */
function classOf(expr: Expr | undefined): string | undefined {
  if (expr?.kind === 'opaque') return /^([\w.]+(?:\[\])?)\.class$/.exec(expr.text)?.[1];
  if (expr?.kind === 'call' && /TypeReference|TypeToken|GenericType/.test(calleeName(expr)))
    return expr.types;
  return expr?.kind === 'name' ? classOf(boundTo(expr)) : undefined;
}
