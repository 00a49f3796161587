import type { Expr, Module, Scope } from '../../syntax/ir.ts';
import type { Unresolved } from '../../types.ts';
import {
  argumentOf,
  classesIn,
  lineage,
  markOf,
  methodsOf,
  moduleOfMark,
  nameOfMark,
  paramsOf,
  textsOf,
  withMeta,
  wordsOf,
} from '../java-marks.ts';
import { joined } from '../mounts.ts';
import { Shapes } from '../shapes/declared.ts';
import type { Found, Program, Route, RouteReader } from '../types.ts';
import { javaTemplates } from './java-paths.ts';
import { OPEN } from './typed-routers.ts';

const mapping = /^(?:Request|Get|Post|Put|Patch|Delete)Mapping$/;
const controller = /^(?:Rest)?Controller$|^RepositoryRestController$/;

/** Routes of Spring's controllers, with annotations of the class, its bases and the interfaces that it implements. */
export const springRoutes: RouteReader = (program) => {
  const found: Route[] = [];
  const unresolved: Unresolved[] = [];
  const shapes = new Shapes(program.modules);
  for (const scope of classesIn(program)) {
    const { result, unresolved: open } = program.e.about(
      scope.module,
      () => readClass(scope, program, shapes),
      none,
    );
    found.push(...result.found);
    unresolved.push(...result.unresolved, ...open);
  }
  return { found, unresolved };
};

const none: Found<Route> = { found: [], unresolved: [] };

function readClass(scope: Scope, program: Program, shapes: Shapes): Found<Route> {
  if (!scope.marks) return none;
  const marks = withMeta(scope, program);
  if (!markOf(marks, controller) || markOf(marks, /^FeignClient$/)) return none;
  const classes = lineage(scope, program);
  const marked = [...marks, ...classes.slice(1).flatMap((inherited) => withMeta(inherited, program))].find(
    (mark) => nameOfMark(mark) === 'RequestMapping',
  );
  const prefixes = pathsOf(marked, scope.module, program);
  const narrowed = wordsOf(argumentOf(marked, ['method']));
  const found: Route[] = [];
  const unresolved: Unresolved[] = [];
  for (const marked of methodsOf(classes)) {
    const mark = markOf(marked.marks, mapping);
    if (!mark) continue;
    const { path } = moduleOfMark(mark, scope.module);
    const how = `@${nameOfMark(mark)}`;
    const { line } = mark;
    const templates = prefixes.flatMap((prefix) =>
      pathsOf(mark, scope.module, program).map((rest) => joined(prefix, rest)),
    );
    const more = shapesOf(marked, shapes);
    for (const template of templates)
      if (template.includes(OPEN))
        unresolved.push({ path, line, what: how, why: 'its path is only known at run time' });
      else
        for (const method of methodsIn(mark, narrowed))
          found.push({ method, template, path, line, how, ...more });
  }
  return { found, unresolved };
}

/** The paths of a mapping, as templates; the empty one where it has none. */
function pathsOf(mark: Expr | undefined, module: Module, program: Program): string[] {
  const given = argumentOf(mark, ['value', 'path']);
  if (!mark || !given) return [''];
  const texts = textsOf(given, moduleOfMark(mark, module), program);
  return texts.length === 0 ? [''] : texts.flatMap((text) => javaTemplates(text));
}

function methodsIn(mark: Expr, narrowed: readonly string[]): readonly string[] {
  const own = /^(Get|Post|Put|Patch|Delete)Mapping$/.exec(nameOfMark(mark))?.[1];
  if (own !== undefined) return [own.toUpperCase()];
  const given = wordsOf(argumentOf(mark, ['method']));
  return given.length > 0 ? given : narrowed.length > 0 ? narrowed : ['*'];
}

/** What a method's parameters and result say of requests and responses. */
function shapesOf(
  marked: ReturnType<typeof methodsOf>[number],
  shapes: Shapes,
): Pick<Route, 'query' | 'body' | 'responses'> {
  const { method, marks } = marked;
  const { module } = method;
  const query: NonNullable<Route['query']> = {};
  let body: Route['body'];
  for (const param of paramsOf(marked)) {
    const asked = markOf(param.marks, /^RequestParam$/);
    const type = param.type ?? '';
    const isMap = /^(?:Map|MultiValueMap|MultipartFile)\b/.test(type);
    if (asked && !isMap) {
      const name = argumentOf(asked, ['value', 'name']);
      const isOptional =
        /^Optional</.test(type) ||
        argumentOf(asked, ['defaultValue']) !== undefined ||
        isFalse(argumentOf(asked, ['required']));
      query[name?.kind === 'text' ? name.value : param.name] = {
        schema: shapes.schema({ type, module }, false),
        required: !isOptional,
      };
    }
    const sent = markOf(param.marks, /^RequestBody$/);
    if (sent && type !== '')
      body = {
        schema: shapes.schema({ type, module }, false),
        required: !isFalse(argumentOf(sent, ['required'])),
      };
  }
  const gives = method.gives ?? 'void';
  const status = statusOf(markOf(marks, /^ResponseStatus$/));
  const answered = /^(?:void|Void|ResponseEntity|ResponseEntity<\?>|String|ModelAndView)$/.test(gives)
    ? {}
    : shapes.schema({ type: gives, module }, true);
  return {
    ...(Object.keys(query).length > 0 ? { query } : {}),
    ...(body ? { body } : {}),
    ...(Object.keys(answered).length > 0 && status !== undefined
      ? { responses: { [status]: answered } }
      : {}),
  };
}

const isFalse = (expr: Expr | undefined): boolean => expr?.kind === 'literal' && expr.value === false;

/** `200`, or what `@ResponseStatus(HttpStatus.CREATED)` says; undefined where that is not known. */
function statusOf(mark: Expr | undefined): string | undefined {
  if (!mark) return '200';
  const [name = ''] = wordsOf(argumentOf(mark, ['value', 'code']));
  return { OK: '200', CREATED: '201', ACCEPTED: '202', NO_CONTENT: '204' }[name];
}
