import { canonical, type JsonValue } from '../../../json.ts';
import { type Located, Unread } from '../../openapi/compare/document.ts';
import type { Report } from '../../openapi/compare/report.ts';
import type { Side } from '../../openapi/compare/unchanged.ts';
import { closureOf } from '../closure.ts';
import type { Action, Interface } from '../interface.ts';
import type { Message } from '../message.ts';
import { compareBindings, keyOf } from './bindings.ts';
import { compareForeign } from './payload.ts';

/** The two documents, and where to report. */
export interface Between {
  old: Interface;
  now: Interface;
  report: Report;
}

interface Carrying {
  messages: Message[];
  pointer: string;
}

/** Does the receiver take each message that the sender may send? `action`: what the application does with them. */
export async function compareMessages(
  action: Action,
  [was, is]: readonly [Carrying, Carrying],
  where: string,
  between: Between,
): Promise<void> {
  const { report } = between;
  const { pairs, gone, come } = pairedMessages(was.messages, is.messages);
  const single = was.messages.length === 1 && is.messages.length === 1;
  const side = sideOf(action);
  for (const message of gone)
    report.note({
      ...{ rule: `${side}-message-removed`, level: 'breaking', kind: 'removed', noun: 'message' },
      ...{
        where: `${where} → ${nameOf(message)}`,
        old: message.pointer,
        at: is.pointer,
        witness: nameOf(message),
      },
    });
  for (const [before, after] of pairs) {
    const place = single ? where : `${where} → ${nameOf(before)}`;
    try {
      await compareMessage(action, [before, after], place, between);
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      report.unclear(place, error.reason, error.pointer);
    }
  }
  for (const message of come)
    report.note({
      ...{ rule: `${side}-message-added`, kind: 'added', where: `${where} → ${nameOf(message)}` },
      ...{ level: action === 'send' ? 'breaking' : 'compatible', noun: 'message', now: message.pointer },
      ...(action === 'send' ? { witness: nameOf(message) } : {}),
    });
}

/** How the rules about what the application does call it. */
const sideOf = (action: Action): 'sent' | 'received' => (action === 'send' ? 'sent' : 'received');

const nameOf = ({ names: [name = 'a message'] }: Message): string => name;

interface Paired {
  pairs: [Message, Message][];
  gone: Message[];
  come: Message[];
}

/** By what they are called, surest first; then by what they carry; then the only one that is left on both sides. */
export function pairedMessages(old: readonly Message[], now: readonly Message[]): Paired {
  const [gone, come] = [[...old], [...now]];
  const pairs: Paired['pairs'] = [];
  const pair = (fits: (was: Message, is: Message) => boolean): void => {
    for (const was of [...gone]) {
      const is = come.find((message) => fits(was, message));
      if (is === undefined) continue;
      pairs.push([was, is]);
      gone.splice(gone.indexOf(was), 1);
      come.splice(come.indexOf(is), 1);
    }
  };
  pair((was, is) => was.names[0] !== undefined && was.names[0] === is.names[0]);
  pair((was, is) => was.names.some((name) => is.names.includes(name)));
  const carried = ({ payload, format }: Message): string => canonical([format, payload.node ?? null]);
  pair((was, is) => carried(was) === carried(is));
  if (gone.length === 1 && come.length === 1 && old.length === 1 && now.length === 1) pair(() => true);
  return { pairs, gone, come };
}

async function compareMessage(
  action: Action,
  [was, is]: readonly [Message, Message],
  where: string,
  { old, now, report }: Between,
): Promise<void> {
  const places = { old: was.pointer, now: is.pointer };
  const named = new Set<string>();
  compareContentType([was, is], where, report);
  compareCorrelation(action, [was, is], where, report);
  compareBindings({ where, kind: 'message' }, was.bindings, is.bindings, report);
  const schemas = (part: string, before: Located, after: Located): void => {
    const [from, to]: [Side, Side] = [
      { document: old.document, place: before },
      { document: now.document, place: after },
    ];
    const message = action === 'send' ? 'response' : 'request';
    const [sender, receiver] = action === 'send' ? [to, from] : [from, to];
    report.schemas(
      { where: `${where} → ${part}`, message, media: is.contentType ?? '', named },
      sender,
      receiver,
    );
  };
  if (was.hasForeignHeaders || is.hasForeignHeaders) {
    const [before, after] = [
      closureOf(old.document.root, was.headers.node ?? null),
      closureOf(now.document.root, is.headers.node ?? null),
    ];
    if (was.hasForeignHeaders !== is.hasForeignHeaders || before !== after)
      report.unclear(`${where} → headers`, 'they are not described by JSON Schema', is.headers.pointer);
  } else schemas('headers', was.headers, is.headers);
  const [key, nextKey] = [keyOf(was.bindings), keyOf(is.bindings)];
  if (key.node !== undefined || nextKey.node !== undefined) schemas('key', key, nextKey);
  if (was.format !== is.format)
    report.note({
      ...{ rule: 'payload-format-changed', level: 'breaking', kind: 'changed', where, noun: 'format' },
      ...{
        reason: `the payload is ${formatWords(is)}, and was ${formatWords(was)}`,
        witness: formatWords(is),
      },
      ...places,
    });
  else if (was.format === 'json') schemas('payload', was.payload, is.payload);
  else report.include(await compareForeign(action, [was, is], `${where} → payload`, { old, now }));
  report.words(where, was.place, is.place);
}

const formatWords = ({ format, schemaFormat }: Message): string =>
  ({ json: 'JSON Schema', avro: 'Avro', protobuf: 'Protocol Buffers', other: schemaFormat })[format];

function compareContentType([was, is]: readonly [Message, Message], where: string, report: Report): void {
  const [before, after] = [was.contentType, is.contentType];
  if (before === after) return;
  // Nothing said of a payload in JSON Schema is JSON in every tool there is.
  const isJson = (message: Message): boolean =>
    message.contentType === null ? message.format === 'json' : /[/+]json$/.test(message.contentType);
  const isSaid = before !== null && after !== null;
  const level = isSaid ? 'breaking' : isJson(was) && isJson(is) ? 'compatible' : 'unknown';
  const words = (type: string | null): JsonValue => type ?? 'not said';
  report.note({
    ...{ kind: 'changed', where, noun: 'content type', old: was.pointer, now: is.pointer, level },
    rule: isSaid
      ? 'content-type-changed'
      : level === 'compatible'
        ? 'content-type-said'
        : 'content-type-unclear',
    reason: `the content type is ${words(after)}, and was ${words(before)}`,
    ...(isSaid ? { witness: words(after) } : {}),
  });
}

function compareCorrelation(
  action: Action,
  [was, is]: readonly [Message, Message],
  where: string,
  report: Report,
): void {
  if (was.correlation === is.correlation) return;
  const isNew = was.correlation === null;
  const level = !isNew ? 'breaking' : action === 'send' ? 'compatible' : 'unknown';
  report.note({
    ...{ kind: 'changed', where, noun: 'correlation id', old: was.pointer, now: is.pointer, level },
    rule: !isNew
      ? 'correlation-id-changed'
      : action === 'send'
        ? 'correlation-id-added'
        : 'correlation-id-expected',
    reason: `the correlation id is ${is.correlation ?? 'no longer there'}, and was ${was.correlation ?? 'not there'}`,
    ...(isNew ? {} : { witness: was.correlation ?? '' }),
  });
}
