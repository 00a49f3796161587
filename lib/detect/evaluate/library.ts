import type { Argument, Call, Expr, Language } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { braces, dollars, printf, substituted } from './format.ts';
import { goStrings } from './go-strings.ts';
import { joinList } from './join-list.ts';
import { calleeName } from './scopes.ts';
import { mapOfPairs, plainExpression, sliced } from './slices.ts';
import { parsedAddress, splitText } from './split.ts';
import { collapse, replaceIn, strip } from './strip.ts';
import { terraformCall, terraformMember } from './terraform.ts';
import { type Env, type Located, plain, text, unknown, type Value } from './values.ts';

/** What a call of a standard library's text or path function gives; undefined where it is none. */
export function libraryCall(call: Call, at: Located, e: Evaluator): Value[] | undefined {
  const here = (expr: Expr): Located => ({ ...at, expr });
  const positional = call.args.filter((arg) => arg.name === undefined).map((arg) => arg.value);
  const pieces = () =>
    positional.flatMap((expr) =>
      expr.kind === 'spread'
        ? e.elements(here(expr.of)).map((item) => e.evaluate(item))
        : [e.evaluate(here(expr))],
    );
  const dotted = e.dotted(call.callee, at.module);
  const [first] = positional;
  if (dotted !== undefined) {
    if (
      joiners.has(dotted) ||
      (at.module.language === 'python' && pathTypes.test(dotted)) ||
      /(?:^|\.)path(?:\.posix)?\.(?:join|resolve)$/.test(dotted)
    )
      return e.joinPaths(pieces());
    if (at.module.language === 'rust' && /Path\.from_iter$/.test(dotted) && first)
      return joinList(here(first), [text('/')], e);
    if (!first && /^(?:set|list|tuple|Set)$/.test(dotted)) return [{ t: 'list', items: [] }];
    if (wrappers.has(dotted) || wrapping[at.module.language]?.test(dotted))
      return first ? e.evaluate(here(first)) : [text('')];
    if (at.module.language === 'python' && handedThrough.test(dotted)) {
      const of = first ?? call.args.find((arg) => /^(?:iterable|sequence|it)$/.test(arg.name ?? ''))?.value;
      return of ? e.evaluate(here(of)) : undefined;
    }
    if (/^(?:max|min)$/.test(dotted) && at.module.language === 'python' && first && positional.length === 1)
      if (e.evaluate(here(first)).some((value) => value.t === 'list')) return e.each(here(first), 'element');
    if (dotted === 'functools.partial' && first) return givenAlready(call, here, e);
    if (dotted === 'len' && first) {
      const whole = plain(e.evaluate(here(first))[0]);
      if (whole !== undefined) return [{ t: 'text', parts: [String(whole.length)], literal: whole.length }];
    }
    if (dotted === 'dict') {
      const pairs = first && mapOfPairs(here(first), e);
      const whole = (first ? [...e.evaluate(here(first)), ...(pairs ? [pairs] : [])] : []).flatMap((value) =>
        value.t === 'map' ? value.entries : [],
      );
      const given = call.args.flatMap((arg) => {
        if (arg.name === '**')
          return e.evaluate(here(arg.value)).flatMap((value) => (value.t === 'map' ? value.entries : []));
        const { line, at: offset } = arg.value;
        if (arg.name === undefined) return [];
        return [{ key: here({ kind: 'text', value: arg.name, line, at: offset }), value: here(arg.value) }];
      });
      return [{ t: 'map', entries: [...whole, ...given] }];
    }
    if (/(?:^|\.)(?:Field|field|attrib|ib)$|^typer\.(?:Option|Argument)$/.test(dotted)) {
      // typer, pydantic, dataclasses and attrs: the value of a field is its default
      const given = call.args.find((arg) => arg.name === 'default')?.value ?? first;
      const factory = call.args.find((arg) => /factory$/.test(arg.name ?? ''))?.value;
      if (given) return e.evaluate(here(given));
      const [made] = factory ? e.evaluate(here(factory)) : [];
      return made?.t === 'function' ? e.invoke(made.scope, [], at, made.env) : undefined;
    }
    if (/(?:^|\.)(?:Fn\.join|troposphere\.Join)$/.test(dotted) && first && positional[1])
      return joinList(here(positional[1]), e.evaluate(here(first)), e);
    if (addressParsers.test(dotted) && first) return e.evaluate(here(first)).map(parsedAddress);
    if (/(?:^|\.)(?:Fn\.sub|troposphere\.Sub)$/.test(dotted) && first)
      return e.evaluate(here(first)).flatMap((format) => substituted(format, call, at, e));
    if (/^sagemaker\.workflow\.functions\.Join$/.test(dotted)) {
      const [on, values] = ['on', 'values'].map((name) => call.args.find((arg) => arg.name === name)?.value);
      if (values) return joinList(here(values), on ? e.evaluate(here(on)) : [text('')], e);
    }
    const inStrings = at.module.language === 'go' ? /^strings\.(\w+)$/.exec(dotted)?.[1] : undefined;
    const ofStrings = inStrings === undefined ? undefined : goStrings(inStrings, positional, here, e);
    if (ofStrings) return ofStrings;
    if (dotted === 'strings.Join' && first && positional[1])
      return joinList(here(first), e.evaluate(here(positional[1])), e);
    if (dotted === 'String.join' && first) {
      const rest = positional.slice(1);
      const [only] = rest;
      if (rest.length === 1 && only) return joinList(here(only), e.evaluate(here(first)), e);
      const { line, at: offset } = call;
      return joinList(here({ kind: 'list', items: rest, line, at: offset }), e.evaluate(here(first)), e);
    }
    if (dotted === 'StringBuilder' || dotted === 'StringBuffer')
      return first ? e.evaluate(here(first)) : [text('')];
    if (dotted === 'append' && first) return appended(positional.map(here), e);
    if (/^Object\.(?:entries|keys|values)$/.test(dotted) && first)
      return e
        .evaluate(here(first))
        .map((value) => listOfMap(value, dotted.slice('Object.'.length), here(first)));
    if ((dotted === 'Object.fromEntries' || dotted === 'Map') && first) return [mapOfPairs(here(first), e)];
    if (
      dotted === 're.sub' &&
      positional[2] &&
      slashes.test(plain(e.evaluate(here(first ?? positional[2]))[0]) ?? '')
    )
      return e.evaluate(here(positional[2])).map(collapsed);
    if (dotted === 'Depends' || dotted === 'fastapi.Depends') {
      const [made] = first ? e.evaluate(here(first)) : [];
      return made?.t === 'function' ? e.invoke(made.scope, [], at, made.env) : undefined;
    }
    if (listMakers.has(dotted)) {
      const items = positional.map(here);
      const single = items.length === 1 && items[0] ? e.evaluate(items[0]) : [];
      return single.some((value) => value.t === 'list') ? single : [{ t: 'list', items }];
    }
    if (environment.has(dotted)) return fromEnvironment(positional, here, e);
    if (formatters.has(dotted) && first)
      return e.evaluate(here(first)).flatMap((format) => printf(format, positional.slice(1).map(here), e));
  }
  if (at.module.language === 'terraform' && call.callee.kind === 'name')
    return terraformCall(call.callee.name, positional.map(here), e);
  if (call.callee.kind !== 'member') return undefined;
  if (/^parse_(?:known_)?args$/.test(call.callee.name)) return parsedOptions(call, at, e);
  return method(call, call.callee.object, call.callee.name, at, e);
}

/** Members with a known meaning: environment variables, path attributes. */
export function libraryMember(object: Expr, name: string, at: Located, e: Evaluator): Value[] | undefined {
  const dotted = e.dotted(object, at.module);
  if (dotted === 'os.environ' || dotted === 'process.env' || dotted === 'import.meta.env')
    return [unknown(`environment variable ${name}`, name)];
  if (dotted !== undefined && at.module.language === 'terraform') return terraformMember(dotted, name, at, e);
  return undefined;
}

const pathTypes = /(?:^|\.)(?:(?:Pure)?(?:Posix)?Path|S3Path|CloudPath|AnyPath|UPath)$/;

/** Python's functions that give the elements of what they are given, all or some of them, and show a progress bar at most. */
const handedThrough =
  /^(?:tqdm(?:\.\w+)*|(?:rich\.progress\.)?track|progressbar(?:\.progressbar)?|(?:alive_progress\.)?alive_it|(?:itertools\.)?islice)$/;

const joiners = new Set([
  'os.path.join',
  'posixpath.join',
  'path.join',
  'path.Join',
  'filepath.Join',
  'url.JoinPath',
  'Paths.get',
  'Path.of',
  'joinpath',
  'urljoin',
]);

const wrappers = new Set([
  'str',
  'String',
  'String.valueOf',
  'string',
  'aws.String',
  'aws.ToString',
  'aws.StringValue',
  'ptr.String',
  'pulumi.String',
  'jsii.String',
  'to.Ptr',
  'Some',
  'Ok',
  'String.from',
  'Cow.from',
  'PathBuf.from',
  'Path.new',
  'Template',
  'string.Template',
  'encodeURIComponent',
  'decodeURIComponent',
  'quote',
  'urllib.parse.quote',
  'url.PathEscape',
  'list',
  'tuple',
  'set',
  'sorted',
  'frozenset',
  'reversed',
  'Set',
  'Object.freeze',
  'Array.from',
  'os.fspath',
  'os.path.normpath',
  'path.normalize',
  'encodeURI',
  'dedent',
  'textwrap.dedent',
  'types.MappingProxyType',
  'MappingProxyType',
  'typing.cast',
]);

/** Further wrappers of one language, by shape: Go's pointers (`lo.ToPtr`, `pointer.To`), Rust's paths, PyArrow's selectors. */
const wrapping: Partial<Record<Language, RegExp>> = {
  go: /(?:^|\.)(?:(?:To)?(?:String)?(?:Ptr|Pointer)(?:To|Of)?|(?:ptr|pointer|ptrs|to)\.(?:To|Of|String|Ptr))$/i,
  rust: /(?:^|[.:])(?:(?:Object|Store)?Path\.(?:from|parse|new)|(?:Arc|Box|Rc|Cow)\.(?:new|from))$/,
  python: /(?:^|\.)FileSelector$/,
};

/** Their arguments are the elements of a list; Java's classes may be written with or without their package. */
const listMakers = new Set([
  'List.of',
  'Set.of',
  'Arrays.asList',
  'Collections.singletonList',
  'ImmutableList.of',
  'jsii.Strings',
  'jsii-runtime-go.Strings',
  'pulumi.StringArray',
]);

const environment = new Set([
  'os.environ.get',
  'os.getenv',
  'environ.get',
  'getenv',
  'os.Getenv',
  'System.getenv',
  'env',
  'os.LookupEnv',
  'std.env.var',
  'env.var',
  'decouple.config',
]);

const formatters = new Set(['fmt.Sprintf', 'String.format', 'util.format', 'sprintf', 'format']);

function fromEnvironment(args: readonly Expr[], here: (expr: Expr) => Located, e: Evaluator): Value[] {
  const [name, fallback] = args;
  if (fallback) {
    const values = e.evaluate(here(fallback));
    if (values.some((value) => value.t === 'text' && value.parts.length > 0)) return values;
  }
  const label = name ? plain(e.evaluate(here(name))[0]) : undefined;
  return [unknown(`environment variable ${label ?? ''}`.trim(), label ?? 'environment')];
}

function method(call: Call, object: Expr, name: string, at: Located, e: Evaluator): Value[] | undefined {
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
      return self().map((value) => {
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
        if (from === undefined || from === '')
          return value.t === 'text' ? unknown('result of replace()') : value;
        if (expression?.atStart && to === '') return strip(value, 'removeprefix', from);
        if (expression?.atStart) return value.t === 'text' ? unknown('result of replace()') : value;
        if (whole !== undefined && to !== undefined) return text(whole.replaceAll(from, to));
        if (value.t !== 'text' || !second) return value;
        return replaceIn(value.parts, from, e.evaluate(here(second))[0] ?? unknown('replacement'));
      });
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
      return owner.some((value) => value.t === 'text' || value.t === 'list') ? owner : undefined;
    }
    case 'map':
    case 'flatMap': {
      const [callback] = first ? e.evaluate(here(first)) : [];
      if (callback?.t !== 'function') return undefined;
      const isList = self().some((value) => value.t === 'list');
      // Of an unknown list, what each of its elements comes to.
      const isOpen = /script$/.test(at.module.language) && self().every((value) => value.t === 'unknown');
      if (!isList && !isOpen) return undefined;
      const { line, at: offset } = call;
      const any = (): Located => here({ kind: 'each', of: object, take: 'element', line, at: offset });
      const given = e.calls.applied(
        callback.scope,
        isList ? e.elements(here(object)) : [any()],
        callback.env,
      );
      const flat = (item: Located): Located[] =>
        e.evaluate(item).some((value) => value.t === 'list') ? e.elements(item) : [item];
      const items = name === 'flatMap' ? given.flatMap(flat) : given;
      return [{ t: 'list', items, ...(isList ? {} : { open: true }) }];
    }
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

/** `list.reduce((all, x) => { all.push(f(x)); return all; }, [])`, or with `all` spread in what is returned: a list of what each round adds. */
function reduced(
  owner: Located,
  callback: Expr | undefined,
  start: Expr | undefined,
  at: Located,
  e: Evaluator,
): Value[] | undefined {
  const [made] = callback ? e.evaluate({ ...at, expr: callback }) : [];
  const begun = start ? e.evaluate({ ...at, expr: start }) : [];
  if (made?.t !== 'function' || !begun.some(({ t }) => t === 'list')) return undefined;
  const [all, each] = made.scope.params;
  if (!all) return undefined;
  const { scope } = made;
  const pushed = scope.bindings.get(`${all.name}[+]`)?.map(({ value }) => value) ?? [];
  const spread = scope.returns.flatMap((expr) =>
    expr.kind === 'list'
      ? expr.items.filter((item) => item.kind !== 'spread' || nameOf(item.of) !== all.name)
      : [],
  );
  const rounds = e.evaluate(owner).some(({ t }) => t === 'list') ? e.elements(owner) : [undefined];
  const added = rounds.flatMap((item) => {
    const args = new Map<string, Located>();
    if (each && item) args.set(each.name, item);
    const env: Env = {
      scope,
      args,
      depth: (at.env?.depth ?? 0) + 1,
      partial: true,
      ...(made.env ? { outer: made.env } : {}),
    };
    return [...pushed, ...spread].map((expr): Located => ({ expr, env, module: scope.module }));
  });
  const items = begun.flatMap((value) => (value.t === 'list' ? value.items : []));
  return added.length > 0 ? [{ t: 'list', items: [...items, ...added] }] : undefined;
}

const nameOf = (expr: Expr): string | undefined => (expr.kind === 'name' ? expr.name : undefined);

/** argparse: the options that this file declares, each with its default. */
function parsedOptions(call: Call, at: Located, e: Evaluator): Value[] | undefined {
  const props = new Map<string, Value[]>();
  for (const { callee, args } of at.module.calls) {
    if (callee.kind !== 'member' || callee.name !== 'add_argument') continue;
    const flags = args.flatMap(({ value }) => (value.kind === 'text' ? [value.value] : []));
    const dest = args.find((arg) => arg.name === 'dest')?.value;
    const flag = dest?.kind === 'text' ? dest.value : (flags.find((one) => one.startsWith('--')) ?? flags[0]);
    if (flag === undefined) continue;
    const fallback = args.find((arg) => arg.name === 'default')?.value;
    const name = flag.replace(/^-+/, '').replaceAll('-', '_');
    props.set(
      name,
      fallback === undefined
        ? [unknown('an option of the command line', name)]
        : e.evaluate({ ...at, env: undefined, expr: fallback }),
    );
  }
  if (props.size === 0) return undefined;
  const options: Value = { t: 'thing', type: 'options', props };
  if (!/known/.test(calleeName(call))) return [options];
  const { line, at: offset } = call;
  return [{ t: 'list', items: [{ ...at, expr: { kind: 'placed', value: options, line, at: offset } }] }];
}

/** A map as a list: its keys, its values, or pairs of both. */
function listOfMap(map: Value, what: string, at: Located): Value {
  if (map.t !== 'map') return map;
  const { line, at: offset } = at.expr;
  return {
    t: 'list',
    items: map.entries.map(({ key, value }): Located => {
      if (what === 'keys') return key;
      if (what === 'values') return value;
      return { ...value, expr: { kind: 'list', items: [key.expr, value.expr], line, at: offset } };
    }),
  };
}

/** Python's `partial(f, a, b=c)`: the function with these arguments. */
function givenAlready(
  { args: [first, ...rest] }: Call,
  here: (expr: Expr) => Located,
  e: Evaluator,
): Value[] {
  const given = rest.map(({ name, value }): Argument => {
    const { line, at } = value;
    const options = e.evaluate(here(value)).map((one): Expr => ({ kind: 'placed', value: one, line, at }));
    return { ...(name === undefined ? {} : { name }), value: { kind: 'either', options, line, at } };
  });
  return (first ? e.evaluate(here(first.value)) : []).map((value) =>
    value.t === 'function' ? { ...value, given: [...(value.given ?? []), ...given] } : value,
  );
}

const collapsed = (value: Value): Value =>
  value.t === 'text' ? { t: 'text', parts: collapse(value.parts) } : value;

/** A regular expression that is several slashes. */
const slashes = /^(?:\/|\[\/\])(?:\+|\/\+|\{[12],\})$/;

/** Go's `append(list, items…)`: what the list is not known to hold adds nothing. */
function appended([list, ...more]: Located[], e: Evaluator): Value[] {
  const before = list && e.evaluate(list).some((value) => value.t === 'list') ? e.elements(list) : [];
  const added = more.flatMap((one) =>
    one.expr.kind === 'spread' ? e.elements({ ...one, expr: one.expr.of }) : [one],
  );
  return [{ t: 'list', items: [...before, ...added] }];
}

function lookupWithDefault(
  owner: Value[],
  key: Expr | undefined,
  fallback: Expr | undefined,
  here: (expr: Expr) => Located,
  e: Evaluator,
): Value[] | undefined {
  if (!owner.some((value) => value.t === 'map') || !key) return undefined;
  const names = e.evaluate(here(key)).map((value) => plain(value));
  const hits = owner.flatMap((value): Value[] => {
    if (value.t !== 'map') return [];
    return value.entries
      .filter(
        (entry) => names.includes(undefined) || e.evaluate(entry.key).some((k) => names.includes(plain(k))),
      )
      .flatMap((entry) => e.evaluate(entry.value));
  });
  if (hits.length > 0) return hits;
  return fallback ? e.evaluate(here(fallback)) : [unknown('no such key')];
}

const addressParsers =
  /(?:^|\.)(?:urlparse|urlsplit|url\.Parse|Url\.parse|URI\.create|parseUri)$|^(?:URL|URI|AmazonS3URI)$/;
