import { calleeName, classAround } from '../../evaluate/scopes.ts';
import type { Hole, Located } from '../../evaluate/values.ts';
import type { Binding, Expr, Scope } from '../../syntax/ir.ts';
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
  const isBuilder =
    steps.some((step) => starting.test(calleeName(step))) ||
    (root.kind === 'name' && steps.some((step) => building.test(calleeName(step))));
  return isBuilder ? built(at, root, steps, program, depth) : plain();
}

const starting =
  /^(?:fromHttpUrl|fromUriString|fromUri|fromPath|fromCurrentContextPath|newInstance|newBuilder|URIBuilder|uriString)$/;
const building =
  /^(?:path|pathSegment|queryParam|addPathSegments?|addQueryParameter|addParameter|setPath|queryParamIfPresent)$/;

function built(
  at: Located,
  root: Expr,
  steps: readonly Extract<Expr, { kind: 'call' }>[],
  program: Program,
  depth: number,
): JavaAddress {
  const { e } = program;
  let texts: Pieces[] = [[]];
  const query: string[] = [];
  const add = (more: readonly Pieces[], slash: boolean): void => {
    texts = texts
      .flatMap((before) => more.map((one) => [...before, ...(slash ? ['/'] : []), ...one]))
      .slice(0, MOST);
  };
  const start = root.kind === 'name' ? boundTo(root) : undefined;
  if (start?.kind === 'call') {
    const before = javaAddress({ ...at, expr: start }, program, depth + 1);
    texts = before.texts;
    query.push(...before.query);
  }
  for (const step of steps) {
    const [first, ...others] = step.args.map(({ value }) => value);
    const name = calleeName(step);
    if (!first) continue;
    const here = { ...at, expr: first };
    if (/^(?:fromHttpUrl|fromUriString|fromUri|fromPath|URIBuilder|parse|get|uriString)$/.test(name))
      add(javaAddress(here, program, depth + 1).texts, false);
    else if (/^(?:path|setPath|replacePath)$/.test(name)) add(e.texts(here), false);
    else if (/^(?:pathSegment|addPathSegments?)$/.test(name))
      for (const one of [first, ...others]) add(e.texts({ ...at, expr: one }), true);
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
      ?.findLast((one) => own.kind !== 'function' || one.at <= expr.at);
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
