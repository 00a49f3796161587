import { calleeName } from '../../evaluate/scopes.ts';
import type { Call, Expr, Module } from '../../syntax/ir.ts';
import { templatesOf } from '../templates.ts';
import { type Derived, positional, type RouterRules, type TypedRouter } from './typed-routers.ts';

/** How one Go framework is written. */
interface Framework {
  package: RegExp;
  types: RegExp;
  /** Functions of the package that make a router. */
  makers: RegExp;
  syntax: 'colon' | 'brace';
}

const frameworks: Record<string, Framework> = {
  'net/http': { package: /^net\/http$/, types: /^ServeMux$/, makers: /^NewServeMux$/, syntax: 'brace' },
  chi: {
    package: /^github\.com\/go-chi\/chi(?:\/v\d+)?$|^github\.com\/pressly\/chi$/,
    types: /^(?:Router|Mux|Routes)$/,
    makers: /^New(?:Router|Mux)$/,
    syntax: 'brace',
  },
  gin: {
    package: /^github\.com\/gin-gonic\/gin$/,
    types: /^(?:Engine|RouterGroup|IRouter|IRoutes)$/,
    makers: /^(?:New|Default)$/,
    syntax: 'colon',
  },
  echo: {
    package: /^github\.com\/labstack\/echo(?:\/v\d+)?$/,
    types: /^(?:Echo|Group)$/,
    makers: /^New$/,
    syntax: 'colon',
  },
  mux: {
    package: /^github\.com\/gorilla\/mux$/,
    types: /^(?:Router|Route)$/,
    makers: /^NewRouter$/,
    syntax: 'brace',
  },
  fiber: {
    package: /^github\.com\/gofiber\/fiber(?:\/v\d+)?$/,
    types: /^(?:App|Router|Group)$/,
    makers: /^New$/,
    syntax: 'colon',
  },
  httprouter: {
    package: /^github\.com\/julienschmidt\/httprouter$/,
    types: /^Router$/,
    makers: /^New$/,
    syntax: 'colon',
  },
};

/** The framework of which a file has a member of a package: `chi.NewRouter`. */
function frameworkOf(
  local: string,
  name: string,
  module: Module,
  what: 'types' | 'makers',
): string | undefined {
  const entry = module.imports.find(
    (imported) => imported.local === local || (imported.local === '.' && local === ''),
  );
  if (!entry) return undefined;
  return Object.keys(frameworks).find((key) => {
    const framework = frameworks[key];
    return framework?.package.test(entry.from) && framework[what].test(name);
  });
}

/** What Go's frameworks call their routers and groups. */
export const goRules: RouterRules = {
  makes(expr, module) {
    const library = madeBy(expr, module);
    return library === undefined ? undefined : { library };
  },
  typed(type, module) {
    const [, local = '', name = ''] = /^\*?(\w+)\.(\w+)$/.exec(type) ?? [];
    return frameworkOf(local, name, module, 'types');
  },
  derives: (call, router) => derived(call, router),
  hands(call, { library }) {
    const name = calleeName(call);
    const args = positional(call.args);
    const [first, second] = args;
    if (library === 'chi' && name === 'Group' && first) return { to: first, prefix: '' };
    if ((library === 'chi' || library === 'fiber') && name === 'Route' && first && second)
      return { to: second, prefix: first };
    return undefined;
  },
  registers: (name, library) =>
    (/^(?:chi|fiber)$/.test(library) &&
      /^(?:Get|Post|Put|Patch|Delete|Head|Options|Handle|HandleFunc|Mount|Method)$/.test(name)) ||
    (/^(?:gin|echo)$/.test(library) && /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|Any)$/.test(name)),
  handing: /^(?:Route|Group)$/,
  templates(path, library) {
    const syntax = frameworks[library]?.syntax ?? 'brace';
    if (library !== 'chi') return templatesOf(path, syntax);
    return templatesOf(path.replace(/\*$/, '{rest...}'), syntax);
  },
};

function madeBy(expr: Expr, module: Module): string | undefined {
  if (expr.kind === 'map') {
    const [local = '', name = ''] = (expr.type ?? '').split('.');
    return frameworkOf(local, name, module, 'types');
  }
  if (expr.kind === 'member' && expr.object.kind === 'name' && expr.name === 'DefaultServeMux')
    return frameworkOf(expr.object.name, 'ServeMux', module, 'types');
  if (expr.kind !== 'call' || expr.callee.kind !== 'member' || expr.callee.object.kind !== 'name')
    return undefined;
  return frameworkOf(expr.callee.object.name, expr.callee.name, module, 'makers');
}

function derived(call: Call, { library }: TypedRouter): Derived | undefined {
  const name = calleeName(call);
  const [first] = positional(call.args);
  if (library === 'chi')
    return /^(?:With|Group|Use)$/.test(name) ? {} : name === 'Route' && first ? { prefix: first } : undefined;
  if (/^(?:gin|echo|fiber)$/.test(library)) {
    if (name === 'Group' && first) return { prefix: first };
    return name === 'Use' || name === 'Group' ? {} : undefined;
  }
  if (library !== 'mux') return undefined;
  switch (name) {
    case 'PathPrefix':
      return first ? { prefix: first, isPrefix: true } : undefined;
    case 'Path':
      return first ? { prefix: first } : undefined;
    case 'Methods':
      return { methods: positional(call.args).map((arg) => methodOf(arg) ?? '?') };
    case 'Subrouter':
      return { isPrefix: false };
    case 'NewRoute':
    case 'StrictSlash':
    case 'UseEncodedPath':
    case 'SkipClean':
    case 'Name':
    case 'Host':
    case 'Schemes':
    case 'Headers':
    case 'HeadersRegexp':
    case 'Queries':
    case 'MatcherFunc':
      return {};
    default:
      return undefined;
  }
}

/** `"GET"`, `http.MethodGet`: a method where it stands in the code. */
export function methodOf(expr: Expr): string | undefined {
  if (expr.kind === 'text' && /^[A-Za-z]+$/.test(expr.value)) return expr.value.toUpperCase();
  const name = expr.kind === 'member' ? /^Method([A-Z][a-z]+)$/.exec(expr.name)?.[1] : undefined;
  return name?.toUpperCase();
}
