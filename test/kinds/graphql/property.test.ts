import { buildSchema, type GraphQLSchema, validateSchema } from 'graphql';
import t from 'tap';
import { compareGraphql } from '../../../lib/kinds/graphql/compare.ts';
import { type Random, randomFrom } from '../../helpers/generated/random.ts';
import { anySeed, seedOr } from '../../helpers/values/seed.ts';
import { accepts, operationFor, surprise } from './operations.ts';
import { edited, printed, schemaFrom } from './schemas.ts';

/** `REALM_NIGHTLY=1` for a long run. */
const nightly = process.env.REALM_NIGHTLY === '1';
const PAIRS = nightly ? 5_000 : 300;
const OPERATIONS = nightly ? 15 : 8;
const seed = seedOr(nightly ? anySeed() : 20_264);

interface Side {
  sdl: string;
  schema: GraphQLSchema;
}

/** Two schemas that are valid, the second one an edit of the first. */
function pairFrom(random: Random): [Side, Side] {
  for (;;) {
    const model = schemaFrom(random);
    const old = sideOf(printed(model));
    // Most edits of one schema leave it valid, or a few more do.
    for (let tries = 0; old && tries < 5; tries++) {
      const now = sideOf(printed(edited(model, random)));
      if (now && now.sdl !== old.sdl) return [old, now];
    }
  }
}

function sideOf(sdl: string): Side | undefined {
  try {
    const schema = buildSchema(sdl);
    return validateSchema(schema).length === 0 ? { sdl, schema } : undefined;
  } catch {
    return undefined;
  }
}

t.test('no operation gets past a verdict that nothing breaks', async (test) => {
  const random = randomFrom(seed);
  const counts = { breaking: 0, compatible: 0, equal: 0, unknown: 0 };
  let [asked, refusals] = [0, 0];
  for (let nth = 0; nth < PAIRS; nth++) {
    const [old, now] = pairFrom(random);
    const { verdict } = await compareGraphql(old.sdl, now.sdl);
    counts[verdict.verdict]++;
    const holds = verdict.verdict === 'compatible' || verdict.verdict === 'equal';
    for (let times = 0; times < (holds ? OPERATIONS : 1); times++) {
      const operation = operationFor(old.schema, random);
      if (!operation) continue;
      asked++;
      const isRefused = !accepts(now.schema, operation);
      const why = isRefused ? 'refused' : surprise(old.schema, now.schema, operation);
      if (why !== undefined) refusals++;
      if (holds && why !== undefined)
        test.fail(`${why}: ${JSON.stringify(operation)}\n${old.sdl}\n\n${now.sdl}`);
    }
  }
  test.comment(
    `seed ${seed}: ${JSON.stringify(counts)}, ${asked} operations, ${refusals} no longer answered alike`,
  );
  test.ok(counts.compatible + counts.equal > PAIRS / 10, 'nothing breaks in many pairs');
  test.ok(refusals > PAIRS / 30, 'some operations are refused where something breaks');
  test.ok(counts.unknown <= PAIRS / 4, `${counts.unknown} of ${PAIRS} unknown`);
});
