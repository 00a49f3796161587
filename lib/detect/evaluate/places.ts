import type { Expr, Module } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { envFor } from './scopes.ts';
import { type Located, leftOut } from './values.ts';

/** Elements of one list that are followed, at most. */
export const LONGEST_LIST = 2000;

/** Why a list ends before it does in the code. */
export const TOO_LONG = `there are more than ${LONGEST_LIST} elements`;

/** A list's elements with their places; alternatives one after the other. Not a list: the thing itself. */
export function elements(at: Located, e: Evaluator): Located[] {
  const found: Located[] = [];
  for (const value of e.evaluate(at)) {
    if (value.t !== 'list') {
      if (found.length === 0 || value.t !== 'null') found.push(at);
      continue;
    }
    for (const item of value.items) {
      const { expr } = item;
      if (expr.kind === 'spread')
        found.push(...e.once(expr, () => elements({ ...item, expr: expr.of }, e), []));
      else found.push(item);
    }
    if (found.length > LONGEST_LIST) {
      found.push(leftOut(at, TOO_LONG));
      break;
    }
  }
  return [...new Set(found)];
}

/** The value under a key of a map or a member of an object; undefined where there is none. */
export function entry(at: Located, key: string, e: Evaluator): Located | undefined {
  for (const value of e.evaluate(at)) {
    const found = value.t === 'map' ? e.members.mapEntry(value, key) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** `os.path.join` for a chain of names, with import aliases put back; undefined for anything else. */
export function dotted(expr: Expr, module: Module): string | undefined {
  if (expr.kind === 'name') {
    const imported = module.imports.find((entry) => entry.local === expr.name);
    if (!imported || module.language === 'java') return expr.name;
    const from =
      imported.from
        .replace(/^node:/, '')
        .split('/')
        .at(-1) ?? imported.from;
    const whole = imported.member === undefined || imported.member === 'default';
    return whole ? from : `${from}.${imported.member}`;
  }
  if (expr.kind !== 'member') return undefined;
  const object = dotted(expr.object, module);
  return object === undefined ? undefined : `${object}.${expr.name}`;
}

/** The argument's own place where an expression is only a parameter that the environment knows. */
export function origin(at: Located): Located {
  let here = at;
  for (let i = 0; i < 8 && here.expr.kind === 'name'; i++) {
    const { name, block } = here.expr;
    const env = envFor(here.env, block, name);
    const next = env?.args.get(name);
    if (!next) break;
    here = next;
  }
  return here;
}
