import type { Model } from '../model/model.ts';
import { optionOf } from '../model/options.ts';
import { type Definition, qualified, resolved } from '../model/tree.ts';
import type { ProtoMethod } from '../parse/types.ts';
import { optionChanges } from './options.ts';
import type { Comparison, RuleName } from './report.ts';

type ServiceDefinition = Definition & { kind: 'service' };

/** Two versions of a service. */
export function compareServices(
  comparison: Comparison,
  old: ServiceDefinition,
  now: ServiceDefinition,
): void {
  const rest = new Map(now.of.methods.map((method) => [method.name, method]));
  for (const method of old.of.methods) {
    const same = rest.get(method.name);
    rest.delete(method.name);
    const where = `${old.name}/${method.name}`;
    const at = `${old.pointer}/${method.name}`;
    if (same === undefined)
      comparison.add('rpc-no-delete', {
        ...{
          kind: 'removed',
          where,
          old: at,
          reason: `method '${method.name}' was removed from '${old.name}'`,
        },
        witness: `/${old.name}/${method.name}`,
      });
    else compareMethods(comparison, [old, method], [now, same], where);
  }
  for (const { name } of rest.values())
    comparison.add('rpc-added', {
      ...{ kind: 'added', where: `${now.name}/${name}`, now: `${now.pointer}/${name}` },
      reason: `method '${name}' was added to '${now.name}'`,
    });
}

function compareMethods(
  comparison: Comparison,
  [old, was]: [ServiceDefinition, ProtoMethod],
  [now, is]: [ServiceDefinition, ProtoMethod],
  where: string,
): void {
  const places = { where, old: `${old.pointer}/${was.name}`, now: `${now.pointer}/${is.name}` };
  const changed = (rule: RuleName, what: string, from: string, to: string): void => {
    if (from !== to)
      comparison.add(rule, {
        ...{ kind: 'changed', ...places, witness: `/${old.name}/${was.name}` },
        reason: `${what} of '${where}' changed from '${from}' to '${to}'`,
      });
  };
  const before = (name: string): string => comparison.renamed(typeOf(comparison.old, old, name));
  const after = (name: string): string => typeOf(comparison.now, now, name);
  changed('rpc-same-request-type', 'the request', before(was.input), after(is.input));
  changed('rpc-same-response-type', 'the response', before(was.output), after(is.output));
  const stream = (streams: boolean): string => (streams ? 'a stream' : 'one message');
  changed(
    'rpc-same-client-streaming',
    'the request',
    stream(was.clientStreaming),
    stream(is.clientStreaming),
  );
  changed(
    'rpc-same-server-streaming',
    'the response',
    stream(was.serverStreaming),
    stream(is.serverStreaming),
  );
  const level = ({ options }: ProtoMethod): string =>
    String(optionOf(options, 'idempotency_level') ?? 'IDEMPOTENCY_UNKNOWN');
  changed('rpc-same-idempotency-level', 'the idempotency', level(was), level(is));
  optionChanges(comparison, places, was.options, is.options);
}

/** The full name of a method's type; one that is not defined stays as it is written. */
const typeOf = ({ registry }: Model, service: Definition, name: string): string =>
  resolved(
    (full) => registry.getMessage(full) !== undefined,
    qualified(service.file.package, service.of.name),
    name,
  ) ?? name.replace(/^\./, '');
