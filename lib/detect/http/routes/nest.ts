import type { JsonValue } from '../../../json.ts';
import { calleeName } from '../../evaluate/scopes.ts';
import type { Located } from '../../evaluate/values.ts';
import { isProduct } from '../../product.ts';
import { nearest } from '../../syntax/imports.ts';
import type { Call, Module, Scope } from '../../syntax/ir.ts';
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
  const isNest = (module: Module) => isScript(module) && importsAny(module, /^@nestjs\//);
  const open = await readEach(program, isNest, (module) => {
    const one = settingsOf(module, program, unresolved);
    if (one) settings.push(one);
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
        scope.kind === 'class' ? marksOf(scope).find(({ name }) => name === 'Controller') : undefined;
      if (controller) found.push(...controllerRoutes(scope, controller, own, program, types, unresolved));
    }
  });
  return { found, unresolved: [...unresolved, ...open, ...more] };
};

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
      const texts = (one: Located | undefined) =>
        one ? pathsAt(one, e).flatMap(({ text }) => text ?? []) : [];
      if (isUri) found.version = { prefix: texts(prefix)[0] ?? 'v', fallback: texts(fallback) };
    }
  }
  return isSet ? found : undefined;
}

function controllerRoutes(
  scope: Scope,
  controller: Mark,
  settings: Settings | undefined,
  { e }: Program,
  types: Types,
  unresolved: Unresolved[],
): Route[] {
  const { module } = scope;
  const bases = pathsOf(controller.call, 'path', module);
  const versions = versionsOf(marksOf(scope), controller.call, module);
  const found: Route[] = [];
  for (const method of [...scope.scopes.values()].flat()) {
    const marks = marksOf(method);
    for (const mark of marks) {
      const verb = Object.hasOwn(methods, mark.name) ? methods[mark.name] : undefined;
      if (verb === undefined) continue;
      e.startPlace(mark.line);
      const own = versionsOf(marks, undefined, module);
      const shapes = shapesOf(method, verb, types);
      for (const base of bases)
        for (const path of pathsOf(mark.call, 'path', module)) {
          const whole =
            base.text === undefined || path.text === undefined ? undefined : joined(base.text, path.text);
          const templates = whole === undefined ? undefined : templatesOf(whole, 'colon');
          const place = { path: module.path, line: mark.line };
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

  function pathsOf(call: Call | undefined, key: string, from: Module): { text?: string; why?: string }[] {
    const [first] = call?.args ?? [];
    if (call === undefined || first === undefined) return [{ text: '' }];
    const at: Located = { expr: first.value, env: undefined, module: from };
    const isMap = e.evaluate(at).some((value) => value.t === 'map');
    const path = isMap ? e.entry(at, key) : at;
    return path === undefined ? [{ text: '' }] : pathsAt(path, e);
  }

  function versionsOf(marks: readonly Mark[], call: Call | undefined, from: Module): string[] {
    const version = marks.find(({ name }) => name === 'Version')?.call?.args[0];
    const at = version
      ? { expr: version.value, env: undefined, module: from }
      : call && optionAt(call, ['version'], { expr: call, env: undefined, module: from }, e);
    return at ? pathsAt(at, e).flatMap(({ text }) => text ?? []) : [];
  }
}

/** The global prefix with each version of a route. */
function prefixesOf(versions: readonly string[], settings: Settings | undefined, template: string): string[] {
  const isExcluded = settings?.excluded.includes(template.replace(/^\//, '')) === true;
  const prefix = settings === undefined || isExcluded ? '' : settings.prefix;
  const { version } = settings ?? {};
  const own = version === undefined ? [] : versions.length > 0 ? versions : version.fallback;
  return own.length > 0 ? own.map((one) => joined(prefix, `${version?.prefix ?? ''}${one}`)) : [prefix];
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
        for (const [one, inner] of Object.entries(properties))
          query[one] = { schema: inner, required: required.includes(one) };
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
