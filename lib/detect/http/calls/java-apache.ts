import { calleeName } from '../../evaluate/scopes.ts';
import type { Call, Expr } from '../../syntax/ir.ts';

/** A request of Apache's HttpClient in the code's own expressions. */
export interface ApacheRequest {
  methods: readonly string[] | Expr;
  url: Expr;
  body?: Expr | undefined;
  /** What is added to its query. */
  query: readonly Expr[];
}

const verb = /^(?:get|post|put|patch|delete|head|options|trace)$/i;
const builders = /^(?:Request|Classic|Simple|Async|BasicRequest|ClassicHttp)\w*Builder$/;

/**
 * `new HttpGet(url)`, `RequestBuilder.post(url)`, `Request.Get(url)`, `new HttpUriRequestBase("GET", uri)`; `later`: what is called on
 * what it makes, in its chain or on its variable.
 */
export function apacheRequest(call: Call, later: () => readonly Call[]): ApacheRequest | undefined {
  const { callee } = call;
  const name = calleeName(call);
  const args = call.args.map(({ value }) => value);
  const [first, second] = args;
  const named = (step: RegExp): Expr[] =>
    later().flatMap((added) =>
      step.test(calleeName(added)) ? added.args.slice(0, 1).map(({ value }) => value) : [],
    );

  const asked = (methods: readonly string[] | Expr, given: Expr | undefined): ApacheRequest | undefined => {
    const url = given ?? named(/^set(?:URI|Uri)$/).at(-1);
    const body = named(/^(?:setEntity|body|bodyString|bodyByteArray)$/).at(-1);
    return url && { methods, url, body, query: named(/^addParameter$/) };
  };
  const [, made] = /^Http(Get|Post|Put|Patch|Delete|Head|Options|Trace)$/.exec(name) ?? [];
  if (made !== undefined && args.length < 2) return asked([made.toUpperCase()], first);
  if (
    /^(?:HttpUriRequestBase|BasicClassicHttpRequest|SimpleHttpRequest|BasicHttpRequest)$/.test(name) &&
    first &&
    second
  )
    return asked(first, second);
  if (callee.kind !== 'member' || callee.object.kind !== 'name') return undefined;
  const owner = callee.object.name;
  if (builders.test(owner) && verb.test(name)) return asked([name.toUpperCase()], first);
  if (builders.test(owner) && name === 'create' && first) return asked(first, undefined);
  return owner === 'Request' && verb.test(name) && first ? asked([name.toUpperCase()], first) : undefined;
}
