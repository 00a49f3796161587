import type { JsonValue } from '../../../json.ts';
import type { Evaluator } from '../../evaluate/evaluator.ts';
import type { Located } from '../../evaluate/values.ts';
import type { Call, Expr, Param, Scope } from '../../syntax/ir.ts';
import type { Mark } from '../scopes.ts';
import { pathsAt } from '../script-routers.ts';
import { Types } from '../shapes/types.ts';
import { optionAt } from '../things.ts';
import type { Program, Route, RouteReader } from '../types.ts';
import { type Framework, methodsAt, pythonRoutes, type Registered } from './python.ts';

const verbs = /^(?:get|post|put|delete|patch|head|options|trace)$/;

/** FastAPI: applications and routers, what is included and mounted in them, parameters, models and responses as they are declared. */
const fastapi = (types: Types): Framework => ({
  name: 'fastapi',
  syntax: 'brace',
  claims: /^(?:get|post|put|patch|delete|api_route)$/,
  mark({ name, call }: Mark, scope: Scope, at: Located, e: Evaluator): Registered | undefined {
    if (!call || !(verbs.test(name) || /^(?:api_route|route)$/.test(name))) return undefined;
    const here = { ...at, expr: call };
    const path = optionAt(call, ['path', 0], here, e);
    if (path === undefined) return undefined;
    const methods = verbs.test(name)
      ? [name.toUpperCase()]
      : (methodsAt(optionAt(call, ['methods'], here, e), e) ?? ['GET']);
    return { methods, paths: path, shapes: shapesOf(scope, call, path, e, types) };
  },
  call(call, name, at, e): Registered[] {
    if (!/^add_(?:api_)?route$/.test(name)) return [];
    const path = optionAt(call, ['path', 0], at, e);
    const methods = methodsAt(optionAt(call, ['methods'], at, e), e) ?? ['GET'];
    if (path === undefined) return [];
    const endpoint = optionAt(call, ['endpoint', 1], at, e);
    const [view] = endpoint ? e.evaluate(endpoint) : [];
    const shapes = view?.t === 'function' ? shapesOf(view.scope, call, path, e, types) : {};
    return [{ methods, paths: path, shapes }];
  },
  mount(call, name, at, routers, e) {
    if (!/^(?:include_router|mount)$/.test(name)) return undefined;
    const child = optionAt(call, name === 'mount' ? ['app', 1] : ['router', 0], at, e);
    const prefix = optionAt(call, name === 'mount' ? ['path', 0] : ['prefix'], at, e);
    const children = child ? routers.of(child) : [];
    return children.length > 0 ? { prefix, children } : undefined;
  },
});

export const fastapiRoutes: RouteReader = (program: Program) =>
  pythonRoutes(program, fastapi(new Types(program.e)));

/** Types that a parameter has which FastAPI takes out of the query. */
const simple =
  /^(?:str|int|float|bool|datetime|date|UUID|Decimal|EmailStr|HttpUrl|(?:Optional|list|List|set|Annotated|Union|Literal)\[.*|.*\|\s*None|\w+Enum)$/s;
/** Types of what FastAPI hands in. */
const handedIn =
  /\b(?:Request|Response|WebSocket|BackgroundTasks|Depends|Security|Session|AsyncSession|Header|Cookie|UploadFile|Form|File|Path)\b/;

function shapesOf(scope: Scope, call: Call, path: Located, e: Evaluator, types: Types): Partial<Route> {
  const { module } = scope;
  const inPath = new Set(
    pathsAt(path, e).flatMap(({ text = '' }) => [...text.matchAll(/\{(\w+)/g)].map(([, name]) => name)),
  );
  const query: NonNullable<Route['query']> = {};
  const bodies: { name: string; schema: JsonValue; required: boolean }[] = [];
  for (const param of scope.params) {
    if (inPath.has(param.name) || param.rest || param.named || param.name === 'self') continue;
    const { type = '' } = param;
    const source = sourceOf(param);
    if (
      /^(?:Depends|Security|Header|Cookie|Form|File|Path)$/.test(source ?? '') ||
      (source === undefined && handedIn.test(type))
    )
      continue;
    const schema = (type === '' ? undefined : types.schema(type, module)) ?? {};
    const isModel =
      source === 'Body' || (source === undefined && types.fields(bare(type), module) !== undefined);
    const required = isRequired(param);
    if (isModel) bodies.push({ name: param.name, schema, required });
    else if (source === 'Query' || (type === '' && param.fallback) || simple.test(type))
      query[alias(param) ?? param.name] = { schema, required };
  }
  const shapes: Partial<Route> = {};
  if (Object.keys(query).length > 0) shapes.query = query;
  const [body, ...others] = bodies;
  if (body && others.length === 0) shapes.body = { schema: body.schema, required: body.required };
  else if (body) {
    const required = bodies.flatMap((part) => (part.required ? [part.name] : []));
    const properties = Object.fromEntries(bodies.map(({ name, schema }) => [name, schema]));
    shapes.body = { schema: { type: 'object', required, properties }, required: required.length > 0 };
  }
  const here: Located = { ...path, expr: call };
  const model = call.args.find(({ name }) => name === 'response_model')?.value;
  const given = model ? textOf(model) : scope.gives;
  const schema = given === undefined || given === 'None' ? undefined : types.schema(given, module);
  const status = statusOf(optionAt(call, ['status_code'], here, e), e);
  if (schema !== undefined) shapes.responses = { [status]: schema };
  return shapes;
}

const bare = (type: string): string =>
  type
    .replace(/^Optional\[(.*)\]$/s, '$1')
    .replace(/\s*\|\s*None$/, '')
    .replace(/^Annotated\[(\w+),.*$/s, '$1');

/** `Query` of `= Query(…)` or `Annotated[str, Query()]`. */
function sourceOf({ fallback, type = '' }: Param): string | undefined {
  const [, annotated] =
    /^Annotated\[.*,\s*(?:\w+\.)*(Query|Body|Depends|Security|Header|Cookie|Form|File|Path)\b/s.exec(type) ??
    [];
  if (annotated !== undefined) return annotated;
  if (fallback?.kind !== 'call') return undefined;
  const { callee } = fallback;
  return callee.kind === 'name' || callee.kind === 'member' ? callee.name : undefined;
}

function isRequired({ fallback }: Param): boolean {
  if (fallback === undefined) return true;
  if (fallback.kind !== 'call') return false;
  const first = fallback.args.find(({ name }) => name === undefined || name === 'default')?.value;
  return first === undefined || (first.kind === 'opaque' && first.text === '...');
}

function alias({ fallback }: Param): string | undefined {
  const given =
    fallback?.kind === 'call' ? fallback.args.find(({ name }) => name === 'alias')?.value : undefined;
  return given?.kind === 'text' ? given.value : undefined;
}

/** `201`, `status.HTTP_201_CREATED`. */
function statusOf(at: Located | undefined, e: Evaluator): string {
  if (at === undefined) return '200';
  const named = at.expr.kind === 'member' ? /^HTTP_(\d{3})_/.exec(at.expr.name)?.[1] : undefined;
  const [pieces] = e.texts(at);
  return named ?? (/^\d{3}$/.test(String(pieces?.[0])) ? String(pieces?.[0]) : '200');
}

/** A type that stands where a value does: `list[Invoice]`. */
function textOf(expr: Expr): string | undefined {
  switch (expr.kind) {
    case 'name':
      return expr.name;
    case 'member': {
      const object = textOf(expr.object);
      return object && `${object}.${expr.name}`;
    }
    case 'index': {
      const [object, index] = [textOf(expr.object), textOf(expr.index)];
      return object && index && `${object}[${index}]`;
    }
    case 'list': {
      const items = expr.items.map(textOf);
      return items.every((item) => item !== undefined) ? items.join(', ') : undefined;
    }
    case 'text':
      return expr.value;
    case 'binary': {
      const [left, right] = [textOf(expr.left), textOf(expr.right)];
      return expr.op === '|' && left && right ? `${left} | ${right}` : undefined;
    }
    case 'literal':
      return expr.value === null ? 'None' : undefined;
    default:
      return undefined;
  }
}
