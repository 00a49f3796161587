import type { Evaluator } from '../evaluate/evaluator.ts';
import type { Env } from '../evaluate/values.ts';
import type { Call, Module } from '../syntax/ir.ts';

/** Whether the source files say what is called: then its own calls are read. */
export function definedHere(call: Call, env: Env | undefined, module: Module, e: Evaluator): boolean {
  return e
    .evaluate({ expr: call.callee, env, module })
    .some((value) => value.t === 'function' || value.t === 'class');
}
