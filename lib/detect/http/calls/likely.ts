import type { Evaluator } from '../../evaluate/evaluator.ts';
import type { Located, Value } from '../../evaluate/values.ts';
import type { Call, Expr, Module } from '../../syntax/ir.ts';
import { importsAny } from '../things.ts';

/** Names of what makes requests, where nothing else says what it is. */
const clientNames =
  /^(?:\$?(?:http|axios|api|client|rest|request|fetcher|ky|got)|\w*(?:Http|HTTP|Api|API|Client|Axios|Fetcher|Request)|(?:http|api|axios)[A-Z]\w*)$/;

/** Names of functions that make requests. */
const functionNames =
  /^(?:\$?fetch\w*|\w*Fetch(?:er|Json|JSON|Api|API)?|(?:api|http)(?:Request|Call|Fetch)?|apiRequest)$/;

/** Frameworks whose routers have the same methods. */
const servers =
  /^(?:express|fastify|hono|koa|@koa\/router|koa-router|@nestjs\/|itty-router|elysia|@elysiajs\/)/;

/** Whether a call of something that is not known is named like a request and is given a path or an address. */
export function looksLikeRequest(call: Call, values: readonly Value[], at: Located, e: Evaluator): boolean {
  const { callee } = call;
  if (callee.kind !== 'member' || !clientNames.test(nameOf(callee.object))) return false;
  if (!values.every(({ t }) => t === 'unknown')) return false;
  return !servesRoutes(call, at.module) && isAddressed(call, at, e);
}

/** Whether a call of a function that is not among the files is named like a request, likewise. */
export function looksLikeFetch(call: Call, values: readonly Value[], at: Located, e: Evaluator): boolean {
  const { callee } = call;
  if (!functionNames.test(nameOf(callee)) || !values.every(({ t }) => t === 'unknown')) return false;
  return !servesRoutes(call, at.module) && isAddressed(call, at, e);
}

const nameOf = (expr: Expr): string => (expr.kind === 'name' || expr.kind === 'member' ? expr.name : '');

/** A handler is given, or the file makes routers. */
const servesRoutes = ({ args }: Call, module: Module): boolean =>
  args.slice(1).some(({ value }) => value.kind === 'function') || importsAny(module, servers);

function isAddressed({ args: [first] }: Call, at: Located, e: Evaluator): boolean {
  if (first === undefined || first.value.kind === 'function' || first.value.kind === 'map') return false;
  return e
    .texts({ ...at, expr: first.value })
    .some(([start, next]) =>
      typeof start === 'string'
        ? /^(?:https?:\/\/|\/\w)/.test(start) || (start === '/' && next !== undefined)
        : typeof next === 'string' && /^\/\w/.test(next),
    );
}
