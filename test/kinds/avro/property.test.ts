import avsc from 'avsc';
import t from 'tap';
import type { JsonObject } from '../../../lib/json.ts';
import { compareAvro } from '../../../lib/kinds/avro/compare.ts';
import { anySeed, seedOr } from '../../helpers/values/seed.ts';
import { datumOf, pairOfSchemas } from './schemas.ts';

/** `REALM_NIGHTLY=1` for a long run. */
const nightly = process.env.REALM_NIGHTLY === '1';
const PAIRS = nightly ? 6_000 : 400;
/** Data of a pair that does not break. */
const DATA = 6;
const seed = seedOr(nightly ? anySeed() : 20_265);

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

const typeOf = (schema: JsonObject): avsc.Type | undefined => {
  try {
    return avsc.Type.forSchema(structuredClone(schema) as never, { wrapUnions: true });
  } catch {
    return undefined;
  }
};

t.test(
  'no datum gets past a verdict that nothing breaks, and every witness is refused, as the codec reads it',
  async (t) => {
    const random = generator(seed);
    const counts = { breaking: 0, compatible: 0, equal: 0, unknown: 0 };
    let [tried, shown, unread, stricter] = [0, 0, 0, 0];
    for (let nth = 0; nth < PAIRS; nth++) {
      const [old, now] = pairOfSchemas(random);
      const { verdict, changes } = await compareAvro(old, now);
      counts[verdict.verdict]++;
      shown += changes.some(({ witness }) => typeof witness === 'object') ? 1 : 0;
      const [writer, reader] = [typeOf(old), typeOf(now)];
      if (writer === undefined || reader === undefined) {
        unread += 1;
        continue;
      }
      const pair = `${JSON.stringify(old)}\n${JSON.stringify(now)}`;
      let resolver: ReturnType<avsc.Type['createResolver']> | undefined;
      let refused = '';
      try {
        resolver = reader.createResolver(writer);
      } catch (error) {
        refused = String(error);
      }
      const isSaid = verdict.verdict === 'compatible' || verdict.verdict === 'equal';
      if (isSaid && resolver === undefined) t.fail(`${refused}\n${pair}`);
      if (verdict.verdict === 'breaking' && resolver !== undefined)
        t.fail(`${verdict.reason}, and the codec reads it\n${pair}`);
      if (verdict.verdict === 'unknown' && resolver !== undefined) stricter += 1;
      if (!isSaid || resolver === undefined) continue;
      for (let datum = 0; datum < DATA; datum++) {
        tried += 1;
        try {
          reader.toBuffer(
            reader.fromBuffer(
              writer.toBuffer(writer.fromString(JSON.stringify(datumOf(random, old)))),
              resolver,
            ),
          );
        } catch (error) {
          t.fail(`${error}\n${pair}`);
          break;
        }
      }
    }
    t.comment(
      `seed ${seed}: ${PAIRS} pairs, ${JSON.stringify(counts)}, ${unread} not read by the codec, ${tried} data tried, ${shown} with a datum as witness, ${stricter} unknown that it reads`,
    );
    t.ok(counts.compatible > PAIRS / 10, 'nothing breaks in many pairs');
    t.ok(
      counts.breaking > PAIRS / 10 && shown > counts.breaking / 2,
      'many break, with a datum that shows it',
    );
    t.ok(tried > PAIRS / 2, 'many data were tried');
    t.ok(counts.unknown < PAIRS / 20, `${counts.unknown} of ${PAIRS} unknown`);
    t.ok(unread < PAIRS / 10, `${unread} of ${PAIRS} not read by the codec`);
  },
);
