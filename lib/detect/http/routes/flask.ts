import type { Evaluator } from '../../evaluate/evaluator.ts';
import type { Located } from '../../evaluate/values.ts';
import type { Call, Scope } from '../../syntax/ir.ts';
import type { Mark } from '../scopes.ts';
import { optionAt } from '../things.ts';
import type { RouteReader } from '../types.ts';
import {
  classMethods,
  type Framework,
  inheritedMethods,
  methodsAt,
  pythonRoutes,
  type Registered,
} from './python.ts';

const verbs = /^(?:get|post|put|delete|patch)$/;

/** Flask: applications, blueprints and what is nested in them, views by function and class, `add_url_rule`, and Flask-RESTful. */
const flask: Framework = {
  name: 'flask',
  syntax: 'angle',
  claims: /^route$/,
  mark({ name, call }: Mark, scope: Scope, at: Located, e: Evaluator): Registered | undefined {
    if (!call || !(verbs.test(name) || name === 'route')) return undefined;
    const here = { ...at, expr: call };
    const path = optionAt(call, ['rule', 0], here, e);
    if (path === undefined) return undefined;
    // Flask-RESTX has several paths in one decorator.
    const paths = call.args
      .filter((arg) => arg.name === undefined)
      .map(({ value }): Located => ({ ...at, expr: value }));
    const methods =
      name !== 'route'
        ? [name.toUpperCase()]
        : scope.kind === 'class'
          ? inheritedMethods(scope, e)
          : (methodsAt(optionAt(call, ['methods'], here, e), e) ?? ['GET']);
    return { methods, paths: scope.kind === 'class' && paths.length > 0 ? paths : path };
  },
  call(call: Call, name: string, at: Located, e: Evaluator): Registered[] {
    const given = (key: (string | number)[]) => optionAt(call, key, at, e);
    if (name === 'add_url_rule') {
      const path = given(['rule', 0]);
      const view = given(['view_func', 2]);
      const methods = methodsAt(given(['methods']), e) ?? (view && classMethods(view, e)) ?? ['GET'];
      return path ? [{ methods, paths: path }] : [];
    }
    if (name === 'add_resource') {
      const [resource, ...paths] = call.args.filter((arg) => arg.name === undefined);
      const methods = resource && classMethods({ ...at, expr: resource.value }, e);
      return methods ? paths.map(({ value }) => ({ methods, paths: { ...at, expr: value } })) : [];
    }
    return [];
  },
  mount(call, name, at, routers, e) {
    if (!/^(?:register_blueprint|add_namespace|register_api|init_app)$/.test(name)) return undefined;
    const child = optionAt(call, ['blueprint', 'ns', 'api', 0], at, e);
    if (child === undefined) return undefined;
    const children = routers.ofValues(e.evaluate(child));
    if (children.length === 0) return undefined;
    return { prefix: optionAt(call, ['url_prefix', 'path'], at, e), children, replaces: true };
  },
};

export const flaskRoutes: RouteReader = (program) => pythonRoutes(program, flask);
