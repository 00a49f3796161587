import type { Evaluator } from '../../evaluate/evaluator.ts';
import { written as spelled } from '../../evaluate/scopes.ts';
import { type Env, type Located, unknown, type Value } from '../../evaluate/values.ts';
import { isProduct } from '../../product.ts';
import type { Call, Module } from '../../syntax/ir.ts';
import type { Unresolved } from '../../types.ts';
import { readEach } from '../each.ts';
import { isPython } from '../routers.ts';
import { importedAs, optionAt } from '../things.ts';
import type { CallReader, HttpCall, Program } from '../types.ts';
import { Used } from '../used.ts';
import { declaredType, distinct } from './javascript.ts';
import { addressAt, madeBy, type Request, read } from './request.ts';

const verbs = /^(?:get|post|put|patch|delete|head|options)$/;

/** Declared types of clients, and whether they may have a base. */
const clientTypes: [RegExp, boolean][] = [
  [/^(?:requests\.)?Session$/, false],
  [/^(?:httpx\.)?(?:Async)?Client$/, true],
  [/^(?:aiohttp\.)?ClientSession$/, true],
];

/** requests, httpx, aiohttp's client, urllib. */
export const pythonCalls: CallReader = async (program) => {
  const { e } = program;
  const used = new Used(e, program.text);
  const found: HttpCall[] = [];
  const unresolved: Unresolved[] = [];
  const open = await readEach(
    program,
    (module) => isPython(module) && isProduct(module.path),
    (module) => {
      for (const call of module.calls) {
        if (e.spent) return;
        const base = e.glancing(() => clientOf(call, undefined, module, program));
        if (base === undefined) continue;
        e.startPlace(call.line);
        const ask = (env: Env | undefined) =>
          requestOf(call, clientOf(call, env, module, program) ?? base, { expr: call, env, module }, program);
        const one = read(call, module, ask, used, program);
        found.push(...one.found);
        unresolved.push(...one.unresolved);
      }
    },
  );
  return { found: distinct(found), unresolved: [...unresolved, ...open] };
};

/** The base of the client that a call is one of; undefined where it is none. */
function clientOf(call: Call, env: Env | undefined, module: Module, { e }: Program): Value[] | undefined {
  const { callee } = call;
  const name = importedAs(callee, module) ?? '';
  if (
    /^(?:requests|httpx|aiohttp)(?:\.api)?\.(?:get|post|put|patch|delete|head|options|request|stream)$/.test(
      name,
    )
  )
    return [];
  if (/^urllib\.request\.urlopen$|^urllib2\.urlopen$/.test(name)) return [];
  if (callee.kind !== 'member' || !(verbs.test(callee.name) || /^(?:request|stream)$/.test(callee.name)))
    return undefined;
  const values = e.evaluate({ expr: callee.object, env, module });
  const clients = values.filter(
    (value) => value.t === 'thing' && /^client (?:requests|httpx|aiohttp)$/.test(value.type),
  );
  if (clients.length > 0)
    return clients.flatMap((value) => (value.t === 'thing' ? (value.props.get('base') ?? []) : []));
  const type = declaredType(callee.object)?.replace(/\s*\|\s*None$/, '');
  const known = type === undefined ? undefined : clientTypes.find(([shape]) => shape.test(type));
  const label =
    callee.object.kind === 'name' || callee.object.kind === 'member' ? callee.object.name : 'client';
  if (known === undefined) {
    const isCalled = /(?:session|client|http)$/i.test(label) && values.every(({ t }) => t === 'unknown');
    return isCalled && isAddressed(call, { expr: call, env, module }, e)
      ? [unknown('the client is handed in', label)]
      : undefined;
  }
  return known[1] ? [unknown('the client is handed in', label)] : [];
}

/** Whether a call of something called a client is given an address or a path, in a file that imports a client of HTTP. */
function isAddressed(call: Call, at: Located, e: Evaluator): boolean {
  const { callee } = call;
  if (!at.module.imports.some(({ from }) => /^(?:requests|httpx|aiohttp)\b/.test(from))) return false;
  const position = callee.kind === 'member' && verbs.test(callee.name) ? 0 : 1;
  const address = optionAt(call, ['url', position], at, e);
  if (address === undefined) return false;
  return e
    .texts(address)
    .some(([first, next]) =>
      typeof first === 'string'
        ? /^(?:https?:\/\/|\/)/.test(first)
        : typeof next === 'string' && next.startsWith('/'),
    );
}

function requestOf(call: Call, client: Value[], at: Located, { e }: Program): Request | undefined {
  const { callee } = call;
  const { env, module } = at;
  const own = callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';
  const how = `${spelled(callee) ?? own}(…)`;
  const common = { call, module, env, client, how };
  if (own === 'urlopen') {
    const given = optionAt(call, ['url', 0], at, e);
    if (given === undefined) return undefined;
    const made = madeBy(given, /^Request$/, e);
    const from = made ? { ...made.at, expr: made.call } : at;
    const inner = made?.call ?? call;
    const address = optionAt(inner, ['url', 0], from, e);
    const data = optionAt(inner, ['data', 1], from, e);
    const method = optionAt(inner, ['method'], from, e);
    if (address === undefined) return undefined;
    return {
      ...common,
      method: method ?? (data ? 'POST' : 'GET'),
      address: addressAt(address),
      body: data,
      isOpen: data !== undefined,
      result: ['json()'],
    };
  }
  const verb = verbs.test(own) ? own.toUpperCase() : undefined;
  const shift = verb === undefined ? 1 : 0;
  const address = optionAt(call, ['url', shift], at, e);
  if (address === undefined) return undefined;
  const named = (...names: string[]): Located | undefined => {
    const arg = call.args.find(({ name }) => name !== undefined && names.includes(name));
    return arg ? { ...at, expr: arg.value } : given(names);
  };
  // What `**options` has of it.
  const given = (names: readonly string[]): Located | undefined => {
    for (const { name, value } of call.args)
      if (name === '**') for (const key of names) return e.entry({ ...at, expr: value }, key);
    return undefined;
  };
  const isOpen = call.args.some(
    ({ name, value }) => name === '**' && e.evaluate({ ...at, expr: value }).some(({ t }) => t !== 'map'),
  );
  return {
    ...common,
    method: verb ?? optionAt(call, ['method', 0], at, e),
    address: addressAt(address),
    query: named('params'),
    body: named('json') ?? named('data', 'content', 'files'),
    isOpen,
    result: ['json()'],
  };
}
