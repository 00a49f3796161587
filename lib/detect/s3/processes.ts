import { bindArguments } from '../evaluate/arguments.ts';
import type { Evaluator } from '../evaluate/evaluator.ts';
import type { Env, Hole, Located } from '../evaluate/values.ts';
import type { Call, Expr, Module } from '../syntax/ir.ts';
import { commandRequests, ways } from './commands.ts';
import type { Request } from './request.ts';
import { spelled } from './things.ts';

/** What one argument may be. */
type Word = (string | Hole)[][];

/** Helpers that build one command within one another, at most. */
const DEEPEST = 24;
/** Words of one command that are looked at. */
const MOST_WORDS = 400;

/**
 * The AWS CLI run by Rust's `Command`: `Command::new("aws").arg("s3").args(["cp", src, dst])`, whose beginning may stand in a
 * variable or come from a function of the source files. A variable's command is read where its last argument is added.
 */
export function processRequests(call: Call, module: Module, env: Env | undefined, e: Evaluator): Request[] {
  if (!addsWords(call) || innerCalls(module).has(call)) return [];
  const at: Located = { expr: call, env, module };
  const name = rootName(call);
  if (name && chainsOn(name, module).at(-1) !== call) return [];
  const words = wordsOf(at, e, 0);
  return words ? ways(words.slice(0, MOST_WORDS)).flatMap((way) => commandRequests(way, at)) : [];
}

/** The words of a command so far; undefined where an expression is not a command that is known. */
function wordsOf(at: Located, e: Evaluator, depth: number): Word[] | undefined {
  const { expr } = at;
  if (depth > MOST_WORDS) return undefined;
  if (expr.kind === 'name') return wordsOfVariable(expr, at, e, depth);
  if (expr.kind !== 'call') return undefined;
  const { callee } = expr;
  if (callee.kind === 'member' && callee.name === 'new' && /(?:^|\.)Command$/.test(spelled(callee.object)))
    return addedBy(expr, at, e);
  if (callee.kind === 'member' && builders.test(callee.name)) {
    const before = wordsOf({ ...at, expr: callee.object }, e, depth + 1);
    return before && [...before, ...addedBy(expr, at, e)];
  }
  if (depth > DEEPEST && expr.args.length > 0) return undefined;
  for (const made of e.calls.sites.callees(expr, { ...at, expr: callee })) {
    if (made.t !== 'function') continue;
    const { scope } = made;
    const env = bindArguments(e, scope, expr.args, at, made.env, made.self);
    for (const given of scope.returns) {
      const here: Located = { expr: given, env, module: scope.module };
      const words = e.once(given, () => wordsOf(here, e, depth + 1), undefined);
      if (words) return words;
    }
  }
  return undefined;
}

function wordsOfVariable(
  name: Extract<Expr, { kind: 'name' }>,
  at: Located,
  e: Evaluator,
  depth: number,
): Word[] | undefined {
  const bound = name.block.scope.bindings.get(name.name)?.findLast((binding) => binding.at < name.at);
  const first = bound && wordsOf({ ...at, expr: bound.value }, e, depth + 1);
  if (!bound || !first) return undefined;
  const later = chainsOn(name, at.module).filter((call) => call.at > bound.at && call.at < name.at);
  return [...first, ...later.flatMap((call) => stepsOf(call).flatMap((step) => addedBy(step, at, e)))];
}

/** What one step of a chain adds: its argument, or those of a list. */
function addedBy({ callee, args }: Call, at: Located, e: Evaluator): Word[] {
  const name = callee.kind === 'member' ? callee.name : '';
  const [first] = args;
  if (!first || !/^(?:new|args?)$/.test(name)) return [];
  const given: Located = { ...at, expr: first.value };
  const all = name === 'args' ? e.elements(given) : [given];
  return all.map((located) => e.texts(located));
}

const builders =
  /^(?:args?|arg0|envs?|env_(?:clear|remove)|current_dir|std(?:in|out|err)|kill_on_drop|status|output|spawn|wait|by_ref|borrow_mut)$/;

/** The steps of a chain of calls, the first one first. */
function stepsOf(call: Call): Call[] {
  const steps: Call[] = [];
  for (
    let here: Expr = call;
    here.kind === 'call' && here.callee.kind === 'member';
    here = here.callee.object
  )
    steps.unshift(here);
  return steps;
}

const addsWords = (call: Call): boolean =>
  stepsOf(call).some(({ callee }) => callee.kind === 'member' && /^args?$/.test(callee.name));

/** The variable that a chain begins with. */
function rootName(call: Call): Extract<Expr, { kind: 'name' }> | undefined {
  const [first] = stepsOf(call);
  const root = first?.callee.kind === 'member' ? first.callee.object : undefined;
  return root?.kind === 'name' && root.name !== 'self' ? root : undefined;
}

interface Chains {
  /** Calls that another one goes on from. */
  inner: Set<Expr>;
  /** Whole chains that add arguments to a variable. */
  byName: Map<string, Call[]>;
}

const known = new WeakMap<Module, Chains>();

function chainsIn(module: Module): Chains {
  const before = known.get(module);
  if (before) return before;
  const inner = new Set<Expr>();
  for (const { callee } of module.calls) if (callee.kind === 'member') inner.add(callee.object);
  const byName = new Map<string, Call[]>();
  for (const call of module.calls) {
    const root = inner.has(call) || !addsWords(call) ? undefined : rootName(call);
    if (root) byName.set(root.name, [...(byName.get(root.name) ?? []), call]);
  }
  const found = { inner, byName };
  known.set(module, found);
  return found;
}

const innerCalls = (module: Module): ReadonlySet<Expr> => chainsIn(module).inner;

/** The chains on a variable of one function, in their order. */
const chainsOn = ({ name, block }: Extract<Expr, { kind: 'name' }>, module: Module): Call[] =>
  (chainsIn(module).byName.get(name) ?? []).filter((call) => call.block.scope === block.scope);
