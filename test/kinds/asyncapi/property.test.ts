import { Ajv, type ValidateFunction } from 'ajv';
import t from 'tap';
import type { JsonObject } from '../../../lib/json.ts';
import { compareAsyncapi } from '../../../lib/kinds/asyncapi/compare/index.ts';
import { anySeed, seedOr } from '../../helpers/values/seed.ts';
import { changed, type Described, dataOf, schemaOf, written } from './documents.ts';

/** `REALM_NIGHTLY=1` for a long run. */
const nightly = process.env.REALM_NIGHTLY === '1';
const PAIRS = nightly ? 6_000 : 300;
/** Messages of each kind that are sent in a pair that does not break. */
const MESSAGES = 6;
const seed = seedOr(nightly ? anySeed() : 20_266);

/** Mulberry32: the same numbers for the same seed. */
function generator(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ajv = new Ajv({ strict: false, allErrors: false, logger: false });
const compiled = (schema: JsonObject): ValidateFunction => ajv.compile(schema);

/** A description, and another version of it. */
function pairOf(random: () => number): [Described[], Described[]] {
  const addresses = ['a', 'b.c', 'd/e'].filter(() => random() < 0.6);
  const old = (addresses.length === 0 ? ['a'] : addresses).map(
    (address): Described => ({
      address,
      action: random() < 0.5 ? 'send' : 'receive',
      messages: ['x', 'y']
        .filter((name) => name === 'x' || random() < 0.4)
        .map((name) => ({ name, payload: schemaOf(random) })),
    }),
  );
  const now = structuredClone(old);
  if (random() < 0.1) now.pop();
  for (const topic of now)
    for (const message of topic.messages)
      if (random() < 0.5) message.payload = changed(random, message.payload);
  const [first] = now;
  if (first !== undefined && random() < 0.1) first.messages.push({ name: 'z', payload: schemaOf(random) });
  if (first !== undefined && random() < 0.1) first.messages.splice(0, 1);
  if (random() < 0.2)
    now.push({ address: 'new', action: 'send', messages: [{ name: 'x', payload: schemaOf(random) }] });
  return [old, now.filter(({ messages }) => messages.length > 0)];
}

t.test('no message gets past a verdict that nothing breaks, as Ajv reads it', async (t) => {
  const random = generator(seed);
  const counts = { breaking: 0, compatible: 0, equal: 0, unknown: 0 };
  let sent = 0;
  for (let nth = 0; nth < PAIRS; nth++) {
    const [old, now] = pairOf(random);
    const documents = [written(random, old), written(random, now)] as const;
    const { verdict, changes } = await compareAsyncapi(...documents);
    counts[verdict.verdict]++;
    const shown = documents.map((document) => JSON.stringify(document)).join('\n');
    if (
      verdict.verdict === 'breaking' &&
      !changes.some((change) => change.level === 'breaking' && change.where)
    )
      t.fail(`breaking without a change that breaks\n${shown}`);
    if (verdict.verdict === 'breaking' || verdict.verdict === 'unknown') continue;
    for (const { address, action, messages } of old) {
      const next = now.find((topic) => topic.address === address && topic.action === action);
      if (next === undefined) {
        t.fail(`${action} ${address} is gone\n${shown}`);
        continue;
      }
      for (const { name, payload } of action === 'send' ? next.messages : messages) {
        const all = action === 'send' ? messages : next.messages;
        const own = all.filter((other) => other.name === name);
        // What a message is called is not written on it: the only one of a channel may have another name.
        const receivers = own.length > 0 || all.length > 1 ? own : all;
        const [from, to] = [compiled(payload), receivers.map((receiver) => compiled(receiver.payload))];
        for (let message = 0; message < MESSAGES; message++) {
          const data = dataOf(random, payload);
          if (!from(data)) continue;
          sent += 1;
          if (!to.some((accepts) => accepts(data)))
            t.fail(`${action} ${address}: ${JSON.stringify(data)} is refused\n${shown}`);
        }
      }
    }
  }
  t.comment(`seed ${seed}: ${PAIRS} pairs, ${JSON.stringify(counts)}, ${sent} messages sent`);
  t.ok(counts.compatible + counts.equal > PAIRS / 6, 'nothing breaks in many pairs');
  t.ok(counts.breaking > PAIRS / 6, 'many break');
  t.ok(sent > PAIRS, 'many messages were sent');
  t.ok(counts.unknown < PAIRS / 20, `${counts.unknown} of ${PAIRS} unknown`);
});
