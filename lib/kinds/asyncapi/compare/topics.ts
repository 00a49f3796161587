import type { Work } from '../../../compat/schema/work.ts';
import { Unread } from '../../openapi/compare/document.ts';
import type { Report } from '../../openapi/compare/report.ts';
import { addressesIn, fitOf } from '../address.ts';
import type { Action, Interface, Topic } from '../interface.ts';
import { compareBindings, compareOthers } from './bindings.ts';
import { compareIdle } from './idle.ts';
import { pairedMessages } from './messages.ts';
import { compareOperations } from './operations.ts';
import { compareParameters } from './parameters.ts';

/** What every part of a comparison needs. */
export interface Sides {
  old: Interface;
  now: Interface;
  report: Report;
  work: Work;
}

const actions = ['send', 'receive'] as const;

/** `send user/{id}`: an operation in words, from the application's view. */
export const wordsOf = (action: Action, { address }: Topic): string =>
  `${action} ${address.text ?? address.shape}`;

/** What the application does at each address of the old document, and what at those of the new one. */
export async function compareTopics(sides: Sides): Promise<void> {
  const { report } = sides;
  const { pairs, gone, come } = pairedTopics(sides);
  for (const topic of gone) removed(topic, actions, sides);
  for (const { was, is } of pairs) await part(report, was, () => compareTopic(was, is, sides));
  for (const topic of come) added(topic, actions, report);
}

async function part(report: Report, { address, pointer }: Topic, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Unread)) throw error;
    report.unclear(address.text ?? address.shape, error.reason, error.pointer || pointer);
  }
}

interface Paired {
  pairs: { was: Topic; is: Topic }[];
  gone: Topic[];
  come: Topic[];
}

/** By their addresses, whatever their channels are called; an address that is one of those of a template is found there. */
function pairedTopics({ old, now, report }: Sides): Paired {
  const has = new Map(now.topics.map((topic) => [topic.address.shape, topic]));
  const templates = now.topics.filter(({ address }) => address.parameters.length > 0);
  const unknown = (topic: Topic): boolean => topic.address.text === null;
  const hasUnknown = old.topics.some(unknown) || now.topics.some(unknown);
  const met = new Set<Topic>();
  const pairs: Paired['pairs'] = [];
  const gone: Topic[] = [];
  for (const was of old.topics) {
    report.spend(1 + templates.length + (hasUnknown ? now.topics.length : 0));
    const is =
      has.get(was.address.shape) ??
      (hasUnknown ? unknownAddress(was, now) : undefined) ??
      wider(was, templates);
    const all = is === undefined ? listed(was, has) : [is];
    if (all.length === 0) gone.push(was);
    for (const topic of all) {
      met.add(topic);
      pairs.push({ was, is: topic });
    }
  }
  return { pairs, gone, come: now.topics.filter((topic) => !met.has(topic)) };
}

/** A channel whose address only one of the documents knows. */
function unknownAddress({ places, address }: Topic, { topics }: Interface): Topic | undefined {
  const key = keyIn(places[0]?.pointer ?? '');
  return topics.find(
    (topic) =>
      (topic.address.text === null) !== (address.text === null) &&
      keyIn(topic.places[0]?.pointer ?? '') === key,
  );
}

const keyIn = (pointer: string): string => pointer.slice(pointer.lastIndexOf('/') + 1);

/** Every address of the topic is one of the addresses of another. */
function wider({ address }: Topic, templates: readonly Topic[]): Topic | undefined {
  const all = addressesIn(address);
  if (all === null || all.length === 0) return undefined;
  return templates.find((topic) => all.every((text) => fitOf(text, topic.address) === 'in'));
}

/** The channels that have the addresses of a template one by one; none where one of them is missing. */
function listed({ address }: Topic, has: ReadonlyMap<string, Topic>): Topic[] {
  const all = (addressesIn(address) ?? []).map((text) => has.get(text));
  const found = all.filter((topic) => topic !== undefined);
  return found.length === all.length ? found : [];
}

function removed(topic: Topic, which: readonly Action[], { now, report }: Sides): void {
  const { address, operations, pointer, idle } = topic;
  // What is there may stand in what was not read.
  if (now.unread.length > 0) {
    report.unclear(address.text ?? keyIn(pointer), 'whether it is still there was not read', '', 'channels');
    return;
  }
  for (const action of which) {
    const operation = operations.get(action);
    if (operation === undefined) continue;
    const where = wordsOf(action, topic);
    report.note({
      ...{ rule: 'operation-removed', level: 'breaking', kind: 'removed', where, noun: 'operation' },
      ...{ old: operation.pointer, at: '/channels', keyword: 'channels', witness: where },
    });
  }
  if (operations.size > 0) return;
  const where = `channel ${address.text ?? keyIn(pointer)}`;
  const level = idle.length > 0 ? 'breaking' : 'none';
  report.note({
    ...{ rule: level === 'none' ? 'empty-channel-removed' : 'channel-removed', level, kind: 'removed' },
    ...{ where, noun: 'channel', old: pointer, at: '/channels', keyword: 'channels' },
    ...(level === 'none' ? {} : { witness: where }),
  });
}

function added(topic: Topic, which: readonly Action[], report: Report): void {
  const { address, operations, pointer } = topic;
  for (const action of which) {
    const operation = operations.get(action);
    if (operation !== undefined)
      report.note({
        ...{ rule: 'operation-added', level: 'compatible', kind: 'added', where: wordsOf(action, topic) },
        ...{ noun: 'operation', now: operation.pointer },
      });
  }
  if (operations.size === 0)
    report.note({
      ...{ rule: 'channel-added', level: 'compatible', kind: 'added', noun: 'channel', now: pointer },
      where: `channel ${address.text ?? keyIn(pointer)}`,
    });
}

async function compareTopic(was: Topic, is: Topic, sides: Sides): Promise<void> {
  const { old, now, report } = sides;
  const where = `channel ${was.address.text ?? keyIn(was.pointer)}`;
  const places = { old: was.pointer, now: is.pointer };
  if ((was.address.text === null) !== (is.address.text === null))
    report.note({
      ...{ rule: 'address-unknown', level: 'unknown', kind: 'changed', where, noun: 'address', ...places },
      reason: `its address is ${is.address.text === null ? 'no longer' : 'now'} in the document`,
    });
  else compareParameters(was, is, where, report);
  compareAvailability(was, is, where, sides);
  compareOthers(was, is, where, report);
  compareBindings({ where, kind: 'channel' }, was.bindings, is.bindings, report);
  const [first = was.bindings, second = is.bindings] = [was.places[0], is.places[0]];
  report.words(where, first, second);

  const [had, has] = [was.operations.size > 0, is.operations.size > 0];
  for (const action of actions) {
    const [before, after] = [was.operations.get(action), is.operations.get(action)];
    if (before !== undefined && after !== undefined)
      await compareOperations(before, after, wordsOf(action, was), sides);
    else if (before !== undefined)
      removed({ ...was, operations: new Map([[action, before]]) }, [action], sides);
    else if (after !== undefined) {
      added(is, [action], report);
      // Who sends was not said before, and is now.
      if (!had && was.idle.length > 0)
        await compareOperations(
          { ...after, replies: [], messages: was.idle },
          { ...after, replies: [] },
          wordsOf(action, was),
          sides,
        );
    }
  }
  if (had || has) return;
  const { pairs } = pairedMessages(was.idle, is.idle);
  // Where replies are sent, messages come and go as replies.
  const isReplied = was.replied || is.replied;
  const [before, after] = isReplied
    ? [pairs.map(([message]) => message), pairs.map(([, message]) => message)]
    : [was.idle, is.idle];
  await compareIdle(before, after, where, { old, now, report });
}

/** Is the channel still on every server where it was? Servers are compared by what they are called in both documents. */
function compareAvailability(was: Topic, is: Topic, where: string, { old, now, report }: Sides): void {
  if (is.servers === null) return;
  const named = (side: Interface, keys: string[] | null): string[] =>
    side.servers
      .filter(({ key }) => keys === null || keys.includes(key))
      .flatMap(({ addresses }) => addresses);
  const [had, has] = [named(old, was.servers), new Set(named(now, is.servers))];
  const offered = new Set(now.servers.flatMap(({ addresses }) => addresses));
  const lost = had.find((address) => !has.has(address) && offered.has(address));
  if (lost === undefined) return;
  report.note({
    ...{ rule: 'channel-server-removed', level: 'breaking', kind: 'removed', where, noun: `server ${lost}` },
    ...{ old: was.pointer, at: is.pointer, witness: lost },
  });
}
