import type { Evaluator } from '../../evaluate/evaluator.ts';
import type { Located } from '../../evaluate/values.ts';
import type { Call } from '../../syntax/ir.ts';
import type { Mark } from '../scopes.ts';
import { importedAs, optionAt } from '../things.ts';
import type { RouteReader } from '../types.ts';
import {
  classMethods,
  type Framework,
  inheritedMethods,
  methodsAt,
  pythonRoutes,
  type Registered,
} from './python.ts';

const verbs = /^(?:get|post|put|delete|patch|head|options)$/;

/** aiohttp: `add_get` and its kin, lists of `web.get`, tables of routes, views by class, and applications in one another. */
const aiohttp: Framework = {
  name: 'aiohttp',
  syntax: 'brace',
  mark({ name, call }: Mark, scope, at, e): Registered | undefined {
    const path = call && optionAt(call, ['path', 0], { ...at, expr: call }, e);
    if (path === undefined || !call) return undefined;
    if (verbs.test(name)) return { methods: [name.toUpperCase()], paths: path };
    if (name === 'view') return { methods: inheritedMethods(scope, e), paths: path };
    return name === 'route' ? byMethod(call, { ...at, expr: call }, e) : undefined;
  },
  isSure({ args: [first, second] }, { name, object }, module) {
    if (name === 'add_subapp') return true;
    const isRouter = (object.kind === 'name' || object.kind === 'member') && /router$/.test(object.name);
    const path = name === 'add_route' ? second?.value : first?.value;
    if (isRouter && /^add_(?:route|get|post|put|patch|delete|view)$/.test(name))
      return path?.kind === 'text' && path.value.startsWith('/');
    return (
      name === 'add_routes' &&
      first?.value.kind === 'list' &&
      first.value.items.some(
        (item) => item.kind === 'call' && /^aiohttp\.web\./.test(importedAs(item.callee, module) ?? ''),
      )
    );
  },
  call(call, name, at, e): Registered[] {
    const [verb, handler] = call.args;
    // of a resource, which has the path
    if (name === 'add_route' && call.args.length === 2 && verb && handler && handler.name === undefined) {
      const path: Located = { ...at, expr: { kind: 'text', value: '', line: call.line, at: call.at } };
      return [{ methods: methodsAt({ ...at, expr: verb.value }, e) ?? [], paths: path }];
    }
    if (name === 'add_routes') {
      const [table] = call.args;
      if (!table) return [];
      return e.elements({ ...at, expr: table.value }).flatMap((item): Registered[] => {
        if (item.expr.kind !== 'call') return [];
        const made = importedAs(item.expr.callee, item.module) ?? '';
        const [, kind = ''] = /^aiohttp\.web\.(\w+)$/.exec(made) ?? [];
        return registered(item.expr, kind, item, e);
      });
    }
    const [, kind] = /^add_(get|post|put|delete|patch|head|options|route|view)$/.exec(name) ?? [];
    return kind === undefined ? [] : registered(call, kind, at, e);
  },
  mount(call, name, at, routers, e) {
    if (name === 'add_subapp') {
      const [, child] = call.args;
      const prefix = optionAt(call, ['prefix', 0], at, e);
      const children = child ? routers.of({ ...at, expr: child.value }) : [];
      return children.length > 0 ? { prefix, children } : undefined;
    }
    const [table] = call.args;
    if (name !== 'add_routes' || !table) return undefined;
    const children = routers.ofValues(e.evaluate({ ...at, expr: table.value }));
    return children.length > 0 ? { prefix: undefined, children } : undefined;
  },
};

function registered(call: Call, kind: string, at: Located, e: Evaluator): Registered[] {
  if (kind === 'route') {
    const registered = byMethod(call, at, e);
    return registered ? [registered] : [];
  }
  const path = optionAt(call, ['path', 0], at, e);
  const view = optionAt(call, ['handler', 1], at, e);
  if (path === undefined) return [];
  if (kind === 'view') {
    const methods = view && classMethods(view, e);
    return methods ? [{ methods, paths: path }] : [];
  }
  return verbs.test(kind) ? [{ methods: [kind.toUpperCase()], paths: path }] : [];
}

function byMethod(call: Call, at: Located, e: Evaluator): Registered | undefined {
  const method = optionAt(call, ['method', 0], at, e);
  const path = optionAt(call, ['path', 1], at, e);
  if (!method || !path) return undefined;
  const methods = e
    .texts(method)
    .flatMap((pieces) => (typeof pieces[0] === 'string' ? [pieces[0].toUpperCase()] : []));
  return { methods, paths: path };
}

export const aiohttpRoutes: RouteReader = (program) => pythonRoutes(program, aiohttp);
