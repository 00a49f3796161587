import { isObject, type JsonObject, type JsonValue } from '../../../lib/json.ts';

/** What a caller asks of a workflow, an action or a component. */
export interface Caller {
  with: Record<string, JsonValue>;
  secrets: readonly string[];
  /** What its token is allowed. */
  grants: Record<string, string>;
  reads: readonly string[];
}

/** What runs: the inputs as the callee sees them, or why nothing does. */
export type Run = { inputs: Record<string, string> } | { refused: string };

const entries = (value: JsonValue | undefined): [string, JsonObject][] =>
  Object.entries(isObject(value) ? value : {}).map(([name, own]) => [name, isObject(own) ? own : {}]);
const ranks = ['none', 'read', 'write'];

/**
 * The rules of GitHub and GitLab for calls, written from their documentation and from nothing of the program: a second opinion for
 * tests. Of an output that is not declared the caller gets nothing, which counts as refused.
 */
export function run(document: JsonObject, caller: Caller): Run {
  return isObject(document.spec) ? runComponent(document.spec, caller) : runWorkflow(document, caller);
}

function runWorkflow(document: JsonObject, caller: Caller): Run {
  const called = (document.on as JsonObject).workflow_call as JsonObject;
  const inputs = entries(called.inputs);
  const seen: Record<string, string> = {};
  for (const name of Object.keys(caller.with))
    if (!inputs.some(([own]) => own.toLowerCase() === name.toLowerCase()))
      return { refused: `input ${name}` };
  for (const [name, own] of inputs) {
    const passed = Object.entries(caller.with).find(([key]) => key.toLowerCase() === name.toLowerCase());
    if (passed === undefined && own.required === true) return { refused: `no input ${name}` };
    if (passed !== undefined && own.type !== 'string' && typeof passed[1] !== own.type)
      return { refused: `type of ${name}` };
    const zero = own.type === 'boolean' ? false : own.type === 'number' ? 0 : '';
    seen[name.toLowerCase()] = String(passed === undefined ? (own.default ?? zero) : passed[1]);
  }
  const secrets = entries(called.secrets);
  for (const name of caller.secrets)
    if (!secrets.some(([own]) => own === name)) return { refused: `secret ${name}` };
  for (const [name, own] of secrets)
    if (own.required === true && !caller.secrets.includes(name)) return { refused: `no secret ${name}` };
  for (const [, job] of entries(document.jobs)) {
    const asked = job.permissions ?? document.permissions;
    for (const [scope, access] of Object.entries(isObject(asked) ? asked : {}))
      if (ranks.indexOf(String(access)) > ranks.indexOf(caller.grants[scope] ?? 'none'))
        return { refused: `permission ${scope}` };
  }
  const outputs = entries(called.outputs).map(([name]) => name);
  const lost = caller.reads.find((name) => !outputs.includes(name));
  return lost === undefined ? { inputs: seen } : { refused: `output ${lost}` };
}

function runComponent(spec: JsonObject, caller: Caller): Run {
  const inputs = entries(spec.inputs);
  const seen: Record<string, string> = {};
  for (const name of Object.keys(caller.with))
    if (!inputs.some(([own]) => own === name)) return { refused: `input ${name}` };
  for (const [name, own] of inputs) {
    const value = Object.hasOwn(caller.with, name) ? caller.with[name] : own.default;
    if (value === undefined) return { refused: `no input ${name}` };
    if (Object.hasOwn(caller.with, name)) {
      if (typeof value !== (own.type ?? 'string')) return { refused: `type of ${name}` };
      if (Array.isArray(own.options) && !own.options.includes(value)) return { refused: `option of ${name}` };
      if (typeof own.regex === 'string' && !new RegExp(own.regex).test(String(value)))
        return { refused: `pattern of ${name}` };
    }
    seen[name] = String(value);
  }
  return { inputs: seen };
}
