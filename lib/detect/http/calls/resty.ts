import { calleeName, functionAround } from '../../evaluate/scopes.ts';
import { type Env, type Hole, type Located, plain } from '../../evaluate/values.ts';
import type { Call, Expr, Module } from '../../syntax/ir.ts';
import { Shapes } from '../shapes/declared.ts';
import { Types } from '../shapes/typed.ts';
import type { CallReader, Program } from '../types.ts';
import { boundTo } from './go-bound.ts';
import { type Asking, chainOf, literalPaths, methodsAt, placeOf, Requests, waysTo } from './requests.ts';

/** Requests of resty. */
export const restyCalls: CallReader = (program) => {
  const requests = new Requests();
  const shapes = new Shapes(program.modules);
  const types = new Types(program, shapes);
  for (const module of program.modules) {
    if (module.language !== 'go') continue;
    const { unresolved } = program.e.about(
      module,
      () => readModule(module, program, requests, shapes, types),
      undefined,
    );
    requests.also(unresolved);
  }
  return requests.all;
};

const verb = /^(?:Get|Post|Put|Patch|Delete|Head|Options|Execute)$/;

function readModule(
  module: Module,
  program: Program,
  requests: Requests,
  shapes: Shapes,
  types: Types,
): void {
  const isResty = module.imports.some(
    ({ from }) => /\/resty(?:\/v\d+)?$/.test(from) || /^resty\.dev\//.test(from),
  );
  for (const call of module.calls) {
    if (program.e.spent) return;
    if (!verb.test(calleeName(call)) || call.callee.kind !== 'member') continue;
    const own = wholeChain(call, module);
    // A client that another package hands out is known by `R()`, which no other has.
    if (!isResty && !own.some((step) => calleeName(step) === 'R' && step.args.length === 0)) continue;
    // `response.Header().Get("etag")` of a request that was sent before
    if (own.slice(0, -1).some((step) => verb.test(calleeName(step)) && step.args.length > 0)) continue;
    const { root } = chainOf(call);
    // `s.req.Get("/x")`, where the request is kept in a field
    const kept =
      root.kind === 'member' && !own.some(opens)
        ? boundTo(root, root.name, module, program).find(({ value }) => value.kind === 'call')
        : undefined;
    if (kept) own.unshift(...chainOf(kept.value).steps);
    const made = own.some(opens) ? undefined : madeBy(own[0], module, program);
    if (!made && !own.some(opens) && !(root.kind === 'name' && isHandedIn(root))) {
      if (isResty && own.some((step) => setting.test(calleeName(step))))
        requests.refuse(module.path, call.line, `${calleeName(call)}(…)`, ELSEWHERE);
      continue;
    }
    program.e.startPlace(call.line);
    const chainIn = (env: Env | undefined): Placed[] => [
      ...(own.some(opens) ? [] : (made ?? handedIn(root, env))),
      ...own.map((step): Placed => ({ step, env, module })),
    ];
    const asking = (env: Env | undefined): Asking => {
      const { methods, url } = parts(call, env, module);
      const isOpened = made !== undefined || chainIn(env).some(({ step }) => opens(step));
      return { methods: isOpened ? methods : [], addresses: url ? program.e.texts(url) : [] };
    };
    for (const env of waysTo(call, program, asking, requests)) {
      const chain = chainIn(env);
      if (made || chain.some(({ step }) => opens(step))) ask(call, chain, env, module);
      else if (isRequest(root)) requests.refuse(module.path, call.line, `${calleeName(call)}(…)`, ELSEWHERE);
    }
  }

  /** `Get("/x")`, `Execute(resty.MethodGet, "/x")`. */
  function parts(
    call: Call,
    env: Env | undefined,
    module: Module,
  ): { methods: string[]; url: Located | undefined } {
    const name = calleeName(call);
    const [first, second] = call.args.map(({ value }): Located => ({ expr: value, env, module }));
    if (name !== 'Execute') return { methods: [name.toUpperCase()], url: first };
    return { methods: first ? methodsAt(first, program) : [], url: second };
  }

  function ask(call: Call, chain: readonly Placed[], env: Env | undefined, module: Module): void {
    const opening = chain.find(({ step }) => opens(step));
    const name = calleeName(call);
    const { methods, url } = parts(call, env, module);
    const [method] = methods;
    if (!url) return;
    const place = placeOf(url, program);
    const how = `R()…${name}(…)`;
    if (method === undefined) {
      requests.refuse(place.path, place.line, how, 'its method is only known at run time');
      return;
    }
    const given = (name: string): Located | undefined => {
      const found = chain.findLast(({ step }) => calleeName(step) === name);
      const value = found?.step.args[0]?.value;
      return found && value && { expr: value, env: found.env, module: found.module };
    };
    const query = chain.flatMap(({ step, env: by, module: from }) => {
      const [first] = step.args;
      if (!first) return [];
      const here = { expr: first.value, env: by, module: from };
      if (calleeName(step) === 'SetQueryParam')
        return program.e.evaluate(here).flatMap((value) => plain(value) ?? []);
      return /^SetQueryParams/.test(calleeName(step)) ? (literalPaths(here, program) ?? []) : [];
    });
    const body = given('SetBody');
    const result = given('SetResult');
    const sent = body && types.of(body);
    const read = result && types.of(result);
    const made = opening?.step.callee;
    const bases = opening && made?.kind === 'member' ? basesOf(made.object, opening.module, program, 0) : [];
    requests.add({
      method,
      addresses: program.e.texts(url),
      bases,
      query,
      sends: sent ? shapes.paths(sent) : body ? literalPaths(body, program) : undefined,
      reads: read ? shapes.paths(read) : undefined,
      ...place,
      how,
    });
  }
}

/** One call of a chain, with the way in which the code around it is run. */
interface Placed {
  step: Call;
  env: Env | undefined;
  module: Module;
}

const ELSEWHERE = 'the request is made elsewhere, which is not followed';

/** Methods of a request that nothing else has. */
const setting = /^Set(?:Result|Body|QueryParams?|PathParams?|AuthToken|FormData|Context|Headers?)$/;

/**
 * The chain by which a function of the program's own makes the request that it says it gives, as far as it is written there;
 * undefined where a call gives no request.
 */
function madeBy(step: Call | undefined, module: Module, program: Program, depth = 0): Placed[] | undefined {
  if (step === undefined || depth > 4) return undefined;
  for (const value of program.e.evaluate({ expr: step.callee, env: undefined, module })) {
    if (value.t !== 'function' || !/^\(?\*resty\.Request\b/.test(value.scope.gives ?? '')) continue;
    const { module: from, returns } = value.scope;
    const inside = from.calls.filter(({ block }) => functionAround(block) === value.scope);
    const opening = inside.find(opens);
    const [first] = returns;
    const chain = first?.kind === 'call' ? wholeChain(first, from) : first ? boundChain(first, from) : [];
    const rest = chain.filter((call) => !opens(call));
    const outer = opening
      ? [{ step: opening, env: undefined, module: from }]
      : madeBy(chain[0], from, program, depth + 1);
    return [...(outer ?? []), ...rest.map((call): Placed => ({ step: call, env: undefined, module: from }))];
  }
  return undefined;
}

const opens = (step: Call): boolean => /^(?:R|NewRequest)$/.test(calleeName(step));

/** Whether a name is a parameter. */
const isHandedIn = (root: Extract<Expr, { kind: 'name' }>): boolean =>
  root.block.scope.params.some(({ name }) => name === root.name);

/** Whether a name is a parameter that is declared as a request. */
const isRequest = (root: Expr): boolean =>
  root.kind === 'name' &&
  root.block.scope.params.some(
    ({ name, type }) => name === root.name && /\bresty\.Request$/.test(type ?? ''),
  );

/** The chain of the request that a caller hands in. */
function handedIn(root: Expr, env: Env | undefined): Placed[] {
  if (root.kind !== 'name') return [];
  for (let here = env; here; here = here.outer) {
    const given = here.args.get(root.name);
    if (given === undefined) continue;
    const { expr, env: by, module } = given;
    const steps = expr.kind === 'call' ? wholeChain(expr, module) : boundChain(expr, module);
    return steps.map((step) => ({ step, env: by, module }));
  }
  return [];
}

/** The chain that a variable is bound to, and what is called on it before it is used. */
function boundChain(expr: Expr, module: Module): Call[] {
  if (expr.kind !== 'name') return [];
  const bound = expr.block.scope.bindings.get(expr.name)?.findLast(({ at }) => at <= expr.at)?.value;
  if (bound?.kind !== 'call') return [];
  const later = module.calls.filter(({ callee, at, block }) => {
    const begin = callee.kind === 'member' ? callee.object : undefined;
    return (
      begin?.kind === 'name' && begin.name === expr.name && at < expr.at && block.scope === expr.block.scope
    );
  });
  return [...chainOf(bound).steps, ...later];
}

/** A chain with what was called on the variable that it begins with. */
function wholeChain(call: Call, module: Module): Call[] {
  const { root, steps } = chainOf(call);
  return root.kind === 'name' ? [...boundChain({ ...root, at: call.at }, module), ...steps] : steps;
}

/** The base address of a client: `resty.New().SetBaseURL(x)`, also where it is set later on its variable or field. */
function basesOf(client: Expr, module: Module, program: Program, depth: number): (string | Hole)[][] {
  if (depth > 6) return [];
  const here = (expr: Expr): Located => ({ expr, env: undefined, module });
  if (client.kind === 'call') {
    const { root, steps } = chainOf(client);
    const set = steps.findLast((step) => /^Set(?:BaseURL|HostURL)$/.test(calleeName(step)))?.args[0]?.value;
    if (set) return program.e.texts(here(set));
    if (
      root.kind === 'name' &&
      steps.length > 0 &&
      client.callee.kind === 'member' &&
      client.callee.object !== root
    )
      return basesOf(client.callee.object, module, program, depth + 1);
    return program.e
      .evaluate(here(client.callee))
      .flatMap((value) =>
        value.t === 'function'
          ? value.scope.returns.flatMap((returned) =>
              basesOf(returned, value.scope.module, program, depth + 1),
            )
          : [],
      );
  }
  const name = client.kind === 'name' || client.kind === 'member' ? client.name : '';
  const later = module.calls.filter(
    ({ callee }) =>
      callee.kind === 'member' &&
      /^Set(?:BaseURL|HostURL)$/.test(callee.name) &&
      endsWith(callee.object, client),
  );
  const set = later.at(-1)?.args[0]?.value;
  if (set) return program.e.texts(here(set));
  return boundTo(client, name, module, program).flatMap(({ value, scope }) =>
    basesOf(value, scope.module, program, depth + 1),
  );
}

const endsWith = (expr: Expr, other: Expr): boolean =>
  expr.kind === other.kind &&
  (expr.kind === 'name' || expr.kind === 'member') &&
  (other.kind === 'name' || other.kind === 'member') &&
  expr.name === other.name;
