import type { Call, Expr, Module, Scope } from '../syntax/ir.ts';

/** All classes and functions of a module that have a name, with those in them. */
export function* namedScopes(module: Module): Generator<Scope> {
  const todo: Scope[] = [module.root];
  for (const scope of todo) {
    if (scope !== module.root) yield scope;
    for (const inner of scope.scopes.values()) todo.push(...inner);
  }
}

/** A decorator with its last name and its arguments. */
export interface Mark {
  name: string;
  /** What it is a member of: `router` of `@router.get(…)`. */
  object: Expr | undefined;
  call: Call | undefined;
  line: number;
}

/** The decorators of a scope or parameter. */
export const marksOf = ({ marks = [] }: { marks?: readonly Expr[] }): Mark[] =>
  marks.flatMap((mark): Mark[] => {
    const call = mark.kind === 'call' ? mark : undefined;
    const callee = call ? call.callee : mark;
    if (callee.kind !== 'name' && callee.kind !== 'member') return [];
    return [
      {
        name: callee.name,
        object: callee.kind === 'member' ? callee.object : undefined,
        call,
        line: mark.line,
      },
    ];
  });

/** The HTTP methods that a class has methods for, in lower case. */
export const methodsIn = (scope: Scope): string[] =>
  ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'].filter((name) => scope.scopes.has(name));
