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
} from '../java-marks.ts';
import { Mounts } from '../mounts.ts';
import { Shapes } from '../shapes/declared.ts';
import type { Found, Program, Route, RouteReader } from '../types.ts';
import { javaTemplates } from './java-paths.ts';
import { OPEN } from './typed-routers.ts';

const verb = /^(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)$/;

/** Routes of JAX-RS resources, with the path of the application and those of sub-resources. */
export const jaxrsRoutes: RouteReader = (program) => new Resources(program).read();

class Resources {
  private readonly program: Program;
  private readonly shapes: Shapes;
  private readonly mounts = new Mounts<Scope | string>();
  private readonly unresolved: Unresolved[] = [];
  private readonly seen = new Set<Scope>();

  constructor(program: Program) {
    this.program = program;
    this.shapes = new Shapes(program.modules);
  }

  read(): Found<Route> {
    const classes = classesIn(this.program).filter((scope) => speaks(scope.module));
    const applications = classes.filter(({ marks }) => markOf(marks, /^ApplicationPath$/));
    for (const scope of classes) {
      const { unresolved } = this.program.e.about(
        scope.module,
        () => this.root(scope, applications),
        undefined,
      );
      this.unresolved.push(...unresolved);
    }
    const { found, unresolved } = this.mounts.all();
    const open = found.filter(({ template }) => template.includes(OPEN));
    this.unresolved.push(
      ...open.map(({ path, line, how }) => ({
        path,
        line,
        what: how,
        why: 'its path is only known at run time',
      })),
    );
    return {
      found: found.filter(({ template }) => !template.includes(OPEN)),
      unresolved: [...this.unresolved, ...unresolved],
    };
  }

  /** A resource with a path of its own. An interface is one where nothing of these files implements it. */
  private root(scope: Scope, applications: readonly Scope[]): void {
    const classes = lineage(scope, this.program);
    const mark = classes.flatMap(({ marks }) => markOf(marks, /^Path$/) ?? [])[0];
    if (!mark || this.program.e.members.subclasses(scope).length > 0) return;
    if (markOf(scope.marks, /^RegisterRestClient$/)) return;
    const application = nearest(scope, applications);
    const above = application
      ? pathsOf(markOf(application.marks, /^ApplicationPath$/), scope.module, this.program)
      : [''];
    const root = `application ${above.join(' ')}`;
    for (const prefix of above) if (prefix !== '') this.mounts.mount(ROOT, prefix, root);
    for (const prefix of pathsOf(mark, scope.module, this.program)) this.mounts.mount(root, prefix, scope);
    this.resource(scope, classes);
  }

  private resource(scope: Scope, classes: readonly Scope[]): void {
    if (this.seen.has(scope)) return;
    this.seen.add(scope);
    for (const marked of methodsOf(classes)) {
      const asked = marked.marks.filter((mark) => verb.test(nameOfMark(mark)));
      const own = markOf(marked.marks, /^Path$/);
      const templates = pathsOf(own, scope.module, this.program);
      if (asked.length === 0 && own) this.locator(scope, marked.method, templates);
      for (const mark of asked) {
        const at = own ?? mark;
        const { path } = moduleOfMark(mark, scope.module);
        const line = own ? Math.max(at.line, mark.line) : mark.line;
        const how = `@${nameOfMark(mark)}`;
        for (const template of templates)
          this.mounts.route(scope, {
            method: nameOfMark(mark),
            template,
            path,
            line,
            how,
            ...this.shapesOf(marked),
          });
      }
    }
  }

  /** A method that gives another resource, whose routes stand below it. */
  private locator(scope: Scope, method: Scope, templates: readonly string[]): void {
    const type = /^(?:Class<)?([\w.]+?)>?$/.exec(method.gives ?? '')?.[1];
    const child = type === undefined ? undefined : this.program.e.names.classOf(type, method);
    if (!child) {
      const { path } = method.module;
      const why = 'the resource that it gives is not among the files';
      this.unresolved.push({ path, line: method.line, what: `${method.name}(…)`, why });
      return;
    }
    for (const template of templates) this.mounts.mount(scope, template, child);
    this.resource(child, lineage(child, this.program));
  }

  private shapesOf(
    marked: ReturnType<typeof methodsOf>[number],
  ): Pick<Route, 'query' | 'body' | 'responses'> {
    const { method } = marked;
    const { module } = method;
    const query: NonNullable<Route['query']> = {};
    let body: Route['body'];
    for (const { name, type = '', marks = [] } of paramsOf(marked)) {
      const asked = markOf(marks, /^(?:QueryParam|RestQuery)$/);
      const given = argumentOf(asked, ['value']);
      if (asked)
        query[given?.kind === 'text' ? given.value : name] = {
          schema: this.shapes.schema({ type, module }, false),
          required: false,
        };
      else if (type !== '' && !marks.some((mark) => bound.test(nameOfMark(mark))))
        body = { schema: this.shapes.schema({ type, module }, false), required: true };
    }
    const gives = method.gives ?? 'void';
    const answered = /^(?:void|Response)$/.test(gives)
      ? {}
      : this.shapes.schema({ type: gives, module }, true);
    return {
      ...(Object.keys(query).length > 0 ? { query } : {}),
      ...(body && Object.keys(body.schema as object).length > 0 ? { body } : {}),
      ...(Object.keys(answered).length > 0 ? { responses: { '200': answered } } : {}),
    };
  }
}

const ROOT = 'all';

/** Annotations of parameters that are not the body. */
const bound =
  /^(?:PathParam|HeaderParam|CookieParam|MatrixParam|FormParam|BeanParam|Context|Suspended|Auth|RestPath|RestHeader|RestForm|Inject)$/;

const speaks = ({ imports }: Module): boolean =>
  imports.some(({ from }) => /^(?:jakarta|javax)\.ws\.rs\b/.test(from));

function pathsOf(mark: Expr | undefined, module: Module, program: Program): string[] {
  const given = argumentOf(mark, ['value']);
  return mark && given
    ? textsOf(given, moduleOfMark(mark, module), program).flatMap((text) => javaTemplates(text, 'jax-rs'))
    : [''];
}

/** The application whose file is nearest to a resource's. */
function nearest({ module: { path } }: Scope, applications: readonly Scope[]): Scope | undefined {
  const shared = (other: string): number => {
    const own = path.split('/');
    const apart = other.split('/').findIndex((part, i) => part !== own[i]);
    return apart < 0 ? own.length : apart;
  };
  return [...applications].sort((a, b) => shared(b.module.path) - shared(a.module.path))[0];
}
