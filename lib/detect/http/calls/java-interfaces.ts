import { calleeName } from '../../evaluate/scopes.ts';
import type { Hole } from '../../evaluate/values.ts';
import type { Expr, Module, Param, Scope } from '../../syntax/ir.ts';
import { argumentOf, classesIn, lineage, markOf, nameOfMark, textsOf, wordsOf } from '../java-marks.ts';
import { Shapes } from '../shapes/declared.ts';
import type { CallReader, Found, HttpCall, Program } from '../types.ts';
import { chainOf, Requests } from './requests.ts';

/** Requests that are declared by interfaces: Retrofit, Feign and Spring's HTTP interfaces. */
export const javaInterfaces: CallReader = (program) => new Interfaces(program).read();

type Pieces = (string | Hole)[];

class Interfaces {
  private readonly program: Program;
  private readonly shapes: Shapes;
  private readonly requests = new Requests();
  private readonly made = new Map<string, Pieces[]>();

  constructor(program: Program) {
    this.program = program;
    this.shapes = new Shapes(program.modules);
  }

  read(): Found<HttpCall> {
    for (const module of this.program.modules) if (module.language === 'java') this.makersIn(module);
    for (const scope of classesIn(this.program)) {
      const { unresolved } = this.program.e.about(scope.module, () => this.client(scope), undefined);
      this.requests.also(unresolved);
    }
    return this.requests.all;
  }

  /** `retrofit.create(Api.class)`, `Feign.builder().target(Api.class, url)`: what base an interface is made with. */
  private makersIn(module: Module): void {
    const texts = (expr: Expr): Pieces[] => this.program.e.texts({ expr, env: undefined, module });
    const bases = module.calls.filter((call) => calleeName(call) === 'baseUrl' && call.args.length === 1);
    for (const call of module.calls) {
      const name = calleeName(call);
      const [first, second] = call.args.map(({ value }) => value);
      const type = first?.kind === 'opaque' ? /^(?:\w+\.)*(\w+)\.class$/.exec(first.text)?.[1] : undefined;
      if (type === undefined) continue;
      if (name === 'target' && second) this.made.set(type, texts(second));
      if (name !== 'create') continue;
      const own =
        chainOf(call).steps.find((step) => calleeName(step) === 'baseUrl') ??
        bases.findLast(({ at }) => at < call.at) ??
        bases[0];
      const base = own?.args[0]?.value;
      if (base) this.made.set(type, texts(base));
    }
  }

  private client(scope: Scope): void {
    const { module } = scope;
    const feign = markOf(scope.marks, /^FeignClient$/);
    const exchange = markOf(scope.marks, /^HttpExchange$/);
    const has = (word: RegExp): boolean => module.imports.some(({ from }) => word.test(from));
    const isRetrofit = has(/^retrofit2?\b/);
    const isFeign = has(/^feign\b/);
    const isExchange = has(/web\.service\.annotation/);
    if (!feign && !isRetrofit && !isFeign && !isExchange) return;
    const bases = this.made.get(scope.name) ?? this.declaredBase(feign, module);
    const prefix = feign
      ? (this.text(argumentOf(feign, ['path']), module) ?? '') +
        (this.text(argumentOf(markOf(scope.marks, /^RequestMapping$/), ['value', 'path']), module) ?? '')
      : (this.text(argumentOf(exchange, ['value', 'url']), module) ?? '');
    // What Spring's clients inherit counts; Retrofit's and Feign's own interfaces are each read where they stand.
    const inherited = feign ? lineage(scope, this.program) : [scope];
    for (const methods of inherited.flatMap(({ scopes }) => [...scopes.values()]))
      for (const method of methods) {
        if (method.kind !== 'function') continue;
        const asked =
          (isRetrofit ? retrofit(method) : undefined) ??
          requestLine(method) ??
          (feign ? mapped(method) : undefined) ??
          (isExchange ? exchanged(method) : undefined);
        if (asked) this.ask(method, asked, bases, prefix);
      }
  }

  private text(expr: Expr | undefined, module: Module): string | undefined {
    return textsOf(expr, module, this.program)[0];
  }

  private declaredBase(feign: Expr | undefined, module: Module): Pieces[] {
    const url = this.text(argumentOf(feign, ['url']), module);
    if (url !== undefined && url !== '') return [settings(url)];
    const name = this.text(argumentOf(feign, ['name', 'value']), module);
    return name === undefined
      ? []
      : [[{ why: 'the address of a service', label: name.replace(/^\$\{([^}:]*).*$/, '$1') }]];
  }

  private ask(method: Scope, { mark, verbs, path }: Asked, bases: readonly Pieces[], prefix: string): void {
    const { module } = method;
    const { line } = mark;
    const how = `@${nameOfMark(mark)}`;
    if (verbs.length === 0) {
      this.requests.refuse(module.path, line, how, 'its method is only known at run time');
      return;
    }
    const texts = path ? textsOf(path, module, this.program) : [''];
    if (method.params.some(({ marks }) => markOf(marks, /^Url$/))) {
      this.requests.refuse(module.path, line, how, 'its address is handed in');
      return;
    }
    const { query, body, fields } = this.given(method);
    const isRetrofit =
      markOf(method.marks, /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|HTTP)$/) !== undefined;
    const reads = this.shapes.paths({ type: method.gives ?? 'void', module });
    for (const text of texts) {
      if (text === undefined) {
        this.requests.refuse(module.path, line, how, 'its path is only known at run time');
        continue;
      }
      const rest = text.replace(/^[A-Z]+\s+/, '');
      const isWhole = /^https?:\/\//.test(rest);
      const whole = isWhole ? rest : `${prefix}/${rest}`.replace(/\/{2,}/g, '/');
      for (const verb of verbs)
        this.requests.add({
          method: verb,
          addresses: [[isWhole || whole.startsWith('/') ? whole : `/${whole}`]],
          // A path with a slash before it takes the place of the one that Retrofit's base has.
          bases: isWhole ? [] : bases.map(isRetrofit && rest.startsWith('/') ? originOf : withoutSlash),
          query,
          sends: body ? this.shapes.paths({ type: body, module }) : fields.length > 0 ? fields : undefined,
          reads,
          path: module.path,
          line,
          how,
        });
    }
  }

  private given(method: Scope): { query: string[]; body: string | undefined; fields: string[] } {
    const query: string[] = [];
    const fields: string[] = [];
    let body: string | undefined;
    const nameOf = (param: Param, mark: Expr): string =>
      this.text(argumentOf(mark, ['value', 'name']), method.module) ?? param.name;
    for (const param of method.params) {
      const asked = markOf(param.marks, /^(?:Query|RequestParam)$/);
      if (asked && !/^Map\b/.test(param.type ?? '')) query.push(nameOf(param, asked));
      const field = markOf(param.marks, /^Field$/);
      if (field) fields.push(nameOf(param, field));
      const isBody = markOf(param.marks, /^(?:Body|RequestBody)$/) !== undefined;
      // Feign's own: the parameter without an annotation
      const isBare = (param.marks ?? []).length === 0 && markOf(method.marks, /^RequestLine$/) !== undefined;
      if (isBody || isBare) body = param.type;
    }
    return { query, body, fields };
  }
}

interface Asked {
  mark: Expr;
  verbs: string[];
  path: Expr | undefined;
}

function retrofit({ marks }: Scope): Asked | undefined {
  const mark = markOf(marks, /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|HTTP)$/);
  if (!mark) return undefined;
  const name = nameOfMark(mark);
  if (name === 'HTTP')
    return { mark, verbs: wordsOf(argumentOf(mark, ['method'])), path: argumentOf(mark, ['path']) };
  return { mark, verbs: [name], path: argumentOf(mark, ['value']) };
}

function requestLine({ marks }: Scope): Asked | undefined {
  const mark = markOf(marks, /^RequestLine$/);
  const path = argumentOf(mark, ['value']);
  if (!mark || !path) return undefined;
  const verb = path.kind === 'text' ? /^([A-Z]+)\b/.exec(path.value)?.[1] : undefined;
  return { mark, verbs: verb === undefined ? [] : [verb], path };
}

function mapped({ marks }: Scope): Asked | undefined {
  const mark = markOf(marks, /^(?:Request|Get|Post|Put|Patch|Delete)Mapping$/);
  if (!mark) return undefined;
  const own = /^(Get|Post|Put|Patch|Delete)Mapping$/.exec(nameOfMark(mark))?.[1]?.toUpperCase();
  const given = wordsOf(argumentOf(mark, ['method']));
  return {
    mark,
    verbs: own ? [own] : given.length > 0 ? given : ['GET'],
    path: argumentOf(mark, ['value', 'path']),
  };
}

function exchanged({ marks }: Scope): Asked | undefined {
  const mark = markOf(marks, /^(?:Get|Post|Put|Patch|Delete)?(?:Http)?Exchange$/);
  const verb = mark && /^(Get|Post|Put|Patch|Delete)/.exec(nameOfMark(mark))?.[1]?.toUpperCase();
  return mark && verb ? { mark, verbs: [verb], path: argumentOf(mark, ['value', 'url']) } : undefined;
}

/** A text with settings in it as pieces: `${inventory.url}`. */
const settings = (text: string): Pieces =>
  text
    .split(/(\$\{[^}]*\})/)
    .filter((piece) => piece !== '')
    .map((piece) =>
      piece.startsWith('${') ? { why: 'a setting', label: piece.slice(2, -1).split(':')[0] ?? '' } : piece,
    );

const originOf = (pieces: Pieces): Pieces =>
  pieces.map((piece, i) =>
    typeof piece === 'string' && i === 0 ? piece.replace(/^([a-z]+:\/\/[^/]*).*$/i, '$1') : piece,
  );

const withoutSlash = (pieces: Pieces): Pieces =>
  pieces.map((piece, i) =>
    typeof piece === 'string' && i === pieces.length - 1 ? piece.replace(/\/+$/, '') : piece,
  );
