import type { JsonValue } from '../../json.ts';
import type { Steps } from '../../regexp/index.ts';
import type { Verdict } from '../types.ts';
import { SchemaComparison } from './comparison.ts';
import { type Dialect, type Draft, declaredDraft, dialect, findRefSibling, inferDraft } from './dialect.ts';
import { checkBounds, Undecided } from './document.ts';
import { unknown } from './verdict.ts';
import { Work } from './work.ts';

export interface SchemaOptions {
  /** The draft of a schema that names none in its `$schema`; default: inferred from the keywords it uses. */
  dialect?: Draft;
  /** How many steps the search may take, taken from what several comparisons share; what is still open then is `unknown`. */
  steps?: Steps;
  /** What reading and trying may take besides the search; shared as well. */
  work?: Work;
}

/** What two schemas may take, both ways; the same on every machine, and about a second on a slow one. */
const STEPS = 25_000;

/**
 * Whether every JSON value that is valid under the old schema is valid under the new one. `equal` when the converse
 * is proved too; `breaking` comes with a value that Ajv confirmed to be valid under old and invalid under new;
 * `unknown` names the part that could not be decided. Formats are assertions, as in Ajv with ajv-formats, but never
 * prove anything beyond themselves. Remote references are not fetched. Throws nothing for any input.
 */
export function compareSchemas(
  oldSchema: JsonValue,
  newSchema: JsonValue,
  options: SchemaOptions = {},
): Verdict {
  const steps = options.steps ?? { left: STEPS };
  const work = options.work ?? new Work();
  try {
    checkBounds(oldSchema, work);
    checkBounds(newSchema, work);
    const dialects = {
      old: dialectOf('old', oldSchema, newSchema, options),
      new: dialectOf('new', newSchema, oldSchema, options),
    };
    const sides = [
      { schema: oldSchema, dialect: dialects.old },
      { schema: newSchema, dialect: dialects.new },
    ] as const;
    const verdict = new SchemaComparison(...sides, steps, work).verdict();
    const open = sides.find(({ schema, dialect }) => isOpen(dialect) && findRefSibling(schema) !== undefined);
    if (!open) return verdict;
    const [before, after] = sides.map((side) =>
      isOpen(side.dialect) ? { ...side, dialect: { ...side.dialect, refStandsAlone: false } } : side,
    );
    if (!before || !after) return verdict;
    const other = new SchemaComparison(before, after, steps, work).verdict();
    return bothWays(verdict, other, findRefSibling(open.schema) ?? '');
  } catch (error) {
    if (error instanceof Undecided) return unknown(error.why);
    // Deep recursion over hostile input ends here rather than the program.
    if (error instanceof RangeError) return unknown({ reason: 'schema is nested too deep', pointer: '' });
    throw error;
  }
}

/** Nobody said which draft it is, so nobody knows if keywords beside a `$ref` count. */
const isOpen = ({ declared, refStandsAlone }: Dialect): boolean => !declared && refStandsAlone;

/** What holds whichever way a schema of unknown draft is read. */
function bothWays(alone: Verdict, beside: Verdict, pointer: string): Verdict {
  if (alone.verdict === beside.verdict || alone.verdict === 'unknown') return alone;
  if (beside.verdict === 'unknown') return beside;
  if (alone.verdict !== 'breaking' && beside.verdict !== 'breaking') return { verdict: 'compatible' };
  const reason =
    "whether keywords next to a '$ref' apply depends on the draft, and there is no '$schema' to name it";
  return unknown({ reason, pointer: `${pointer}/$ref`, keyword: '$ref' });
}

/** The dialect of one side of two: as it says, as the caller says, or by its keywords. */
export function dialectOf(
  side: string,
  schema: JsonValue,
  other: JsonValue,
  options: SchemaOptions,
): Dialect {
  const declared = declaredDraft(schema);
  if (declared === 'unsupported')
    throw new Undecided({
      reason: `the '$schema' of the ${side} side is older than draft 4`,
      pointer: '/$schema',
      keyword: '$schema',
    });
  if (declared) return dialect(declared, true);
  if (options.dialect) return dialect(options.dialect, true);
  const inferred = inferDraft(schema);
  const neighbour = declaredDraft(other);
  const isPlain = inferred === '2020-12' || inferred === 'draft-07';
  if (!isPlain || !neighbour || neighbour === 'unsupported') return dialect(inferred, false);
  return dialect(near(neighbour, inferred), false);
}

/** Beside a schema that declares its draft, one that declares none is likely of the same age. */
function near(neighbour: Draft, inferred: Draft): Draft {
  const isOld = (draft: Draft): boolean => draft.startsWith('draft-');
  return isOld(neighbour) || isOld(neighbour) === isOld(inferred) ? neighbour : inferred;
}
