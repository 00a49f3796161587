import { calleeName, classAround } from '../../evaluate/scopes.ts';
import { type Hole, joinParts, type Located } from '../../evaluate/values.ts';
import type { Binding, Call, Expr, Scope } from '../../syntax/ir.ts';
import type { Program } from '../types.ts';
import { chainOf } from './requests.ts';

type Pieces = (string | Hole)[];

/** What an address expression may be, and the names of the query that its builder adds. */
export interface JavaAddress {
  texts: Pieces[];
  query: string[];
}

const MOST = 20;

/** The address that an expression is: a text, `URI.create(…)`, a chain of a builder of addresses, or a variable of one. */
export function javaAddress(at: Located, program: Program, depth = 0): JavaAddress {
  const { e } = program;
  const { expr } = at;
  const inside = (inner: Expr): JavaAddress => javaAddress({ ...at, expr: inner }, program, depth + 1);
  const plain = (): JavaAddress => ({ texts: e.texts(at), query: [] });
  if (depth > 8) return plain();
  if (expr.kind === 'function') {
    const [body] = expr.scope.returns;
    return body ? inside(body) : plain();
  }
  if (expr.kind === 'name') {
    const origin = e.origin(at);
    if (origin.expr !== expr) return javaAddress(origin, program, depth + 1);
    const bound = boundTo(expr);
    return bound && bound.kind === 'call' ? inside(bound) : plain();
  }
  if (expr.kind !== 'call') return plain();
  const name = calleeName(expr);
  const [first] = expr.args;
  if (
    first &&
    /^(?:create|URI|URL|get|parse)$/.test(name) &&
    /^(?:URI|URL|HttpUrl)?$/.test(ownerOf(expr.callee) ?? '')
  )
    return inside(first.value);
  if (/^(?:URI|URL)$/.test(name) && first) return inside(first.value);
  const { root, steps } = chainOf(expr);
  const isStarted = steps.some((step) => starting.test(calleeName(step))) || isUrlBuilder(steps[0]);
  const isBuilder =
    isStarted ||
    (root.kind === 'name' && steps.some((step) => building.test(calleeName(step)))) ||
    isEnd(steps, root);
  return isBuilder ? built(at, root, steps, program, depth) : (given(at, expr, program, depth) ?? plain());
}

/** What a function of the program's own gives as an address: `buildUrl(path)`. */
function given(at: Located, call: Call, program: Program, depth: number): JavaAddress | undefined {
  const { e } = program;
  const own = e
    .evaluate({ ...at, expr: call.callee })
    .flatMap((value) => (value.t === 'function' ? [value.scope] : []));
  const all = own.flatMap((scope) =>
    e.calls
      .through(scope, { call, module: at.module }, at.env)
      .flatMap((env) =>
        scope.returns.map((expr) => javaAddress({ expr, env, module: scope.module }, program, depth + 2)),
      ),
  );
  if (all.length === 0) return undefined;
  return {
    texts: all.flatMap(({ texts }) => texts).slice(0, MOST),
    query: [...new Set(all.flatMap(({ query }) => query))],
  };
}

/** `builder.build().toUri()` of a variable that is a builder of addresses. */
const isEnd = (steps: readonly Call[], root: Expr): boolean =>
  root.kind === 'name' &&
  root !== steps[0]?.callee &&
  steps.every((step) =>
    /^(?:build|buildAndExpand|encode|expand|toUri|toUriString|toString|toURI|toURL|url|uri|newBuilder)$/.test(
      calleeName(step),
    ),
  ) &&
  steps.length > 0 &&
  !/^[A-Z]/.test(root.name);

/** OkHttp's `new HttpUrl.Builder()`. */
const isUrlBuilder = (first: Call | undefined): boolean =>
  first?.callee.kind === 'member' &&
  first.callee.name === 'Builder' &&
  first.callee.object.kind === 'name' &&
  /^(?:HttpUrl|URIBuilder|Uri)$/.test(first.callee.object.name);

const starting =
  /^(?:fromHttpUrl|fromUriString|fromUri|fromPath|fromCurrentContextPath|newInstance|newBuilder|URIBuilder|uriString)$/;
const building =
  /^(?:path|pathSegment|queryParam|scheme|host|port|setHost|setScheme|addEncodedPathSegments?|appendPath|appendPathSegments|setParameter|addPathSegments?|addQueryParameter|addParameter|setPath|queryParamIfPresent)$/;

function built(
  at: Located,
  root: Expr,
  steps: readonly Call[],
  program: Program,
  depth: number,
): JavaAddress {
  const { e } = program;
  let texts: Pieces[] = [[]];
  const query: string[] = [];
  const add = (more: readonly Pieces[], slash: boolean): void => {
    texts = texts
      .flatMap((before) => more.map((pieces) => joinParts(before, slash ? ['/'] : [], pieces)))
      .slice(0, MOST);
  };
  const start = root.kind === 'name' ? boundTo(root) : undefined;
  if (start && start.kind !== 'call' && isEnd(steps, root)) texts = e.texts({ ...at, expr: root });
  if (!start && isEnd(steps, root) && changesOf(root, 0, at).length === 0)
    texts = e.texts({ ...at, expr: root });
  if (start?.kind === 'call') {
    const before = javaAddress({ ...at, expr: start }, program, depth + 1);
    texts = before.texts;
    query.push(...before.query);
  }
  for (const step of [...changesOf(root, start?.at ?? 0, at), ...steps]) {
    const [first, ...others] = step.args.map(({ value }) => value);
    const name = calleeName(step);
    if (!first) continue;
    const here = { ...at, expr: first };
    if (/^(?:fromHttpUrl|fromUriString|fromUri|fromPath|URIBuilder|parse|get|uriString)$/.test(name))
      add(javaAddress(here, program, depth + 1).texts, false);
    else if (/^(?:path|setPath|replacePath)$/.test(name)) add(e.texts(here), false);
    else if (/^(?:scheme|setScheme)$/.test(name))
      add(
        e.texts(here).map((pieces) => [...pieces, '://']),
        false,
      );
    else if (/^(?:host|setHost)$/.test(name)) add(e.texts(here), false);
    else if (/^(?:port|setPort)$/.test(name))
      add(
        e.texts(here).map((pieces) => [':', ...pieces]),
        false,
      );
    else if (
      /^(?:pathSegment|addPathSegments?|addEncodedPathSegments?|appendPath|appendPathSegments|setPathSegments|encodedPath)$/.test(
        name,
      )
    )
      for (const part of [first, ...others]) add(e.texts({ ...at, expr: part }), true);
    else if (
      /^(?:queryParam|queryParamIfPresent|addQueryParameter|addEncodedQueryParameter|addParameter|setParameter|replaceQueryParam)$/.test(
        name,
      )
    )
      for (const parts of e.texts(here))
        if (parts.length === 1 && typeof parts[0] === 'string') query.push(parts[0]);
  }
  return { texts, query };
}

/** What is called on a variable that holds a builder, in statements before it is used. */
function changesOf(root: Expr, from: number, { module }: Located): Call[] {
  if (root.kind !== 'name' || /^[A-Z]/.test(root.name)) return [];
  return module.calls.filter((call) => {
    if (call.at <= from || call.at >= root.at || !building.test(calleeName(call))) return false;
    const { root: of } = chainOf(call);
    return of.kind === 'name' && of.name === root.name && of.block.scope === root.block.scope;
  });
}

/** What a variable or a field of the class around is bound to, last. */
export function boundTo(expr: Expr): Expr | undefined {
  if (expr.kind === 'member' && expr.object.kind === 'name' && expr.object.name === 'this') {
    const owner = classAround(expr.object.block);
    return owner?.bindings.get(expr.name)?.at(-1)?.value;
  }
  if (expr.kind !== 'name') return undefined;
  for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
    const own: Scope = scope;
    const bound: Binding | undefined = own.bindings
      .get(expr.name)
      ?.findLast((binding) => own.kind !== 'function' || binding.at <= expr.at);
    if (bound && bound.value !== expr) return bound.value;
    if (own.params.some(({ name }) => name === expr.name)) return undefined;
  }
  return undefined;
}

const ownerOf = (callee: Expr): string | undefined =>
  callee.kind === 'member' && callee.object.kind === 'name'
    ? callee.object.name
    : callee.kind === 'name'
      ? ''
      : undefined;
