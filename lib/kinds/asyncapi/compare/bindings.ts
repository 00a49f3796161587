import { isObject, type JsonObject, type JsonValue, sameJson } from '../../../json.ts';
import { type Located, member } from '../../openapi/compare/document.ts';
import type { Report } from '../../openapi/compare/report.ts';

interface Bound {
  where: string;
  kind: 'channel' | 'operation' | 'message';
}

/** What has no effect on anybody who sends or receives. */
const HARMLESS: Record<Bound['kind'], ReadonlySet<string>> = {
  channel: new Set(['kafka.replicas', 'kafka.topic']),
  operation: new Set(['kafka.clientId', 'kafka.groupId', 'amqp.ack']),
  // Compared as the schema that it is.
  message: new Set(['kafka.key']),
};

/**
 * What a protocol says beside the specification. Each setting that changed is named: what it does to users (partitions, retention,
 * exchanges, quality of service) is nothing that a document shows.
 */
export function compareBindings({ where, kind }: Bound, was: Located, is: Located, report: Report): void {
  const [before, after] = [settingsIn(was.node), settingsIn(is.node)];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(name), after.get(name)];
    if (HARMLESS[kind].has(name) || (old !== undefined && now !== undefined && sameJson(old, now))) continue;
    const [protocol = '', key = ''] = name.split('.', 2);
    const at = ({ pointer }: Located): string => `${pointer}/${protocol}/${key}`;
    const said =
      old === undefined
        ? 'was added'
        : now === undefined
          ? 'was removed'
          : `changed from ${text(old)} to ${text(now)}`;
    report.note({
      ...{ rule: 'binding-changed', level: 'unknown', kind: 'changed', where: `${where} → binding ${name}` },
      ...{ noun: 'binding', reason: `${name} ${said}` },
      ...(old === undefined ? {} : { old: at(was) }),
      ...(now === undefined ? {} : { now: at(is) }),
    });
  }
}

const text = (value: JsonValue): string => (typeof value === 'object' ? 'one value' : String(value));

function settingsIn(node: JsonValue | undefined): Map<string, JsonValue> {
  const found = new Map<string, JsonValue>();
  for (const [protocol, binding] of Object.entries(isObject(node) ? node : {}))
    for (const [key, value] of Object.entries(isObject(binding) ? binding : ({} as JsonObject)))
      if (key !== 'bindingVersion' && !key.startsWith('x-') && !protocol.startsWith('x-'))
        found.set(`${protocol}.${key}`, value);
  return found;
}

/** Several channels or operations at one address are compared as a whole: which of them is which is not known. */
export function compareOthers(
  was: { others: readonly string[]; pointer: string },
  is: { others: readonly string[]; pointer: string },
  where: string,
  report: Report,
): void {
  if (was.others.length <= 1 && is.others.length <= 1) return;
  const [before, after] = [was, is].map(({ others }) => [...new Set(others)].sort().join('\n'));
  if (before === after) return;
  const reason = 'of several at this address, what one says beside its messages changed';
  report.unclear(where, reason, is.pointer);
}

/** The schema of the key of a message of Kafka. */
export const keyOf = (bindings: Located): Located => member(member(bindings, 'kafka'), 'key');
