import type { Action, Operation, Reply } from '../interface.ts';
import { opposite } from '../interface.ts';
import { compareBindings, compareOthers } from './bindings.ts';
import { compareMessages } from './messages.ts';
import { compareSecurity } from './servers.ts';
import type { Sides } from './topics.ts';

/** One operation in both documents. `where`: what it is called. */
export async function compareOperations(
  was: Operation,
  is: Operation,
  where: string,
  sides: Sides,
): Promise<void> {
  const { old, now, report } = sides;
  compareOthers(was, is, where, report);
  compareBindings({ where, kind: 'operation' }, was.bindings, is.bindings, report);
  compareSecurity(where, [old.document, was.security], [now.document, is.security], {
    report,
    places: { old: was.pointer, now: is.pointer },
  });
  const [before, after] = [was.places[0], is.places[0]];
  if (before !== undefined && after !== undefined) report.words(where, before, after);
  await compareMessages(was.action, [was, is], where, sides);
  await compareReplies(was, is, where, sides);
}

/** What answers: who receives a request sends the reply, and the other way round. */
async function compareReplies(was: Operation, is: Operation, where: string, sides: Sides): Promise<void> {
  const { report } = sides;
  const next = new Map(is.replies.map((reply) => [keyOf(reply), reply]));
  const rest = [...is.replies];
  for (const reply of was.replies) {
    const found =
      next.get(keyOf(reply)) ??
      (was.replies.length === 1 && is.replies.length === 1 ? is.replies[0] : undefined);
    const place = `${where} → reply`;
    if (found === undefined) {
      report.note({
        ...{ rule: 'reply-removed', level: 'breaking', kind: 'removed', where: place, noun: 'reply' },
        ...{ old: reply.pointer, at: is.pointer, witness: where },
      });
      continue;
    }
    rest.splice(rest.indexOf(found), 1);
    if (keyOf(found) !== keyOf(reply))
      report.note({
        ...{
          rule: 'reply-address-changed',
          level: 'breaking',
          kind: 'changed',
          where: place,
          noun: 'address',
        },
        ...{ reason: `it goes to ${toWords(found)}, and went to ${toWords(reply)}`, witness: toWords(reply) },
        ...{ old: reply.pointer, now: found.pointer },
      });
    await compareMessages(opposite(was.action), [reply, found], place, sides);
  }
  for (const reply of rest)
    report.note({
      ...{
        rule: needed(was.action) ? 'reply-required' : 'reply-added',
        kind: 'added',
        where: `${where} → reply`,
      },
      ...{ level: needed(was.action) ? 'breaking' : 'compatible', noun: 'reply', now: reply.pointer },
      ...(needed(was.action) ? { witness: where } : {}),
    });
}

/** The application waits for an answer to what it sends. */
const needed = (action: Action): boolean => action === 'send';

const keyOf = ({ address, location }: Reply): string => JSON.stringify([address?.shape ?? null, location]);

const toWords = ({ address, location }: Reply): string =>
  `'${address?.text ?? location ?? 'where the request says'}'`;
