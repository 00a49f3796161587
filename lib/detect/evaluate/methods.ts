import type { Call, Expr } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { braces, dollars, printf } from './format.ts';
import { joinList } from './join-list.ts';
import { listOfMap, lookupWithDefault, mapped, reduced } from './lists.ts';
import { plainExpression, sliced } from './slices.ts';
import { parsedAddress, splitText } from './split.ts';
import { collapse, replaceIn, strip } from './strip.ts';
import { type Located, plain, text, unknown, type Value } from './values.ts';

/** What a method of a text, a list or a map gives; undefined for any other. */
export function method(
  call: Call,
  object: Expr,
  name: string,
  at: Located,
  e: Evaluator,
): Value[] | undefined {
  const here = (expr: Expr): Located => ({ ...at, expr });
  const positional = call.args.filter((arg) => arg.name === undefined).map((arg) => arg.value);
  const [first, second] = positional;
  const self = () => e.evaluate(here(object));
  switch (name) {
    case 'format':
    case 'formatted':
      if (name === 'formatted') return self().flatMap((format) => printf(format, positional.map(here), e));
      return self().some((value) => value.t === 'text')
        ? self().flatMap((value) => braces(value, call, at, e))
        : undefined;
    case 'append':
      return first && self().some((value) => value.t === 'text')
        ? e.concat([self(), e.evaluate(here(first))])
        : undefined;
    case 'substitute':
    case 'safe_substitute':
      return self().some((value) => value.t === 'text')
        ? self().flatMap((value) => dollars(value, call, at, e))
        : undefined;
    case 'joinpath':
    case 'resolve':
    case 'child':
      return self().some((value) => value.t === 'text') && first
        ? e.joinPaths([self(), ...positional.map((arg) => e.evaluate(here(arg)))])
        : undefined;
    case 'join': {
      if (!first) return undefined;
      const owner = self();
      // Python: separator.join(list); JavaScript: list.join(separator); Rust: path.join(piece)
      if (owner.some((value) => value.t === 'list'))
        return joinList(here(object), e.evaluate(here(first)), e);
      const items = e.evaluate(here(first));
      if (items.some((value) => value.t === 'list')) return joinList(here(first), owner, e);
      if (at.module.language === 'rust') return e.joinPaths([owner, items]);
      return [unknown('joins an unknown value')];
    }
    case 'concat':
      if (self().some((value) => value.t === 'list') && !first) return joinList(here(object), [text('')], e);
      return self().some((value) => value.t === 'text') && first
        ? e.concat([self(), ...positional.map((arg) => e.evaluate(here(arg)))])
        : undefined;
    case 'get':
      if (!first && self().some((value) => value.t === 'text')) return self();
      return lookupWithDefault(self(), first, second, here, e);
    case 'split':
    case 'rsplit':
    case 'partition':
      return splitText(self(), name, first, second, here, e);
    case 'items':
    case 'values': {
      const owner = call.args.length === 0 ? self() : [];
      if (!owner.some((value) => value.t === 'map')) return undefined;
      return owner.map((value) => listOfMap(value, name === 'items' ? 'entries' : 'values', here(object)));
    }
    case 'strip':
    case 'lstrip':
    case 'rstrip':
    case 'trim':
    case 'removeprefix':
    case 'removesuffix':
      return self().map((value) => strip(value, name, first ? plain(e.evaluate(here(first))[0]) : undefined));
    case 'replace':
    case 'replaceAll':
      return self().map((value) => replaced(value, first, second, here, e));
    case 'lower':
    case 'upper':
    case 'toLowerCase':
    case 'toUpperCase':
    case 'to_lowercase':
    case 'to_uppercase': {
      const change = (s: string) => (/low/i.test(name) ? s.toLowerCase() : s.toUpperCase());
      return self().map((value) =>
        value.t === 'text'
          ? { t: 'text', parts: value.parts.map((part) => (typeof part === 'string' ? change(part) : part)) }
          : value,
      );
    }
    case 'as_posix':
    case 'as_uri':
    case 'toString':
    case 'to_string':
    case 'to_owned':
    case 'into':
    case 'as_str':
    case 'clone':
    case 'as_ref':
    case 'to_str':
    case 'unwrap':
    case 'to_path_buf':
    case 'display':
    case 'String':
    case 'valueOf':
    case 'keys':
    case 'copy':
    case 'iter':
    case 'into_iter':
    case 'collect':
    case 'cloned':
    case 'copied':
    case 'into_string':
    case 'orElseThrow': {
      const owner = self();
      // What is not known keeps its name: `env::var("API_URL").unwrap()`; a client stays one.
      const isOpen =
        at.module.language === 'rust' && owner.every(({ t }) => /^(?:unknown|instance|thing)$/.test(t));
      return isOpen || owner.some((value) => value.t === 'text' || value.t === 'list') ? owner : undefined;
    }
    case 'expect':
      return at.module.language === 'rust' ? self() : undefined;
    case 'map':
    case 'flatMap':
      return mapped(call, here(object), name, first, e);
    case 'reduce':
      return reduced(here(object), first, second, at, e);
    case 'splice': {
      const all = self();
      return all.some(({ t }) => t === 'list')
        ? all.map((value) => (value.t === 'list' ? { ...value, open: true } : value))
        : undefined;
    }
    case 'filter':
    case 'sort':
    case 'toSorted':
    case 'reverse': {
      const all = self();
      return all.some((value) => value.t === 'list') ? all : undefined;
    }
    case 'parseUri':
      return first ? e.evaluate(here(first)).map(parsedAddress) : undefined;
    case 'slice':
      return sliced(self(), call, here, e);
    case 'unwrap_or':
    case 'unwrap_or_else':
    case 'unwrap_or_default':
    case 'orElse': {
      const known = self().filter((value) => value.t !== 'unknown');
      if (known.length > 0 || !first) return known.length > 0 ? known : self();
      const [fallback] = e.evaluate(here(first));
      return fallback?.t === 'function'
        ? e.invoke(fallback.scope, [], at, fallback.env)
        : e.evaluate(here(first));
    }
    default: {
      if (call.args.length === 0)
        for (const value of self()) {
          const given = value.t === 'thing' && value.type === 'address' ? value.props.get(name) : undefined;
          if (given) return given;
        }
      // an enum constant's own getter gives the one thing that it was made with
      const getter =
        at.module.language === 'java' &&
        call.args.length === 0 &&
        /^(?:get[A-Z]\w*|value|path|key|prefix|label|name)$/.test(name);
      const owner = getter ? self() : [];
      return owner.length > 0 && owner.every((value) => value.t === 'text') ? owner : undefined;
    }
  }
}

/** A text with each of one piece replaced by another, by a text or by a regular expression that stands for one. */
function replaced(
  value: Value,
  first: Expr | undefined,
  second: Expr | undefined,
  here: (expr: Expr) => Located,
  e: Evaluator,
): Value {
  const whole = plain(value);
  if (
    first?.kind === 'opaque' &&
    /^\/(?:\\\/|\[\/\])(?:\+|\{2,\})\/g?$/.test(first.text) &&
    value.t === 'text'
  )
    return { t: 'text', parts: collapse(value.parts) };
  const expression = first && plainExpression(first);
  const from = expression?.from ?? (first ? plain(e.evaluate(here(first))[0]) : undefined);
  const to = second ? plain(e.evaluate(here(second))[0]) : undefined;
  if (from === undefined || from === '') return value.t === 'text' ? unknown('result of replace()') : value;
  if (expression?.atStart && to === '') return strip(value, 'removeprefix', from);
  if (expression?.atStart) return value.t === 'text' ? unknown('result of replace()') : value;
  if (whole !== undefined && to !== undefined) return text(whole.replaceAll(from, to));
  if (value.t !== 'text' || !second) return value;
  return replaceIn(value.parts, from, e.evaluate(here(second))[0] ?? unknown('replacement'));
}
