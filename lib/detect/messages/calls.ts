import type { JsonObject } from '../../json.ts';
import { Evaluator } from '../evaluate/evaluator.ts';
import type { Env, Located } from '../evaluate/values.ts';
import { sortUnresolved } from '../found-paths.ts';
import { readEach } from '../http/each.ts';
import { argumentOf, nameOfMark } from '../http/java-marks.ts';
import { isCode } from '../http/triggers.ts';
import { readModules, withoutOtherKinds } from '../modules.ts';
import { isProduct } from '../product.ts';
import type { Block, Module, Scope } from '../syntax/ir.ts';
import type { Extraction, Part, SourceFile, Unresolved } from '../types.ts';
import type { Wanted } from '../wanted.ts';
import { type Ask, asksOf, asksOfLiteral, marks } from './asks.ts';
import { nameIn } from './name.ts';
import { messageTrigger } from './trigger.ts';

/** What files send and receive: one use for each channel and line. A name that is only known at run time is not resolved. */
export async function extractMessages(files: readonly SourceFile[], wanted?: Wanted): Promise<Extraction> {
  const { modules, unresolved: broken } = await readModules(files);
  const unresolved = withoutOtherKinds(broken, files, isCode, messageTrigger);
  const e = new Evaluator(modules, [], wanted);
  const reading = new Reading(e);
  const open = await readEach(
    { modules, e, text: () => '' },
    (module) => isProduct(module.path) && isCode(module.path),
    (module) => reading.module(module),
  );
  const parts = [...reading.parts.values()]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line))
    .map((part, at) => ({ ...part, pointer: `/uses/${at}` }));
  return {
    ...{ value: { uses: parts.map(({ value }) => value) }, schema: {}, parts },
    unresolved: sortUnresolved([...unresolved, ...reading.unresolved.values(), ...open]),
  };
}

/** What was found so far, each once. */
class Reading {
  readonly parts = new Map<string, Part>();
  readonly unresolved = new Map<string, Unresolved>();

  constructor(private readonly e: Evaluator) {}

  module(module: Module): void {
    const { e } = this;
    for (const call of module.calls) {
      if (e.spent) return;
      this.each(call.block, call.line, module, (env) => asksOf(call, env, module, e));
    }
    for (const map of module.maps) {
      if (e.spent) return;
      this.each(map.block, map.line, module, (env) => asksOfLiteral(map, env, module, e));
    }
    for (const scope of scopesIn(module.root)) this.marked(scope, module);
  }

  /** In each way that the code is run: by whom it is called. Most calls are nobody's, and their callers need not be known. */
  private each(block: Block, line: number, module: Module, ask: (env: Env | undefined) => Ask[]): void {
    const { e } = this;
    if (e.glancing(() => ask(undefined)).length === 0) return;
    e.startPlace(line);
    for (const env of e.contexts(block)) for (const found of ask(env)) this.add(found, line, module);
  }

  private marked(scope: Scope, module: Module): void {
    for (const mark of scope.marks ?? []) {
      const known = marks.find(({ name }) => name.test(nameOfMark(mark)));
      if (known === undefined) continue;
      const value = argumentOf(mark, known.keys);
      const name: Located | undefined = value && { expr: value, env: undefined, module };
      this.add({ action: known.action, name, also: [], how: `@${nameOfMark(mark)}` }, mark.line, module);
    }
  }

  private add({ action, name, also, how }: Ask, line: number, { path }: Module): void {
    const names =
      name === undefined ? [{ why: 'the name of the channel is not written there' }] : nameIn(name, this.e);
    const others = also
      .flatMap((other) => nameIn(other, this.e))
      .flatMap((other) => ('address' in other ? [other.address] : []));
    for (const found of names) {
      if ('why' in found) {
        const key = `${path}:${line} ${how} ${found.why}`;
        this.unresolved.set(key, { path, line, what: how, why: found.why });
        continue;
      }
      const subject = `${action} ${found.address}`;
      const value: JsonObject = {
        ...{ subject, action, address: found.address },
        ...(others.length === 0 ? {} : { also: [...new Set(others)] }),
      };
      this.parts.set(`${path}:${line} ${subject}`, { pointer: '', value, path, line, how });
    }
  }
}

/** Scopes of one file, at most. */
const MOST = 20_000;

/** A scope with all that is defined in it. */
function scopesIn(root: Scope): Scope[] {
  const found = [root];
  for (const scope of found)
    for (const inner of scope.scopes.values()) if (found.length < MOST) found.push(...inner);
  return found;
}
