import type { Change } from '../../compat/types.ts';
import type { Content } from '../types.ts';
import { answerOf, type Findings, type PlacedUse, type UseAnswer } from '../uses.ts';
import { findingsOf } from './answer.ts';
import { type Call, callOf } from './call.ts';
import { changesOf, keyOf } from './compare.ts';
import { type Interface, interfaceOf } from './interface.ts';

/** What a change does to each call: what it no longer gets, and what of it may be different. Other contracts' calls go on. */
export async function affected(old: Content, now: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const [before, after] = [interfaceOf(old.schema), interfaceOf(now.schema)];
  return uses.map((placed): UseAnswer => {
    const call = callOf(placed.use);
    if (call === undefined)
      return { answer: 'unknown', why: `'${placed.use.subject}' is not a call of a workflow` };
    if (typeof before === 'string') return { answer: 'unknown', why: before };
    if (typeof after === 'string') return { answer: 'unknown', why: after };
    if (before.path !== '' && !call.paths.includes(before.path)) return { answer: 'yes' };
    return affectedCall(call, placed.at, before, after);
  });
}

function affectedCall(call: Call, at: string, before: Interface, after: Interface): UseAnswer {
  const changes = changesOf(before, after);
  const gone = changes.find(({ rule }) => rule === 'workflow/form-changed' || rule === 'workflow/moved');
  if (gone !== undefined) {
    const why = `calls ${call.subject}: ${gone.reason}`;
    return { answer: 'no', missing: [{ why, witness: before.path, rule: gone.rule ?? '' }] };
  }
  const [was, is] = [findingsOf(call, at, before), findingsOf(call, at, after)];
  const [had, doubted] = [new Set(was.missing.map(({ why }) => why)), new Set(was.doubts)];
  const lost: Findings = {
    missing: is.missing.filter(({ why }) => !had.has(why)),
    doubts: [
      ...is.doubts.filter((why) => !doubted.has(why)),
      ...changes
        .filter((change) => touches(change, call, before))
        .map(({ where, reason }) => `${where}: ${reason}`),
    ],
  };
  return answerOf(lost);
}

/** May a change make a call run differently, of which nothing is missing? */
function touches({ rule, where = '' }: Change, call: Call, before: Interface): boolean {
  const [, name = ''] = /'(.*)'$/.exec(where) ?? [];
  const key = keyOf(before);
  const isPassed = call.passes.some((passed) => key(passed.name) === key(name));
  switch (rule) {
    case 'workflow/input-default-changed':
      return !isPassed;
    case 'workflow/input-pattern-changed':
    case 'workflow/input-pattern-added':
      return isPassed;
    case 'workflow/output-removed':
      return call.readsAll;
    case 'workflow/runtime-changed':
      return true;
    case 'workflow/runtime-became-docker':
      return call.runner === null || !/^ubuntu/i.test(call.runner);
    default:
      return false;
  }
}
