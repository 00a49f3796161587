import type { Change } from '../../compat/types.ts';
import type { Content } from '../types.ts';
import { answerOf, type PlacedUse, type UseAnswer } from '../uses.ts';
import { findingsOf } from './answer.ts';
import { type Call, callOf } from './call.ts';
import { changesOf } from './compare.ts';
import { type Interface, moduleOf } from './interface.ts';
import { attributesIn } from './types.ts';

/** What a change does to each call: what it no longer gets, and what of it may be different. Other modules' calls go on. */
export async function affected(old: Content, now: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const [before, after] = [moduleOf(old.schema), moduleOf(now.schema)];
  return uses.map((placed): UseAnswer => {
    const call = callOf(placed.use);
    if (call === undefined)
      return { answer: 'unknown', why: `'${placed.use.subject}' is not a call of a module` };
    if (before === null || after === null)
      return { answer: 'unknown', why: 'the contract is not a Terraform module' };
    if (!call.isState && !call.paths.includes(before.path)) return { answer: 'yes' };
    return affectedCall(call, placed.at, before, after);
  });
}

function affectedCall(call: Call, at: string, before: Interface, after: Interface): UseAnswer {
  const changes = changesOf(before, after);
  const moved = changes.find(({ rule }) => rule === 'terraform/module-moved');
  if (moved !== undefined && !call.isState) {
    const why = `calls ${call.subject}: ${moved.reason}`;
    return { answer: 'no', missing: [{ why, witness: before.path, rule: 'terraform/module-moved' }] };
  }
  const [was, is] = [findingsOf(call, at, before), findingsOf(call, at, after)];
  const [had, doubted] = [new Set(was.missing.map(({ why }) => why)), new Set(was.doubts)];
  return answerOf({
    missing: is.missing.filter(({ why }) => !had.has(why)),
    doubts: [
      ...is.doubts.filter((why) => !doubted.has(why) && !isOld(why, was.doubts, changes)),
      ...changes.filter((change) => touches(change, call)).map(({ where, reason }) => `${where}: ${reason}`),
    ],
  });
}

/** Was it as open before, and is the type of the variable as wide as it was? */
function isOld(why: string, before: readonly string[], changes: readonly Change[]): boolean {
  const [about, name] = /^whether '([^']*)' = [^ ]*/.exec(why) ?? [];
  if (about === undefined || !before.some((doubt) => doubt.startsWith(about))) return false;
  const narrowed = /\/variable-type-(?:changed|unread)$/;
  return !changes.some(({ rule = '', where }) => narrowed.test(rule) && where === `variable '${name}'`);
}

/** May a change make a call work differently, of which nothing is missing? */
function touches({ rule = '', where = '' }: Change, call: Call): boolean {
  const [, name = '', inner] = /'([^']*)'(?: → (.*))?$/.exec(where) ?? [];
  const argument = call.arguments.find((candidate) => candidate.name === name);
  const isRead = call.readsAll || call.reads.some((read) => read.name === name);
  switch (rule.slice('terraform/'.length)) {
    case 'variable-default-changed':
      return !call.isState && (argument === undefined || argument.given === 'null');
    case 'variable-attribute-default-changed':
      // Of several elements one may give it, and another not.
      return (
        argument !== undefined &&
        (inner === undefined || /\[/.test(inner) || !attributesIn(argument.given).has(inner))
      );
    case 'variable-attribute-removed':
    case 'variable-became-nullable':
    case 'variable-became-not-nullable':
      return (
        argument !== undefined &&
        (typeof argument.given === 'object' ? isOpen(argument.given) : argument.given === 'null')
      );
    case 'variable-ephemeral-changed':
    case 'variable-validation-changed':
    case 'variable-type-unread':
      return argument !== undefined;
    case 'output-became-sensitive':
    case 'output-became-ephemeral':
      return isRead;
    case 'output-removed':
    case 'output-attribute-removed':
      return call.readsAll;
    case 'provider-alias-removed':
      return call.providers.includes(name);
    case 'provider-added':
    case 'provider-source-changed':
    case 'provider-version-narrowed':
    case 'provider-version-changed':
    case 'terraform-version-narrowed':
    case 'terraform-version-changed':
      return !call.isState;
    default:
      return false;
  }
}

const isOpen = (given: object): boolean => 'expression' in given || 'declared' in given;
