import type { JsonValue } from '../../../json.ts';
import { bindArguments } from '../../evaluate/arguments.ts';
import type { Evaluator } from '../../evaluate/evaluator.ts';
import { calleeName } from '../../evaluate/scopes.ts';
import type { Env, Located } from '../../evaluate/values.ts';
import { isProduct } from '../../product.ts';
import { nearest } from '../../syntax/imports.ts';
import type { Module, Scope } from '../../syntax/ir.ts';
import type { Unresolved } from '../../types.ts';
import { readEach } from '../each.ts';
import { joined } from '../mounts.ts';
import { isScript, pathsAt } from '../routers.ts';
import { type Mark, marksOf, namedScopes } from '../scopes.ts';
import { Types } from '../shapes/types.ts';
import { templatesOf } from '../templates.ts';
import { importsAny, optionAt } from '../things.ts';
import type { Program, Route, RouteReader } from '../types.ts';

const methods: Record<string, string> = {
  Get: 'GET',
  Post: 'POST',
  Put: 'PUT',
  Delete: 'DELETE',
  Patch: 'PATCH',
  Head: 'HEAD',
  Options: 'OPTIONS',
  All: '*',
  Sse: 'GET',
};

/** Decorators of the framework, which are not looked into. */
const known = new Set([
  ...Object.keys(methods),
  'Controller',
  'Version',
  'Injectable',
  'Module',
  'UseGuards',
]);

/** What `main.ts` says of all controllers. */
interface Settings {
  path: string;
  prefix: string;
  excluded: string[];
  version: { prefix: string; fallback: string[] } | undefined;
}

/** NestJS: classes with `@Controller`, their methods with `@Get` and its kin, and what the application sets for all of them. */
export const nestRoutes: RouteReader = async (program) => {
  const found: Route[] = [];
  const unresolved: Unresolved[] = [];
  const settings: Settings[] = [];
  const types = new Types(program.e);
  const isNest = (module: Module) =>
    isScript(module) && (importsAny(module, /^@nestjs\//) || hasControllers(module));
  const open = await readEach(program, isNest, (module) => {
    const own = settingsOf(module, program, unresolved);
    if (own) settings.push(own);
  });
  const more = await readEach(program, isNest, (module) => {
    if (!isProduct(module.path)) return;
    const [near] = nearest(
      module.path,
      settings.map(({ path }) => path),
    );
    const own = settings.find(({ path }) => path === near);
    for (const scope of namedScopes(module)) {
      const controller =
        scope.kind === 'class'
          ? marksIn(scope, program).find(({ name }) => name === 'Controller')
          : undefined;
      if (controller) found.push(...controllerRoutes(scope, controller, own, program, types, unresolved));
    }
  });
  return { found, unresolved: [...unresolved, ...open, ...more] };
};

/** Whether a class has a decorator that is called like one of a controller: `@ApiController('x')`. */
const hasControllers = (module: Module): boolean =>
  [...module.root.scopes.values()]
    .flat()
    .some((scope) => scope.kind === 'class' && marksOf(scope).some(({ name }) => /Controller$/.test(name)));

function settingsOf(module: Module, program: Program, unresolved: Unresolved[]): Settings | undefined {
  const { e } = program;
  const found: Settings = { path: module.path, prefix: '', excluded: [], version: undefined };
  let isSet = false;
  for (const call of module.calls) {
    const name = calleeName(call);
    if (call.callee.kind !== 'member' || !/^(?:setGlobalPrefix|enableVersioning)$/.test(name)) continue;
    const at: Located = { expr: call, env: undefined, module };
    isSet = true;
    if (name === 'setGlobalPrefix') {
      const [first] = call.args;
      const [path] = first ? pathsAt({ ...at, expr: first.value }, e) : [];
      if (path?.text === undefined)
        unresolved.push({
          path: module.path,
          line: call.line,
          what: 'setGlobalPrefix(…)',
          why: path?.why ?? 'it has no prefix',
        });
      found.prefix = path?.text ?? '{prefix*}';
      const excluded = optionAt(call, ['exclude'], at, e);
      if (excluded)
        found.excluded = pathsAt(excluded, e).flatMap(({ text }) => text?.replace(/^\//, '') ?? []);
    } else {
      const type = optionAt(call, ['type'], at, e);
      const isUri = type === undefined || (type.expr.kind === 'member' && type.expr.name === 'URI');
      const prefix = optionAt(call, ['prefix'], at, e);
      const fallback = optionAt(call, ['defaultVersion'], at, e);
      const texts = (located: Located | undefined) =>
        located ? pathsAt(located, e).flatMap(({ text }) => text ?? []) : [];
      if (isUri) found.version = { prefix: texts(prefix)[0] ?? 'v', fallback: texts(fallback) };
    }
  }
  return isSet ? found : undefined;
}

function controllerRoutes(
  scope: Scope,
  controller: OwnMark,
  settings: Settings | undefined,
  program: Program,
  types: Types,
  unresolved: Unresolved[],
): Route[] {
  const { e } = program;
  const { module } = scope;
  const bases = pathsOf(controller, 'path', module);
  const versions = versionsOf(marksIn(scope, program), controller, module);
  const found: Route[] = [];
  for (const method of methodsOf(scope, e)) {
    const marks = marksIn(method, program);
    for (const mark of marks) {
      const verb = Object.hasOwn(methods, mark.name) ? methods[mark.name] : undefined;
      if (verb === undefined) continue;
      e.startPlace(mark.line);
      const own = versionsOf(marks, undefined, method.module);
      const shapes = shapesOf(method, verb, types);
      for (const base of bases)
        for (const path of pathsOf(mark, 'path', method.module)) {
          const whole =
            base.text === undefined || path.text === undefined ? undefined : joined(base.text, path.text);
          const templates = whole === undefined ? undefined : templatesOf(whole, 'colon');
          const place = { path: method.module.path, line: mark.line };
          const how = `@${mark.name}`;
          if (templates === undefined)
            unresolved.push({
              ...place,
              what: `${how}(…)`,
              why: base.why ?? path.why ?? `the path '${whole}' is written in a way that is not read`,
            });
          for (const template of templates ?? [])
            for (const prefix of prefixesOf(own.length > 0 ? own : versions, settings, template))
              found.push({ method: verb, template: joined(prefix, template), ...place, how, ...shapes });
        }
    }
  }
  return found;

  function pathsOf({ call, env }: OwnMark, key: string, from: Module): { text?: string; why?: string }[] {
    const [first] = call?.args ?? [];
    if (call === undefined || first === undefined) return [{ text: '' }];
    const at: Located = { expr: first.value, env, module: env?.scope.module ?? from };
    const isMap = e.evaluate(at).some((value) => value.t === 'map');
    const path = isMap ? e.entry(at, key) : at;
    return path === undefined ? [{ text: '' }] : pathsAt(path, e);
  }

  function versionsOf(marks: readonly OwnMark[], own: OwnMark | undefined, from: Module): string[] {
    const mark = marks.find(({ name }) => name === 'Version');
    const version = mark?.call?.args[0];
    const at = version
      ? { expr: version.value, env: mark?.env, module: mark?.env?.scope.module ?? from }
      : own?.call &&
        optionAt(
          own.call,
          ['version'],
          { expr: own.call, env: own.env, module: own.env?.scope.module ?? from },
          e,
        );
    return at ? pathsAt(at, e).flatMap(({ text }) => text ?? []) : [];
  }
}

/** A decorator, and what the parameters of the function around it are, where that puts several into one. */
interface OwnMark extends Mark {
  env?: Env | undefined;
}

/** The decorators of a class or method, with those that the program's own put together by `applyDecorators`. */
function marksIn(scope: Scope, { e }: Program): OwnMark[] {
  return marksOf(scope).flatMap((mark): OwnMark[] => {
    if (known.has(mark.name) || mark.call === undefined) return [mark];
    const at: Located = { expr: mark.call.callee, env: undefined, module: scope.module };
    const [own] = e.glancing(() => e.evaluate(at));
    if (own?.t !== 'function') return [mark];
    const env = bindArguments(e, own.scope, mark.call.args, { env: undefined, module: scope.module });
    const put = own.scope.returns.flatMap((expr) =>
      expr.kind === 'call' && calleeName(expr) === 'applyDecorators' ? expr.args : [],
    );
    const inner = put.flatMap(({ value }) => marksOf({ marks: [value] }));
    return inner.map((applied) => ({ ...applied, line: mark.line, env }));
  });
}

/** The methods of a class, and those of the classes that it is derived from that it does not have itself. */
function methodsOf(scope: Scope, e: Evaluator, depth = 0): Scope[] {
  const own = [...scope.scopes.values()].flat();
  if (depth > 5) return own;
  const inherited = e.members
    .bases(scope)
    .flatMap((base) => (base.t === 'class' ? methodsOf(base.scope, e, depth + 1) : []));
  return [...own, ...inherited.filter(({ name }) => !scope.scopes.has(name))];
}

/** The global prefix with each version of a route. */
function prefixesOf(versions: readonly string[], settings: Settings | undefined, template: string): string[] {
  const isExcluded = settings?.excluded.includes(template.replace(/^\//, '')) === true;
  const prefix = settings === undefined || isExcluded ? '' : settings.prefix;
  const { version } = settings ?? {};
  const own = version === undefined ? [] : versions.length > 0 ? versions : version.fallback;
  return own.length > 0 ? own.map((text) => joined(prefix, `${version?.prefix ?? ''}${text}`)) : [prefix];
}

function shapesOf(method: Scope, verb: string, types: Types): Partial<Route> {
  const { module } = method;
  const query: NonNullable<Route['query']> = {};
  const shapes: Partial<Route> = {};
  for (const param of method.params) {
    for (const { name, call } of marksOf(param)) {
      const [first] = call?.args ?? [];
      const key = first?.value.kind === 'text' ? first.value.value : undefined;
      const schema: JsonValue =
        (param.type === undefined ? undefined : types.schema(param.type, module)) ?? {};
      if (name === 'Query' && key !== undefined) query[key] = { schema: {}, required: false };
      else if (name === 'Query') {
        const { properties = {}, required = [] } = (types.fields(param.type ?? '', module) ?? {}) as {
          properties?: Record<string, JsonValue>;
          required?: string[];
        };
        for (const [property, inner] of Object.entries(properties))
          query[property] = { schema: inner, required: required.includes(property) };
      } else if (name === 'Body' && key === undefined) shapes.body = { schema, required: true };
    }
  }
  if (Object.keys(query).length > 0) shapes.query = query;
  const given = method.gives === undefined ? undefined : types.schema(method.gives, module);
  const code = marksOf(method).find(({ name }) => name === 'HttpCode')?.call?.args[0]?.value;
  const status = code?.kind === 'literal' ? String(code.value) : verb === 'POST' ? '201' : '200';
  if (given !== undefined) shapes.responses = { [status]: given };
  return shapes;
}
