import t from 'tap';
import { compareProtobuf } from '../../../lib/kinds/protobuf/compare/index.ts';
import { libraries, modelOf } from '../../../lib/kinds/protobuf/model/model.ts';
import { anySeed, seedOr } from '../../helpers/values/seed.ts';
import { broken } from './judge.ts';
import { pairOfFiles } from './trees.ts';

/** `REALM_NIGHTLY=1` for a long run. */
const nightly = process.env.REALM_NIGHTLY === '1';
const PAIRS = nightly ? 6_000 : 300;
/** Messages of a pair that does not break. */
const MESSAGES = 12;
const seed = seedOr(nightly ? anySeed() : 20_264);

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

t.test('no message gets past a verdict that nothing breaks, as the codec reads it', async (t) => {
  const random = generator(seed);
  const loaded = await libraries();
  const counts = { breaking: 0, compatible: 0, equal: 0, unknown: 0 };
  let [tried, shown, unread] = [0, 0, 0];
  for (let nth = 0; nth < PAIRS; nth++) {
    const [old, now] = pairOfFiles(random);
    const level = nth % 2 === 0 ? 'wire' : 'wire-json';
    const { verdict, changes } = await compareProtobuf(old, now, level);
    counts[verdict.verdict]++;
    shown += changes.some(({ witness }) => typeof witness === 'object') ? 1 : 0;
    const models = [old, now].map((text) => modelOf(loaded, new Map([['a.proto', text]])));
    const [before, after] = models;
    if (before === undefined || after === undefined || 'faults' in before || 'faults' in after) {
      unread += 1;
      t.equal(verdict.verdict, 'unknown');
      continue;
    }
    if (verdict.verdict !== 'compatible' && verdict.verdict !== 'equal') continue;
    for (let message = 0; message < MESSAGES; message++) {
      tried += 1;
      const why = broken([before.registry, after.registry], random, level);
      if (why !== null) {
        t.fail(`${level}: ${why}\n${old}\n${now}`);
        break;
      }
    }
  }
  t.comment(
    `seed ${seed}: ${PAIRS} pairs, ${JSON.stringify(counts)}, ${unread} not read, ${tried} messages tried, ${shown} with a message as witness`,
  );
  t.ok(counts.compatible + counts.equal > PAIRS / 10, 'nothing breaks in many pairs');
  t.ok(tried > PAIRS, 'many messages were tried');
  t.ok(counts.unknown < PAIRS / 3, `${counts.unknown} of ${PAIRS} unknown`);
});
