import type { Call, Expr, Module, Param, Scope } from '../syntax/ir.ts';
import type { Program } from './types.ts';

/** The annotation of one of these names; undefined where there is none. */
export const markOf = (marks: readonly Expr[] | undefined, names: RegExp): Expr | undefined =>
  marks?.find((mark) => names.test(nameOfMark(mark)));

/** `GetMapping` of `@GetMapping("/x")`. */
export function nameOfMark(mark: Expr): string {
  const callee = mark.kind === 'call' ? mark.callee : mark;
  return callee.kind === 'name' ? callee.name : '';
}

/** What an annotation is given by one of these names; the argument without a name is its `value`. */
export function argumentOf(mark: Expr | undefined, names: readonly string[]): Expr | undefined {
  if (mark?.kind !== 'call') return undefined;
  return mark.args.find(({ name = 'value' }) => names.includes(name))?.value;
}

/** Annotations with those of the annotations that the program declares itself, which stand for them: `@ApiV1`. */
export function withMeta(scope: Scope, { e }: Program): Expr[] {
  const found = [...(scope.marks ?? [])];
  for (const mark of found) {
    if (found.length > MOST_MARKS) break;
    const own = e.names.classOf(nameOfMark(mark), scope);
    for (const candidate of own?.marks ?? [])
      if (!found.some((other) => nameOfMark(other) === nameOfMark(candidate))) found.push(candidate);
  }
  return found;
}

const MOST_MARKS = 40;

/** The texts that an argument of an annotation may be: one, or those of an array. `undefined` for each that is not known. */
export function textsOf(of: Expr | undefined, module: Module, { e }: Program): (string | undefined)[] {
  if (!of) return [];
  return e
    .elements({ expr: of, env: undefined, module })
    .flatMap((item) => e.texts(item))
    .map((parts) => (parts.every((part) => typeof part === 'string') ? parts.join('') : undefined));
}

/** The last words of names: `RequestMethod.GET`, `GET`, or several in braces. */
export function wordsOf(of: Expr | undefined): string[] {
  if (!of) return [];
  if (of.kind === 'list') return of.items.flatMap(wordsOf);
  return of.kind === 'name' || of.kind === 'member' ? [of.name] : of.kind === 'text' ? [of.value] : [];
}

/** All classes and interfaces of the Java files, nested ones too. */
export function classesIn({ modules }: Program): Scope[] {
  const found: Scope[] = [];
  for (const { language, root } of modules) if (language === 'java') found.push(root);
  const all = found;
  for (const scope of all)
    for (const inner of scope.scopes.values())
      for (const nested of inner) if (nested.kind === 'class') all.push(nested);
  return all.filter(({ kind }) => kind === 'class');
}

/** A class and what it is derived from, itself first. */
export function lineage(scope: Scope, { e }: Program): Scope[] {
  const found = new Set([scope]);
  for (const derived of found) {
    if (found.size > MOST_BASES) break;
    for (const base of e.members.bases(derived)) if (base.t === 'class') found.add(base.scope);
  }
  return [...found];
}

const MOST_BASES = 30;

/** The methods that a class has, with the marks of whichever of its bases declares them; its own first. */
export function methodsOf(classes: readonly Scope[]): { method: Scope; marks: Expr[]; also: Scope[] }[] {
  const found = new Map<string, { method: Scope; marks: Expr[]; also: Scope[] }>();
  for (const scope of classes)
    for (const [name, methods] of scope.scopes)
      for (const method of methods) {
        if (method.kind !== 'function') continue;
        const key = `${name} ${method.params.length}`;
        const known = found.get(key);
        const marks = method.marks ?? [];
        // Several of one name in one class differ in more than their number of parameters.
        if (known && known.method.parent !== scope) {
          known.also.push(method);
          for (const mark of marks)
            if (!known.marks.some((other) => nameOfMark(other) === nameOfMark(mark))) known.marks.push(mark);
        } else found.set(known ? `${key} ${found.size}` : key, { method, marks: [...marks], also: [] });
      }
  return [...found.values()];
}

/** A parameter with the marks that it has here or in what is overridden. */
export function paramsOf({ method, also }: { method: Scope; also: readonly Scope[] }): Param[] {
  return method.params.map((param, i) => ({
    ...param,
    marks: [param, ...also.map((inherited) => inherited.params[i])].flatMap((marked) => marked?.marks ?? []),
  }));
}

/** The module that a mark stands in. */
export const moduleOfMark = (mark: Expr, otherwise: Module): Module => {
  const callee: Expr | Call = mark.kind === 'call' ? mark.callee : mark;
  return callee.kind === 'name' ? callee.block.scope.module : otherwise;
};
