import { Work } from '../../compat/schema/work.ts';
import type { Change, ValueComparison } from '../../compat/types.ts';
import type { JsonValue } from '../../json.ts';
import { Unread } from '../openapi/compare/document.ts';
import type { Content } from '../types.ts';
import { answerOf, type Findings, type PlacedUse, type UseAnswer } from '../uses.ts';
import { compareAsyncapi, reportOf } from './compare/index.ts';
import { compareMessages, pairedMessages } from './compare/messages.ts';
import { type Interface, interfaceOf, type Operation, opposite, type Topic } from './interface.ts';
import { meets, type TopicUse, topicUseOf } from './use.ts';

/** Does the application that the contract describes do the other half of each use, with messages that go together? */
export async function answers({ schema }: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const offer = readInterface(schema);
  return Promise.all(
    uses.map(async ({ use, at }): Promise<UseAnswer> => {
      const found = topicUseOf(use);
      if (found === undefined)
        return { answer: 'unknown', why: `'${use.subject}' is not a use of a channel` };
      if (typeof offer === 'string') return { answer: 'unknown', why: offer };
      return answerOf(await findingsOf(found, at, offer));
    }),
  );
}

/**
 * A copy of the provider's document is compared as an older version of it. One that says of the same addresses that it does the other
 * half is a consumer's own description.
 */
export async function compareCopy(copy: JsonValue, now: JsonValue): Promise<ValueComparison> {
  const [own, offer] = [readInterface(copy, true), readInterface(now)];
  if (typeof own === 'string' || typeof offer === 'string' || !isOtherSide(own, offer))
    return compareAsyncapi(copy, now);
  const reason =
    "it describes the other side of the contract's channels: --verify asyncapi-operations compares it as that";
  return { verdict: { verdict: 'unknown', reason, pointer: '' }, changes: [] };
}

/** Does each operation that both have an address for stand on the other side? */
function isOtherSide(own: Interface, offer: Interface): boolean {
  const offered = new Map(offer.topics.map((topic) => [topic.address.shape, topic.operations]));
  const shared = own.topics.flatMap(({ address, operations }) => {
    const theirs = offered.get(address.shape);
    return theirs === undefined ? [] : [...operations.keys()].map((action) => ({ action, theirs }));
  });
  return (
    shared.length > 0 &&
    shared.every(({ action, theirs }) => theirs.has(opposite(action)) && !theirs.has(action))
  );
}

/** A document, or why it cannot be read. */
export function readInterface(schema: JsonValue, isOld = false): Interface | string {
  try {
    return interfaceOf(schema, isOld);
  } catch (error) {
    if (error instanceof Unread) return error.reason;
    if (error instanceof RangeError) return 'it is nested too deeply';
    throw error;
  }
}

/** The channel that a use is one of, and what the application does there for it. */
export function partnerOf(
  use: TopicUse,
  { topics }: Interface,
): { topic?: Topic; operation?: Operation; why?: string } {
  const fits = topics.map((topic) => ({ topic, fit: meets(use, topic.address) }));
  const topic = fits.find(({ fit }) => fit === 'yes')?.topic;
  if (topic === undefined) {
    const perhaps = fits.find(({ fit }) => fit === 'perhaps')?.topic;
    return perhaps === undefined
      ? {}
      : { why: `whether '${use.address}' is ${perhaps.address.text} depends on what it is at run time` };
  }
  const operation = topic.operations.get(opposite(use.action));
  if (operation !== undefined) return { topic, operation };
  const doing = use.action === 'receive' ? 'sends' : 'receives';
  return topic.operations.size === 0
    ? { topic, why: `the contract has no operation for ${use.address}: who sends is not said` }
    : {
        topic,
        why: `the contract does not say that its application ${doing} at ${use.address}: another may`,
      };
}

/** What a use does, in words: `receives orders`. */
export const doing = ({ action, address }: TopicUse): string => `${action}s ${address}`;

/** What one use does not get, or does not give as it has to. `at`: the file and line of it. */
export async function findingsOf(use: TopicUse, at: string, offer: Interface): Promise<Findings> {
  const { topic, operation, why } = partnerOf(use, offer);
  if (topic === undefined && why === undefined)
    return {
      missing: [
        {
          why: `${doing(use)}, which is not a channel`,
          witness: use.address,
          rule: 'asyncapi/operation-removed',
        },
      ],
      doubts: [],
    };
  if (operation === undefined || why !== undefined) return { missing: [], doubts: [why ?? ''] };
  return use.described === null ? { missing: [], doubts: [] } : described(use, at, { offer, operation });
}

async function described(
  use: TopicUse,
  at: string,
  { offer, operation }: { offer: Interface; operation: Operation },
): Promise<Findings> {
  const own = readInterface(use.described ?? {}, true);
  if (typeof own === 'string') return { missing: [], doubts: [own] };
  const [unread] = own.unread;
  if (unread !== undefined) return { missing: [], doubts: [unread.reason] };
  const messages = own.topics.flatMap(({ operations }) => operations.get(use.action)?.messages ?? []);
  const action = operation.action;
  // A consumer describes the messages that it handles: others of the channel are not its business.
  const { pairs, gone } = pairedMessages(messages, operation.messages);
  const report = reportOf(new Work());
  const carried = (list: typeof messages) => ({ messages: list, pointer: '' });
  await compareMessages(
    action,
    [carried([...pairs.map(([was]) => was), ...gone]), carried(pairs.map(([, is]) => is))],
    doing(use),
    { old: own, now: offer, report },
  );
  const file = at.slice(0, at.lastIndexOf(':'));
  const all: Findings = { missing: [], doubts: [] };
  for (const change of report.result().changes) {
    const why = `${change.where}: ${change.reason}`;
    if (change.level === 'unknown') all.doubts.push(why);
    if (change.level !== 'breaking') continue;
    const line = lineOf(use, change);
    all.missing.push({
      ...{ why, witness: change.witness ?? change.subject },
      ...(change.rule === undefined ? {} : { rule: change.rule }),
      ...(line === undefined ? {} : { at: `${file}:${line}` }),
    });
  }
  return all;
}

/** The line of the consumer's own side of a change, or of the nearest part around it. */
function lineOf({ lines }: TopicUse, { oldPointer, gone, pointer }: Change): number | undefined {
  let at = oldPointer ?? (gone ? pointer : undefined);
  while (at !== undefined && at !== '') {
    const line = lines.get(at);
    if (line !== undefined) return line;
    at = at.slice(0, at.lastIndexOf('/'));
  }
  return undefined;
}
