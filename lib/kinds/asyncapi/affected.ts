import type { Change } from '../../compat/types.ts';
import type { Content } from '../types.ts';
import { answerOf, type Findings, type PlacedUse, type UseAnswer } from '../uses.ts';
import { doing, findingsOf, partnerOf, readInterface } from './answer.ts';
import { compareAsyncapi } from './compare/index.ts';
import { wordsOf } from './compare/topics.ts';
import { opposite } from './interface.ts';
import { type TopicUse, topicUseOf } from './use.ts';

/** What a change means for everybody at a channel, whatever they read of its messages. */
const CERTAIN = /\/(?:operation-removed|channel-removed|content-type-changed|payload-format-changed)$/;

/** What a change of the document does to each use: what it takes away, and what of it may be different. */
export async function affected(old: Content, now: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const [before, after] = [readInterface(old.schema, true), readInterface(now.schema)];
  const { changes } = await compareAsyncapi(old.schema, now.schema);
  const found: UseAnswer[] = [];
  for (const { use, at } of uses) {
    const own = topicUseOf(use);
    if (own === undefined)
      found.push({ answer: 'unknown', why: `'${use.subject}' is not a use of a channel` });
    else if (typeof before === 'string') found.push({ answer: 'unknown', why: before });
    else if (typeof after === 'string') found.push({ answer: 'unknown', why: after });
    else {
      const partner = partnerOf(own, before);
      // It was not a use of this contract before, or not for certain: the change takes nothing from it.
      if (partner.topic === undefined && partner.why === undefined) found.push({ answer: 'yes' });
      else if (partner.topic === undefined)
        found.push(
          changes.some(({ breaking }) => breaking)
            ? { answer: 'unknown', why: partner.why ?? '' }
            : { answer: 'yes' },
        );
      else {
        const words = {
          operation: wordsOf(opposite(own.action), partner.topic),
          channel: partner.topic.address.text ?? '',
        };
        const touching = changes.filter((change) => change.breaking && touches(change, words));
        found.push(await affectedUse(own, at, { before, after, touching }));
      }
    }
  }
  return found;
}

type Read = Exclude<ReturnType<typeof readInterface>, string>;

async function affectedUse(
  use: TopicUse,
  at: string,
  { before, after, touching }: { before: Read; after: Read; touching: readonly Change[] },
): Promise<UseAnswer> {
  const [was, is] = [await findingsOf(use, at, before), await findingsOf(use, at, after)];
  const [had, doubted] = [new Set(was.missing.map(({ why }) => why)), new Set(was.doubts)];
  const all: Findings = {
    missing: is.missing.filter(({ why }) => !had.has(why)),
    doubts: is.doubts.filter((why) => !doubted.has(why)),
  };
  for (const change of touching) {
    const { where = '', reason = '', rule = '', witness, subject } = change;
    if (CERTAIN.test(rule)) {
      if (!all.missing.some((missing) => missing.rule === rule))
        all.missing.push({ why: `${doing(use)}: ${reason}`, witness: witness ?? subject, rule });
    } else if (use.described === null)
      all.doubts.push(`${doing(use)}, and what it uses of the messages is not read: ${where}: ${reason}`);
    else if (/^(?:channel|server|parameter) /.test(where) || / → (?:binding|reply)\b/.test(where))
      all.doubts.push(`${where}: ${reason}`);
  }
  return answerOf(all);
}

/** Is a change about the operation that a use needs, its channel, or where both of them are connected? */
function touches(
  { where = '' }: Change,
  { operation, channel }: { operation: string; channel: string },
): boolean {
  if (where.startsWith('server ') || where === 'the document') return true;
  const [first = ''] = where.split(' → ', 1);
  return first === operation || first === `channel ${channel}` || first.endsWith(` of channel ${channel}`);
}
