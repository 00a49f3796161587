import { canonical, type JsonValue } from '../../json.ts';
import type { Verdict } from '../types.ts';
import { blame } from './blame.ts';
import { Judge } from './confirm.ts';
import { type Dialect, type Draft, declaredDraft, inferDraft } from './dialect.ts';
import { checkBounds, Document, Undecided } from './document.ts';
import { type Formula, Formulas, type Why } from './formula.ts';
import { Parser } from './parse.ts';
import { type Outcome, Solver } from './solve.ts';

export interface SchemaOptions {
  /** The draft of a schema that names none in its `$schema`; default: inferred from the keywords it uses. */
  dialect?: Draft;
  /** Milliseconds after which what is still open is `unknown`; default 180. */
  budgetMs?: number;
}

const maxSteps = 20_000;
const maxCandidates = 12;

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
  try {
    return compare(oldSchema, newSchema, options);
  } catch (error) {
    if (error instanceof Undecided) return unknown(error.why);
    // Deep recursion over hostile input ends here rather than the program.
    if (error instanceof RangeError) return unknown({ reason: 'schema is nested too deep', pointer: '' });
    throw error;
  }
}

function compare(oldSchema: JsonValue, newSchema: JsonValue, options: SchemaOptions): Verdict {
  const deadline = performance.now() + (options.budgetMs ?? 180);
  checkBounds(oldSchema);
  checkBounds(newSchema);
  const formulas = new Formulas();
  const parsers = { old: parserOf('old', oldSchema), new: parserOf('new', newSchema) };
  const before = parsers.old.readAll();
  const after = parsers.new.readAll();
  if (before === after || isSameText(parsers.old.document, parsers.new.document)) return { verdict: 'equal' };

  const { outcome, witness } = findWitness(before, after);
  if (witness) return breaking(witness.value);
  if (outcome.is === 'unsat') return { verdict: isContained(after, before) ? 'equal' : 'compatible' };
  return unknown(
    outcome.is === 'sat' && outcome.sure ? { reason: 'undecided', pointer: '' } : whyOf(outcome),
  );

  function parserOf(side: 'old' | 'new', schema: JsonValue): Parser {
    const other = side === 'old' ? newSchema : oldSchema;
    return new Parser(formulas, new Document(side, schema, dialectOf(side, schema, other, options)));
  }

  function findWitness(
    inside: Formula,
    outside: Formula,
  ): { outcome: Outcome; witness?: { value: JsonValue } } {
    const judges = { old: new Judge(parsers.old.document), new: new Judge(parsers.new.document) };
    const solver = new Solver(formulas, { steps: maxSteps, deadline });
    let witness: { value: JsonValue } | undefined;
    let candidates = 0;
    const outcome = solver.search([inside, formulas.not(outside)], (value) => {
      if (++candidates > maxCandidates) return false;
      if (judges.old.accepts(value) !== true || judges.new.accepts(value) !== false) return false;
      witness = { value };
      return true;
    });
    return witness ? { outcome, witness } : { outcome };
  }

  function isContained(inside: Formula, outside: Formula): boolean {
    const solver = new Solver(formulas, { steps: maxSteps / 4, deadline });
    return solver.search([inside, formulas.not(outside)], () => true).is === 'unsat';
  }

  function breaking(witness: JsonValue): Verdict {
    const { pointer, keyword } = blame(parsers.new, parsers.new.document.root, witness);
    const reason = `'${keyword}' rejects a value that was valid before`;
    return { verdict: 'breaking', witness, pointer, keyword, reason };
  }
}

/** The same text under the same rules means the same, whatever it means. */
const isSameText = (a: Document, b: Document): boolean =>
  a.dialect.draft === b.dialect.draft &&
  a.dialect.declared === b.dialect.declared &&
  canonical(a.root.schema) === canonical(b.root.schema);

function dialectOf(side: string, schema: JsonValue, other: JsonValue, options: SchemaOptions): Dialect {
  const declared = declaredDraft(schema);
  if (declared === 'unsupported')
    throw new Undecided({
      reason: `the '$schema' of the ${side} side is a draft before 4`,
      pointer: '/$schema',
      keyword: '$schema',
    });
  if (declared) return { draft: declared, declared: true };
  if (options.dialect) return { draft: options.dialect, declared: true };
  const inferred = inferDraft(schema);
  const neighbour = declaredDraft(other);
  const isPlain = inferred === '2020-12' || inferred === 'draft-07';
  return {
    draft: isPlain && neighbour && neighbour !== 'unsupported' ? near(neighbour, inferred) : inferred,
    declared: false,
  };
}

/** Beside a schema that declares its draft, one that declares none is likely of the same age. */
const near = (neighbour: Draft, inferred: Draft): Draft => {
  const isOld = (draft: Draft): boolean => draft.startsWith('draft-');
  return isOld(neighbour) || isOld(neighbour) === isOld(inferred) ? neighbour : inferred;
};

const whyOf = (outcome: Outcome): Why =>
  'why' in outcome ? outcome.why : { reason: 'undecided', pointer: '' };

const unknown = (why: Why): Verdict => ({
  verdict: 'unknown',
  reason: why.reason,
  pointer: why.pointer,
  ...(why.keyword === undefined ? {} : { keyword: why.keyword }),
});
