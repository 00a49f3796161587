import { calleeName } from '../../evaluate/scopes.ts';
import type { Call, Expr, Module } from '../../syntax/ir.ts';
import { templatesOf } from '../templates.ts';
import { positional, type RouterRules } from './typed-routers.ts';

/** What axum and actix call their routers, scopes and configurations. */
export const rustRules: RouterRules = {
  makes(expr, module) {
    if (expr.kind !== 'call' || module.language !== 'rust') return undefined;
    const path = original(spelled(expr.callee), module);
    if (
      /(?:^|\.)(?:OpenApi|Api)?Router\.(?:new|default|with_openapi)$/.test(path) &&
      uses(module, /^(?:axum|utoipa_axum|aide)\b/, path)
    )
      return { library: 'axum' };
    if (/(?:^|\.)App\.new$/.test(path) && uses(module, /^actix_web\b/, path)) return { library: 'actix' };
    const [prefix] = positional(expr.args);
    return /^(?:actix_web\.)?(?:web\.)?scope$/.test(path) && prefix
      ? { library: 'actix', prefix }
      : undefined;
  },
  typed(written, module) {
    if (module.language !== 'rust') return undefined;
    const type = written.replace(/\w+/g, (name) => original(name, module));
    if (
      /\b(?:OpenApi|Api)?Router\b/.test(type) &&
      uses(module, /^(?:axum|utoipa_axum|aide)\b/, type.replaceAll('::', '.'))
    )
      return 'axum';
    return /\bServiceConfig\b/.test(type) ? 'actix' : undefined;
  },
  // Each method of a router gives it back, but for those that end a chain.
  derives: (call) =>
    /^(?:into_make_service\w*|build|run|bind|await|clone_from)$/.test(calleeName(call)) ? undefined : {},
  hands(call) {
    const [to] = positional(call.args);
    return to && calleeName(call) === 'configure' ? { to, prefix: '' } : undefined;
  },
  handing: /^configure$/,
  templates(path, library) {
    if (library === 'actix') return templatesOf(path, 'brace');
    return templatesOf(path, path.includes('{') ? 'brace' : 'colon');
  },
};

/** Whether a file uses a library: by an import, or by the whole path. */
const uses = (module: Module, library: RegExp, path: string): boolean =>
  library.test(path) || module.imports.some(({ from }) => library.test(from));

/** A path whose first name is imported under another one, by the name that it has where it is from: `AxumRouter.new`. */
function original(path: string, module: Module): string {
  const [first = ''] = path.split('.', 1);
  const known = module.imports.find(({ local, member }) => local === first && member !== undefined);
  return known?.member === undefined || known.member === first
    ? path
    : `${known.member}${path.slice(first.length)}`;
}

/** `web.get` of `web::get`. */
export function spelled(expr: Expr): string {
  if (expr.kind === 'name') return expr.name;
  return expr.kind === 'member' ? `${spelled(expr.object)}.${expr.name}` : '';
}

const verbs = /^(?:get|post|put|patch|delete|head|options|trace|connect)(?:_service|_with|_with_tsr)?$/;

/** The methods that a chain such as `get(list).post(create)` answers, with the handler of each; undefined where it is none. */
export function methodChain(expr: Expr): { method: string; handler: Expr | undefined }[] | undefined {
  const found: { method: string; handler: Expr | undefined }[] = [];
  let here = expr;
  for (let i = 0; here.kind === 'call' && i < 50; i++) {
    const name = calleeName(here);
    const [first, second] = positional(here.args);
    if (verbs.test(name)) found.unshift({ method: name.replace(/_.*$/, '').toUpperCase(), handler: first });
    else if (/^any(?:_service)?$/.test(name)) found.unshift({ method: '*', handler: first });
    else if (/^on(?:_service)?$/.test(name) && first)
      for (const method of filters(first)) found.unshift({ method, handler: second });
    if (here.callee.kind !== 'member') break;
    here = here.callee.object;
  }
  return found.length > 0 ? found : undefined;
}

/** `MethodFilter::GET | MethodFilter::PUT`, `MethodFilter::GET.or(…)`. */
function filters(expr: Expr): string[] {
  if (expr.kind === 'binary') return [...filters(expr.left), ...filters(expr.right)];
  if (expr.kind === 'call' && expr.callee.kind === 'member')
    return [...filters(expr.callee.object), ...positional(expr.args).flatMap(filters)];
  return expr.kind === 'member' && /^[A-Z]+$/.test(expr.name) ? [expr.name] : [];
}

/** actix: the methods of `web::get().to(handler)`, and the handler; undefined for anything else. */
export function actixRoute(expr: Expr): { methods: string[]; handler: Expr | undefined } | undefined {
  let handler: Expr | undefined;
  let here = expr;
  for (let i = 0; here.kind === 'call' && i < 30; i++) {
    const call: Call = here;
    const name = calleeName(call);
    const [first] = positional(call.args);
    if (name === 'to' || name === 'to_async') handler ??= first;
    if (/^(?:web\.|actix_web\.web\.)/.test(spelled(call.callee)) || (call.callee.kind === 'name' && i > 0)) {
      if (verbs.test(name)) return { methods: [name.toUpperCase()], handler };
      if (name === 'route') return { methods: ['*'], handler };
      if (name === 'method' && first?.kind === 'member') return { methods: [first.name], handler };
    }
    if (name === 'method' && first?.kind === 'member' && /^[A-Z]+$/.test(first.name))
      return { methods: [first.name], handler };
    if (call.callee.kind !== 'member') break;
    here = call.callee.object;
  }
  return undefined;
}
