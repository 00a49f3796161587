import type { Change } from '../../../compat/types.ts';
import type { Content } from '../../types.ts';
import type { PlacedUse, UseAnswer, UseOf } from '../../uses.ts';
import { compareProtobuf } from '../compare/index.ts';
import { levelNamed } from '../levels.ts';
import { careful } from './answer.ts';

/** What a change of the files does to each use: only what breaks the field, value or method that is used, or what it is in. */
export async function affected(old: Content, now: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const level = levelNamed(now.level ?? old.level);
  const { verdict, changes } = await compareProtobuf(old.schema, now.schema, level);
  const broken = changes.filter((change) => change.breaking);
  return uses.map((use): UseAnswer => {
    if (verdict.verdict === 'unknown' && changes.length === 0)
      return { answer: 'unknown', why: verdict.reason };
    const touching = broken.filter((change) => touches(change, use.use));
    const sure = touching.find(({ level: means }) => means === 'breaking');
    if (sure !== undefined) return careful(use, missingOf(sure, use.use));
    const [doubt] = touching;
    return doubt === undefined ? { answer: 'yes' } : { answer: 'unknown', why: doubt.reason ?? 'it changed' };
  });
}

function missingOf({ where = '', witness, reason = '', rule }: Change, { is, subject }: UseOf): UseAnswer {
  const why = `${is === 'method' ? 'calls' : 'uses'} ${subject}: ${reason}`;
  return {
    answer: 'no',
    missing: [{ why, witness: witness ?? where, ...(rule === undefined ? {} : { rule }) }],
  };
}

/** Numbers and names that are kept free, or not, change nothing for what is in use. */
const ASIDE = /^protobuf\/(?:reserved-|extension-message-|file-no-delete|oneof-no-delete)/;

function touches({ where = '', rule = '' }: Change, use: UseOf): boolean {
  const { subject } = use;
  if (ASIDE.test(rule)) return false;
  // The file as a whole: its package, its options.
  if (rule.startsWith('protobuf/file-')) return true;
  if (where === subject || subject.startsWith(`${where}.`) || subject.startsWith(`${where}/`)) return true;
  if (use.is === 'message')
    return rule === 'protobuf/message-same-required-fields' && where.startsWith(`${subject}.`);
  if (use.is !== 'field') return false;
  // A field has the values of its enum.
  const type = String(use.type).replace(/^map<\w+, (.*)>$/, '$1');
  return where === type || (rule.startsWith('protobuf/enum-') && where.startsWith(`${type}.`));
}
