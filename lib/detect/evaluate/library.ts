import type { Argument, Call, Expr } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { printf, substituted } from './format.ts';
import { goStrings } from './go-strings.ts';
import { joinList } from './join-list.ts';
import {
  addressParsers,
  environment,
  formatters,
  handedThrough,
  joiners,
  listMakers,
  pathTypes,
  slashes,
  wrappers,
  wrapping,
} from './library-names.ts';
import { appended, dict, listOfMap } from './lists.ts';
import { method } from './methods.ts';
import { fieldDefault, fromEnvironment, made, parsedOptions } from './settings.ts';
import { mapOfPairs } from './slices.ts';
import { parsedAddress } from './split.ts';
import { collapse } from './strip.ts';
import { terraformCall, terraformMember } from './terraform.ts';
import { type Located, plain, text, unknown, type Value } from './values.ts';

/** A call of a function with a known name. */
interface Named {
  dotted: string;
  call: Call;
  at: Located;
  here: (expr: Expr) => Located;
  positional: readonly Expr[];
  first: Expr | undefined;
  e: Evaluator;
}

/** What a call of a standard library's text or path function gives; undefined where it is none. */
export function libraryCall(call: Call, at: Located, e: Evaluator): Value[] | undefined {
  const here = (expr: Expr): Located => ({ ...at, expr });
  const positional = call.args.filter((arg) => arg.name === undefined).map((arg) => arg.value);
  const dotted = e.dotted(call.callee, at.module);
  if (dotted !== undefined) {
    const named: Named = { dotted, call, at, here, positional, first: positional[0], e };
    for (const look of [paths, sameValue, lists, functions, joined, ofLanguage, formatted]) {
      const found = look(named);
      if (found) return found;
    }
  }
  if (at.module.language === 'terraform' && call.callee.kind === 'name')
    return terraformCall(call.callee.name, positional.map(here), e);
  if (call.callee.kind !== 'member') return undefined;
  if (/^parse_(?:known_)?args$/.test(call.callee.name)) return parsedOptions(call, at, e);
  return method(call, call.callee.object, call.callee.name, at, e);
}

function paths({ dotted, at, here, positional, first, e }: Named): Value[] | undefined {
  const joins =
    joiners.has(dotted) ||
    (at.module.language === 'python' && pathTypes.test(dotted)) ||
    /(?:^|\.)path(?:\.posix)?\.(?:join|resolve)$/.test(dotted);
  // Go's leaves out what is empty.
  const isGo = at.module.language === 'go' && positional.length > 1;
  if (joins)
    return e.joinPaths(
      positional.flatMap((expr) =>
        expr.kind === 'spread'
          ? e.elements(here(expr.of)).map((item) => e.evaluate(item))
          : [e.evaluate(here(expr))].filter((piece) => !isGo || !piece.every((value) => plain(value) === '')),
      ),
    );
  return at.module.language === 'rust' && /Path\.from_iter$/.test(dotted) && first
    ? joinList(here(first), [text('/')], e)
    : undefined;
}

/** Functions that give what they are given, or the elements of it. */
function sameValue({ dotted, call, at, here, positional, first, e }: Named): Value[] | undefined {
  const { language } = at.module;
  if (!first && /^(?:set|list|tuple|Set)$/.test(dotted)) return [{ t: 'list', items: [] }];
  if (wrappers.has(dotted) || wrapping[language]?.test(dotted))
    return first ? e.evaluate(here(first)) : [text('')];
  if (language === 'python' && handedThrough.test(dotted)) {
    const of = first ?? call.args.find((arg) => /^(?:iterable|sequence|it)$/.test(arg.name ?? ''))?.value;
    return of && e.evaluate(here(of));
  }
  if (/^(?:max|min)$/.test(dotted) && language === 'python' && first && positional.length === 1)
    if (e.evaluate(here(first)).some((value) => value.t === 'list')) return e.each(here(first), 'element');
  return undefined;
}

function lists({ dotted, call, at, here, first, e }: Named): Value[] | undefined {
  if (dotted === 'len' && first) {
    const whole = plain(e.evaluate(here(first))[0]);
    if (whole !== undefined) return [{ t: 'text', parts: [String(whole.length)], literal: whole.length }];
  }
  return dotted === 'dict' ? dict(call, at, e) : undefined;
}

/** What functions and classes are declared with, and addresses taken apart. */
function functions({ dotted, call, at, here, first, e }: Named): Value[] | undefined {
  if (dotted === 'functools.partial' && first) return givenAlready(call, here, e);
  if (/(?:^|\.)(?:Field|field|attrib|ib)$|^typer\.(?:Option|Argument)$/.test(dotted))
    return fieldDefault(call, at, e);
  if (dotted === 'Depends' || dotted === 'fastapi.Depends') return made(first, at, e);
  return addressParsers.test(dotted) && first ? e.evaluate(here(first)).map(parsedAddress) : undefined;
}

function joined({ dotted, call, at, here, positional, first, e }: Named): Value[] | undefined {
  const [, second, ...more] = positional;
  if (/(?:^|\.)(?:Fn\.join|troposphere\.Join)$/.test(dotted) && first && second)
    return joinList(here(second), e.evaluate(here(first)), e);
  if (/(?:^|\.)(?:Fn\.sub|troposphere\.Sub)$/.test(dotted) && first)
    return e.evaluate(here(first)).flatMap((format) => substituted(format, call, at, e));
  if (/^sagemaker\.workflow\.functions\.Join$/.test(dotted)) {
    const [on, values] = ['on', 'values'].map((name) => call.args.find((arg) => arg.name === name)?.value);
    if (values) return joinList(here(values), on ? e.evaluate(here(on)) : [text('')], e);
  }
  if (dotted === 'strings.Join' && first && second) return joinList(here(first), e.evaluate(here(second)), e);
  if (dotted !== 'String.join' || !first) return undefined;
  if (second && more.length === 0) return joinList(here(second), e.evaluate(here(first)), e);
  const { line, at: offset } = call;
  return joinList(
    here({ kind: 'list', items: positional.slice(1), line, at: offset }),
    e.evaluate(here(first)),
    e,
  );
}

/** Functions that only one language has. */
function ofLanguage({ dotted, at, here, positional, first, e }: Named): Value[] | undefined {
  const inStrings = at.module.language === 'go' ? /^strings\.(\w+)$/.exec(dotted)?.[1] : undefined;
  const ofStrings = inStrings === undefined ? undefined : goStrings(inStrings, positional, here, e);
  if (ofStrings) return ofStrings;
  if (dotted === 'StringBuilder' || dotted === 'StringBuffer')
    return first ? e.evaluate(here(first)) : [text('')];
  if (dotted === 'append' && first) return appended(positional.map(here), e);
  const ofObject = /^Object\.(entries|keys|values)$/.exec(dotted)?.[1];
  if (ofObject !== undefined && first)
    return e.evaluate(here(first)).map((value) => listOfMap(value, ofObject, here(first)));
  if ((dotted === 'Object.fromEntries' || dotted === 'Map') && first) return [mapOfPairs(here(first), e)];
  const [, , third] = positional;
  if (dotted !== 're.sub' || !third || !first) return undefined;
  return slashes.test(plain(e.evaluate(here(first))[0]) ?? '')
    ? e.evaluate(here(third)).map(collapsed)
    : undefined;
}

function formatted({ dotted, here, positional, first, e }: Named): Value[] | undefined {
  if (listMakers.has(dotted)) {
    const items = positional.map(here);
    const single = items.length === 1 && items[0] ? e.evaluate(items[0]) : [];
    return single.some((value) => value.t === 'list') ? single : [{ t: 'list', items }];
  }
  if (environment.has(dotted)) return fromEnvironment(positional, here, e);
  if (!formatters.has(dotted) || !first) return undefined;
  return e.evaluate(here(first)).flatMap((format) => printf(format, positional.slice(1).map(here), e));
}

/** Members with a known meaning: environment variables, path attributes. */
export function libraryMember(object: Expr, name: string, at: Located, e: Evaluator): Value[] | undefined {
  const dotted = e.dotted(object, at.module);
  if (dotted === 'os.environ' || dotted === 'process.env' || dotted === 'import.meta.env')
    return [unknown(`environment variable ${name}`, name)];
  if (dotted === 'django.conf.settings') return djangoSetting(name, e);
  if (dotted !== undefined && at.module.language === 'terraform') return terraformMember(dotted, name, at, e);
  return undefined;
}

/** What Django's settings say under a name, where a file of settings is among these that is for more than one's own machine. */
function djangoSetting(name: string, e: Evaluator): Value[] | undefined {
  const files = e.modules.filter(
    ({ path, root }) =>
      /(?:^|\/)settings(?:\.py|\/[^/]*\.py)$/.test(path) &&
      !/(?:local|dev|test|ci|example)\w*\.py$/.test(path) &&
      root.bindings.has(name),
  );
  const [first] = files;
  return first && e.names.lookup(first.root, name, undefined);
}

/** Python's `partial(f, a, b=c)`: the function with these arguments. */
function givenAlready(
  { args: [first, ...rest] }: Call,
  here: (expr: Expr) => Located,
  e: Evaluator,
): Value[] {
  const given = rest.map(({ name, value }): Argument => {
    const { line, at } = value;
    const options = e
      .evaluate(here(value))
      .map((result): Expr => ({ kind: 'placed', value: result, line, at }));
    return { ...(name === undefined ? {} : { name }), value: { kind: 'either', options, line, at } };
  });
  return (first ? e.evaluate(here(first.value)) : []).map((value) =>
    value.t === 'function' ? { ...value, given: [...(value.given ?? []), ...given] } : value,
  );
}

const collapsed = (value: Value): Value =>
  value.t === 'text' ? { t: 'text', parts: collapse(value.parts) } : value;
