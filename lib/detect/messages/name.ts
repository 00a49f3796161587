import type { Evaluator } from '../evaluate/evaluator.ts';
import type { Hole, Located } from '../evaluate/values.ts';

/** A name as it is written on the wire, with `{}` for what is only known at run time; or why it is not known at all. */
export type Name = { address: string } | { why: string };

/** The names that an expression, or each element of a list, may be. */
export function nameIn(at: Located, e: Evaluator): Name[] {
  const found = e.elements(at).flatMap((item) => e.texts(item).map(nameOf));
  return found.length > 0 ? found : [{ why: 'no name was found in the list' }];
}

function nameOf(pieces: readonly (string | Hole)[]): Name {
  const open = pieces.find((piece): piece is Hole => typeof piece !== 'string');
  const text = pieces.map((piece) => (typeof piece === 'string' ? placed(piece) : '{}')).join('');
  const address = channelOf(text);
  if (/[^{}./:_-]/.test(address)) return { address };
  return { why: open === undefined ? 'the name is empty, or a pattern' : whyOf(open) };
}

const whyOf = ({ why, label }: Hole): string => (label === '' ? why : `${label}: ${why}`);

/** Spring's `${orders.topic:orders}` is its default; without one, or as an expression, it is not known. */
const placed = (piece: string): string =>
  piece.replaceAll(/[$#]\{([^{}:]*)(?::([^{}]*))?\}/g, (_, _name: string, usual?: string) => usual ?? '{}');

/** The queue of an address of SQS, the topic of an ARN; the wildcards of NATS and MQTT are places for one level. */
function channelOf(text: string): string {
  const queue = /^https?:\/\/[^/]+\/[^/]+\/([^/]+)$/.exec(text)?.[1];
  const resource = /^arn:[^:]*:(?:sqs|sns|events):[^:]*:[^:]*:(.+)$/.exec(text)?.[1];
  return (queue ?? resource?.replace(/^event-bus\//, '') ?? text)
    .split(/(?<=[./])|(?=[./])/)
    .map((level) => (/^[*+>#]$/.test(level) ? '{}' : level))
    .join('');
}
