import type { Evaluator, Maker } from '../evaluate/evaluator.ts';
import { calleeName } from '../evaluate/scopes.ts';
import { strip } from '../evaluate/strip.ts';
import {
  type Hole,
  joinParts,
  type Located,
  partsOf,
  plain,
  text,
  unknown,
  type Value,
} from '../evaluate/values.ts';
import type { Binding, Call, Expr, Scope } from '../syntax/ir.ts';

/** What Rust's `url` and Go's `net/url` make of addresses, as texts; undefined for any other call. */
export const urlTexts: Maker = (call, at, e) => {
  const { language } = at.module;
  if (call.callee.kind !== 'member') return undefined;
  if (language === 'rust') return rustUrl(call, call.callee, at, e);
  if (language === 'java') return javaUrl(call, call.callee, at, e);
  return language === 'go' ? goUrl(call, call.callee, at, e) : undefined;
};

/** `base.substring(0, base.length() - 1)`: an address without the end that it may have, where that is a slash and what follows it. */
function javaUrl(call: Call, { object, name }: Member, at: Located, e: Evaluator): Value[] | undefined {
  const [first, second] = call.args.map(({ value }) => value);
  const here = (expr: Expr): Located => ({ ...at, expr });
  if (/^(?:removeEnd|stripEnd|trimTrailingCharacter)$/.test(name) && first)
    return e.evaluate(here(first)).map((value) => strip(value, 'rstrip', '/'));
  // `path.substring(1)` where it begins with a slash
  if (name === 'substring' && first?.kind === 'literal' && first.value === 1 && !second)
    return known(e.evaluate(here(object)))?.map((value) => strip(value, 'removeprefix', '/'));
  const isEnd =
    name === 'substring' &&
    first?.kind === 'literal' &&
    first.value === 0 &&
    second?.kind === 'binary' &&
    second.op === '-' &&
    second.right.kind === 'literal';
  if (!isEnd || second.right.kind !== 'literal') return undefined;
  const cut = Number(second.right.value);
  const without = (value: Value): Value => {
    const parts = [...partsOf(value)];
    const last = parts.at(-1);
    if (typeof last !== 'string' || last.at(-cut) !== '/') return value;
    return { t: 'text', parts: [...parts.slice(0, -1), last.slice(0, -cut)].filter((part) => part !== '') };
  };
  return known(e.evaluate(here(object)))?.map(without);
}

type Member = Extract<Expr, { kind: 'member' }>;

/** Methods that give what they are called on, or an error. */
const same =
  /^(?:map_err|context|with_context|wrap_err|wrap_err_with|ok|ok_or|ok_or_else|change_context|as_deref|deref|borrow|into_url|trim|to_lowercase|to_string_lossy)$/;

const trimmed: Record<string, string> = {
  trim_start_matches: 'lstrip',
  trim_end_matches: 'rstrip',
  trim_matches: 'strip',
  trim_left_matches: 'lstrip',
  trim_right_matches: 'rstrip',
  strip_prefix: 'removeprefix',
  strip_suffix: 'removesuffix',
};

function rustUrl(call: Call, { object, name }: Member, at: Located, e: Evaluator): Value[] | undefined {
  const [first] = call.args.map(({ value }) => value);
  const here = (expr: Expr): Located => ({ ...at, expr });
  const isType =
    object.kind === 'name' || object.kind === 'member' ? /^(?:Url|Uri)$/.test(object.name) : false;
  if (isType && /^(?:parse|from_str|try_from|from_static|parse_with_params)$/.test(name) && first)
    return e.evaluate(here(first));
  if (name === 'parse' && call.args.length === 0) return known(e.evaluate(here(object)));
  if (same.test(name)) return known(e.evaluate(here(object)));
  const how = Object.hasOwn(trimmed, name) ? trimmed[name] : undefined;
  if (how !== undefined && first) {
    const what = plain(e.evaluate(here(first))[0]);
    return what === undefined ? undefined : e.evaluate(here(object)).map((value) => strip(value, how, what));
  }
  if (name === 'join' && first) {
    const owner = e.evaluate(here(object));
    const items = e.evaluate(here(first));
    if ([...owner, ...items].some(({ t }) => t === 'list' || t === 'map')) return undefined;
    return owner.flatMap((base) => items.map((rest) => resolved(base, rest)));
  }
  // `base.append(["users", id])`, `base.append_path("users")`: methods that programs give to addresses
  if (/^(?:append|join)(?:_path|_segments?|_url|_all)?$/.test(name) && first && call.args.length === 1) {
    const owner = e.evaluate(here(object));
    if (owner.some(({ t }) => t === 'list' || t === 'map')) return undefined;
    const items = e.elements(here(first)).map((item) => e.evaluate(item));
    return e.joinPaths([owner, ...items]);
  }
  return ofDeclared(call, object, name, at, e);
}

/** A method of what a function is declared to give: `self.repository().url()`. */
function ofDeclared(call: Call, object: Expr, name: string, at: Located, e: Evaluator): Value[] | undefined {
  if (object.kind !== 'call' || !/(?:^|_)(?:url|uri|path|endpoint|base|href)$/.test(name)) return undefined;
  const found = e.evaluate({ ...at, expr: object.callee }).flatMap((value): Value[] => {
    const gives = value.t === 'function' ? /(\w+)>?$/.exec(value.scope.gives ?? '')?.[1] : undefined;
    const owner = value.t === 'function' && gives ? e.names.classOf(gives, value.scope) : undefined;
    const [method] = owner?.scopes.get(name) ?? [];
    if (!owner || method?.kind !== 'function') return [];
    const self: Value = { t: 'instance', scope: owner, env: undefined };
    return e.invoke(method, call.args, at, undefined, self);
  });
  return found.length > 0 ? found : undefined;
}

/** Texts, and what is not known under its name. */
const known = (values: Value[]): Value[] | undefined =>
  values.every(({ t }) => t === 'text' || t === 'unknown') ? values : undefined;

function goUrl(call: Call, { object, name }: Member, at: Located, e: Evaluator): Value[] | undefined {
  const args = call.args.map(({ value }) => value);
  const [first] = args;
  const here = (expr: Expr): Located => ({ ...at, expr });
  if (first && /^(?:Parse|ParseRequestURI|MustParse)$/.test(name)) {
    if (isUrlPackage(object, at)) return e.evaluate(here(first));
    if (name !== 'Parse' || args.length !== 1) return undefined;
    const base = goAddress(here(object), e);
    const rest = e.evaluate(here(first));
    return base?.flatMap((from) => rest.map((to) => resolved(from, to)));
  }
  if (name === 'String' && args.length === 0) return goAddress(here(object), e);
  if (name === 'JoinPath' && !isUrlPackage(object, at)) {
    const base = goAddress(here(object), e);
    return base && e.joinPaths([base, ...args.map((arg) => e.evaluate(here(arg)))]);
  }
  if (name === 'ResolveReference' && first) {
    const base = goAddress(here(object), e);
    const rest = goAddress(here(first), e);
    return base && rest && base.flatMap((from) => rest.map((to) => resolved(from, to)));
  }
  return undefined;
}

const isUrlPackage = (object: Expr, { module }: Located): boolean =>
  object.kind === 'name' &&
  module.imports.some(({ local, from }) => local === object.name && from === 'net/url');

/** What a `url.URL` is as a text; undefined where it is something else. */
export function goAddress(at: Located, e: Evaluator): Value[] | undefined {
  const { expr } = at;
  const values = e.evaluate(at).flatMap((value): Value[] => {
    if (value.t === 'map')
      return /(?:^|\.)URL$/.test(value.source?.type ?? '')
        ? assembled(at, (key) => e.members.mapEntry(value, key), e)
        : [];
    return value.t === 'text' || value.t === 'unknown' ? [value] : [];
  });
  if (values.length === 0) return undefined;
  return expr.kind === 'name' ? changed(values, expr, at, e) : values;
}

/** `url.URL{Scheme: "https", Host: host, Path: "/x"}` as one text. */
function assembled(at: Located, field: (key: string) => Located | undefined, e: Evaluator): Value[] {
  const part = (key: string): Value[] => {
    const found = field(key);
    return found ? e.evaluate(found) : [];
  };
  const host = part('Host');
  const scheme = part('Scheme');
  const path = part('Path').length > 0 ? part('Path') : part('RawPath');
  const query = part('RawQuery');
  const pieces = [
    ...(host.length > 0 ? [scheme.length > 0 ? scheme : [text('http')], [text('://')], host] : []),
    ...(path.length > 0 ? [path.map(rooted)] : []),
    ...(query.length > 0 ? [[text('?')], query] : []),
  ];
  return pieces.length > 0 ? e.concat(pieces) : [unknown('an empty address', labelOf(at.expr))];
}

const rooted = (value: Value): Value => {
  const [first] = partsOf(value);
  return typeof first === 'string' && !first.startsWith('/')
    ? { t: 'text', parts: joinParts(['/'], partsOf(value)) }
    : value;
};

const labelOf = (expr: Expr): string => (expr.kind === 'name' || expr.kind === 'member' ? expr.name : '');

/** An address whose fields are set after it was made: `u.Path = path.Join(u.Path, "x")`. */
function changed(values: Value[], name: Extract<Expr, { kind: 'name' }>, at: Located, e: Evaluator): Value[] {
  const set = assignments(name);
  if (set.length === 0) return values;
  let found = values;
  for (const { value } of set) {
    const [entry] = value.kind === 'map' ? value.entries : [];
    const key = entry?.key.kind === 'text' ? entry.key.value : '';
    if (!entry || (key !== 'Path' && key !== 'RawPath')) continue;
    const rest = e.evaluate({ ...at, expr: entry.value });
    found = found.flatMap((before) => rest.map((path) => withPath(before, path)));
  }
  return found;
}

/** What is bound to a variable's fields between where it is made and where it is used. */
function assignments(name: Extract<Expr, { kind: 'name' }>): Binding[] {
  for (let scope: Scope | undefined = name.block.scope; scope; scope = scope.parent) {
    const own = scope.bindings.get(name.name);
    if (!own && !scope.params.some((param) => param.name === name.name)) continue;
    const made = own?.findLast(({ at }) => at <= name.at)?.at ?? 0;
    return (scope.bindings.get(`${name.name}[]`) ?? []).filter(({ at }) => at > made && at < name.at);
  }
  return [];
}

/** An address with another path; one that begins with its own is behind it. */
function withPath(base: Value, path: Value): Value {
  const parts = partsOf(path);
  const [first, ...rest] = parts;
  const isOwn = typeof first === 'object' && /^(?:Path|EscapedPath|RawPath)$/.test(first.label);
  if (isOwn) return appended(partsOf(base), rest);
  const [origin] = splitOrigin(partsOf(base));
  return appended(origin, parts);
}

type Pieces = (string | Hole)[];

/** Two pieces of an address with one slash between them. */
function appended(base: Pieces, rest: Pieces): Value {
  const last = base.at(-1);
  const [first, ...more] = rest;
  if (first === undefined) return { t: 'text', parts: base };
  const before: Pieces = typeof last === 'string' ? [...base.slice(0, -1), last.replace(/\/+$/, '')] : base;
  const after: Pieces = typeof first === 'string' ? [first.replace(/^\/+/, ''), ...more] : rest;
  return { t: 'text', parts: joinParts(before, ['/'], after) };
}

/** An address's scheme and authority, as far as they are known, and what follows. */
function splitOrigin(parts: Pieces): [origin: Pieces, path: Pieces] {
  const [first, ...rest] = parts;
  if (typeof first !== 'string') return [parts, []];
  const found = /^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i.exec(first);
  if (!found) return [[], parts];
  const path = first.slice(found[0].length);
  // the host may end behind what is not known
  if (path === '' && rest.length > 0) {
    const at = rest.findIndex((piece) => typeof piece === 'string' && /[/?#]/.test(piece));
    const piece = at < 0 ? undefined : rest[at];
    if (typeof piece !== 'string') return [parts, []];
    const cut = piece.search(/[/?#]/);
    return [
      joinParts([first], rest.slice(0, at), [piece.slice(0, cut)]),
      [piece.slice(cut), ...rest.slice(at + 1)],
    ];
  }
  return [[found[0]], [path, ...rest].filter((piece) => piece !== '')];
}

/** A reference resolved against an address, as RFC 3986 has it, as far as both are known. */
export function resolved(base: Value, reference: Value): Value {
  const rest = partsOf(reference);
  const [first] = rest;
  if (typeof first === 'string' && /^[a-z][a-z0-9+.-]*:\/\//i.test(first)) return reference;
  const [origin, path] = splitOrigin(partsOf(base));
  if (typeof first === 'string' && first.startsWith('/')) return appended(origin, rest);
  if (typeof first === 'string' && first.startsWith('?'))
    return { t: 'text', parts: joinParts(partsOf(base), rest) };
  const last = path.at(-1);
  const directory: Pieces =
    typeof last === 'string' ? [...path.slice(0, -1), last.replace(/[^/]*$/, '')] : path;
  return appended(joinParts(origin, directory), rest);
}

/** Whether a call is one that changes an address in its place: `url.set_path("/x")`. */
export const changesAddress = (call: Call): boolean =>
  /^(?:set_path|set_query|extend|push|append_pair|append_key_only|extend_pairs)$/.test(calleeName(call));
