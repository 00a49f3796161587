import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import t from 'tap';
import { compareSchemas } from '../../../lib/compat/schema/index.ts';
import type { JsonValue } from '../../../lib/json.ts';
import { anySeed, seedOr } from '../../helpers/values/seed.ts';
import { document, pair, value } from './arbitrary.ts';

/** `REALM_NIGHTLY=1` for a long run. */
const nightly = process.env.REALM_NIGHTLY === '1';
const scale = nightly ? 40 : 1;
const PAIRS = nightly ? 4_800 : 60;
const seed = seedOr(nightly ? anySeed() : 20_251);
const values = fc.sample(value(3), { numRuns: 300, seed });

type Judge = (value: JsonValue) => boolean | undefined;

/** Ajv as anyone would set it up, told nothing by the code under test; `undefined` where Ajv itself breaks down. */
function ajvFor(schema: JsonValue): Judge | undefined {
  const ajv = new Ajv2020({ strict: false, ownProperties: true, logger: false });
  try {
    const validate = ajv.compile(schema as object);
    return (value) => {
      try {
        return validate(value) === true;
      } catch {
        return undefined;
      }
    };
  } catch {
    return undefined;
  }
}

t.test('no value gets past a compatible verdict, and every witness is one', async (t) => {
  const counts = { breaking: 0, compatible: 0, equal: 0, unknown: 0 };
  let attacks = 0;
  let accepted = 0;
  for (const [old, next] of fc.sample(pair(), { numRuns: PAIRS, seed })) {
    const [before, after] = [ajvFor(old), ajvFor(next)];
    if (!before || !after) continue;
    const verdict = compareSchemas(old, next);
    counts[verdict.verdict]++;
    if (verdict.verdict === 'breaking') {
      const confirmed = before(verdict.witness) === true && after(verdict.witness) === false;
      if (!confirmed) t.fail('witness is none', { seed, old, new: next, verdict });
    }
    if (verdict.verdict !== 'compatible' && verdict.verdict !== 'equal') continue;
    for (const value of values) {
      attacks++;
      const [was, is] = [before(value), after(value)];
      if (was) accepted++;
      if (was === true && is === false) t.fail(`false ${verdict.verdict}`, { seed, old, new: next, value });
      if (verdict.verdict === 'equal' && was === false && is === true)
        t.fail('false equal', { seed, old, new: next, value });
    }
  }
  t.comment(
    `seed ${seed}: ${JSON.stringify(counts)}, ${attacks} attacks with ${accepted} values valid under old`,
  );
  t.ok(
    counts.compatible + counts.equal > PAIRS / 10 && counts.breaking > PAIRS / 10,
    'both verdicts occur often',
  );
  t.ok(counts.unknown <= 0.04 * PAIRS + 1, `${counts.unknown} unknown`);
});

t.test('containment is reflexive, whatever the spelling', async (t) => {
  let [equal, unknown] = [0, 0];
  for (const schema of fc.sample(document(), { numRuns: 40 * scale, seed })) {
    if (!ajvFor(schema)) continue;
    t.equal(compareSchemas(schema, structuredClone(schema)).verdict, 'equal');
    // The same in other words, so that equality must be proved.
    const verdict = compareSchemas(schema, {
      ...(schema as object),
      not: { not: {} },
      anyOf: [{}, false],
    }).verdict;
    if (verdict === 'unknown') unknown++;
    else if (verdict === 'equal') equal++;
    else t.fail(`${verdict} to itself`, { seed, schema });
  }
  t.comment(`${equal} equal, ${unknown} unknown`);
});

t.test('containment is transitive', async (t) => {
  let chains = 0;
  const links = fc.sample(fc.tuple(document(1), document(1), document(1)), { numRuns: 80 * scale, seed });
  for (const [a, b, c] of links) {
    // A union and an intersection make chains that random schemas seldom are.
    const wider: JsonValue = {
      ...(a as object),
      allOf: [{ anyOf: [{ allOf: rootOf(a) }, { allOf: rootOf(b) }] }],
    };
    const widest: JsonValue = { ...(a as object), allOf: [{ anyOf: [wider, { allOf: rootOf(c) }] }] };
    const steps = [compareSchemas(a, wider), compareSchemas(wider, widest)];
    if (!steps.every(({ verdict }) => verdict === 'compatible' || verdict === 'equal')) continue;
    chains++;
    const { verdict } = compareSchemas(a, widest);
    if (verdict === 'breaking') t.fail('not transitive', { seed, a, b, c });
  }
  t.comment(`${chains} chains`);
  t.ok(chains > 10 * scale);
});

/** What a generated document asserts; its definition is dropped, so only those without references take part. */
const rootOf = (schema: JsonValue): JsonValue =>
  JSON.stringify((schema as { allOf: JsonValue }).allOf).includes('$ref')
    ? [true]
    : (schema as { allOf: JsonValue }).allOf;
