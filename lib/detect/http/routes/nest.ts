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
import { type Mark, marksOf, namedScopes } from '../scopes.ts';
import { isScript, pathsAt } from '../script-routers.ts';
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
  const modules = modulePrefixes(program);
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
      const below = modules.get(scope) ?? [''];
      if (controller)
        for (const outer of below)
          found.push(...controllerRoutes(scope, controller, own, outer, program, types, unresolved));
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
      for (const item of excluded ? e.elements(excluded) : []) {
        const isMap = e.evaluate(item).some((value) => value.t === 'map');
        const left = isMap ? e.entry(item, 'path') : item;
        for (const { text } of left ? pathsAt(left, e) : [])
          if (text !== undefined) found.excluded.push(...(templatesOf(text, 'colon') ?? []));
      }
    } else {
      const type = optionAt(call, ['type'], at, e);
      const isUri = type === undefined || (type.expr.kind === 'member' && type.expr.name === 'URI');
      const prefix = optionAt(call, ['prefix'], at, e);
      const fallback = optionAt(call, ['defaultVersion'], at, e);
      const texts = (located: Located | undefined) =>
        located ? pathsAt(located, e).flatMap(({ text }) => text ?? []) : [];
      const isNone = prefix?.expr.kind === 'literal' && prefix.expr.value === false;
      if (isUri)
        found.version = {
          prefix: isNone ? '' : (texts(prefix)[0] ?? 'v'),
          fallback: fallback ? versionsAt(fallback, e) : [],
        };
    }
  }
  return isSet ? found : undefined;
}

function controllerRoutes(
  scope: Scope,
  controller: OwnMark,
  settings: Settings | undefined,
  outer: string,
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
            base.text === undefined || path.text === undefined
              ? undefined
              : joined(outer, joined(base.text, path.text));
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
    return at ? versionsAt(at, e) : [];
  }
}

/** The versions that are named somewhere; an empty text for `VERSION_NEUTRAL`, which adds nothing to the path. */
const versionsAt = (at: Located, e: Evaluator): string[] =>
  e.elements(at).flatMap((item) => {
    const { expr } = item;
    if ((expr.kind === 'name' || expr.kind === 'member') && expr.name === 'VERSION_NEUTRAL') return [''];
    return pathsAt(item, e).map(({ text }) => text ?? '{version}');
  });

/** The paths of controllers whose modules `RouterModule.register([{ path, module, children }])` names. */
function modulePrefixes({ modules, e }: Program): Map<Scope, string[]> {
  const found = new Map<Scope, string[]>();
  const read = (list: Located, outer: string, depth: number): void => {
    for (const item of depth > 8 ? [] : e.elements(list)) {
      const path = e.entry(item, 'path');
      const prefix = path ? joined(outer, pathsAt(path, e)[0]?.text ?? '{prefix*}') : outer;
      const named = e.entry(item, 'module') ?? item;
      for (const value of e.evaluate(named))
        if (value.t === 'class')
          for (const controller of controllersOf(value.scope, e))
            found.set(controller, [...(found.get(controller) ?? []), prefix]);
      const children = e.entry(item, 'children');
      if (children) read(children, prefix, depth + 1);
    }
  };
  for (const module of modules)
    for (const { callee, args } of isScript(module) ? module.calls : []) {
      const isOne =
        callee.kind === 'member' &&
        /^(?:register|forRoutes)$/.test(callee.name) &&
        callee.object.kind === 'name' &&
        /^(?:Nest)?RouterModule$/.test(callee.object.name);
      if (isOne && args[0]) read({ expr: args[0].value, env: undefined, module }, '', 0);
    }
  return found;
}

/** The controllers that a module's decorator lists. */
function controllersOf(scope: Scope, e: Evaluator): Scope[] {
  const call = marksOf(scope).find(({ name }) => name === 'Module')?.call;
  const list =
    call && optionAt(call, ['controllers'], { expr: call, env: undefined, module: scope.module }, e);
  return (list ? e.elements(list) : []).flatMap((item) =>
    e.evaluate(item).flatMap((value) => (value.t === 'class' ? value.scope : [])),
  );
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
  const isExcluded = settings?.excluded.some((path) => isBelow(template, path)) === true;
  const prefix = settings === undefined || isExcluded ? '' : settings.prefix;
  const { version } = settings ?? {};
  const own = version === undefined ? [] : versions.length > 0 ? versions : version.fallback;
  return own.length > 0
    ? own.map((text) => (text === '' ? prefix : joined(prefix, `${version?.prefix ?? ''}${text}`)))
    : [prefix];
}

/** Whether a route is one that is left out of the global prefix: by its path, or below `/health/{rest*}`. */
function isBelow(template: string, path: string): boolean {
  const bare = (text: string): string => text.replace(/\{[^{}*]*\}/g, '{}');
  const open = /\{[^{}]*\*\}$/.exec(path);
  return open ? bare(template).startsWith(bare(path.slice(0, open.index))) : bare(template) === bare(path);
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
