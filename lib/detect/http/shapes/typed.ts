import { functionAround } from '../../evaluate/scopes.ts';
import type { Located } from '../../evaluate/values.ts';
import type { Expr, Module, Scope } from '../../syntax/ir.ts';
import type { Program } from '../types.ts';
import type { Shapes, Typed } from './declared.ts';
import { typeArguments } from './written.ts';

/** Finds out of which declared type an expression is. */
export class Types {
  private readonly program: Program;
  private readonly shapes: Shapes;

  constructor(program: Program, shapes: Shapes) {
    this.program = program;
    this.shapes = shapes;
  }

  /** The type of an expression; undefined where no declaration says it. */
  of(at: Located, depth = 0): Typed | undefined {
    const here = this.program.e.origin(at);
    const { expr, module } = here;
    if (depth > 10) return undefined;
    const inside = (inner: Expr): Typed | undefined => this.of({ ...here, expr: inner }, depth + 1);
    switch (expr.kind) {
      case 'map':
        return expr.type === undefined ? undefined : { type: expr.type, module };
      case 'list': {
        const [first] = expr.items;
        const of = first && inside(first);
        return of && module.language === 'go' ? { ...of, type: `[]${of.type}` } : undefined;
      }
      case 'name':
        return this.named(expr, here, depth);
      case 'member': {
        const object = inside(expr.object);
        return object && this.shapes.fieldOf(object, expr.name)?.type;
      }
      case 'call':
        return this.called(expr, here, depth);
      default:
        return undefined;
    }
  }

  private named(expr: Extract<Expr, { kind: 'name' }>, at: Located, depth: number): Typed | undefined {
    const { module } = at;
    const own = functionAround(expr.block);
    for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
      const declared = scope.declared?.findLast(
        (declaration) =>
          declaration.name === expr.name &&
          (declaration.at <= expr.at || functionAround({ scope: scope as Scope }) !== own),
      );
      if (declared) return { type: declared.type, module };
      const param = scope.params.find(({ name }) => name === expr.name);
      if (param?.type !== undefined) return { type: param.type, module };
      const bound = scope.bindings
        .get(expr.name)
        ?.findLast((binding) => binding.at <= expr.at || scope?.kind !== 'function');
      if (bound) return bound.value === expr ? undefined : this.of({ ...at, expr: bound.value }, depth + 1);
      const field = scope.fieldTypes.get(expr.name);
      if (field !== undefined) return { type: field, module };
      if (param) return undefined;
    }
    return undefined;
  }

  private called(call: Extract<Expr, { kind: 'call' }>, at: Located, depth: number): Typed | undefined {
    const { callee } = call;
    const { module } = at;
    if (module.language === 'java' && callee.kind === 'name' && /^[A-Z]/.test(callee.name))
      return { type: callee.name, module };
    const [found] = this.program.e
      .evaluate({ ...at, expr: callee })
      .flatMap((value) => (value.t === 'function' && value.scope.gives !== undefined ? [value.scope] : []));
    if (found) return resultOf(found);
    // `Some(x)`, `Json(x)`: what stands in it
    const [first] = call.args;
    return module.language === 'rust' &&
      first &&
      /^(?:Json|Some|Ok)$/.test(callee.kind === 'name' ? callee.name : '')
      ? this.of({ ...at, expr: first.value }, depth + 1)
      : undefined;
  }
}

/** The first result of a function: Go has several. */
function resultOf({ gives = '', module }: Scope & { module: Module }): Typed | undefined {
  const text = gives.trim();
  if (!text.startsWith('(')) return { type: text, module };
  const first = typeArguments(text.slice(1, -1))[0]?.split(/\s+/).at(-1);
  return first === undefined ? undefined : { type: first, module };
}
