import { canonical, type JsonValue } from '../../json.ts';
import type { Steps } from '../../regexp/index.ts';
import type { Verdict } from '../types.ts';
import { blame } from './blame.ts';
import { Judge } from './confirm.ts';
import type { Dialect } from './dialect.ts';
import { Document } from './document.ts';
import { type Formula, Formulas } from './formula.ts';
import type { Outcome } from './outcome.ts';
import { Parser } from './parse.ts';
import { Solver } from './solve.ts';
import { unknown } from './verdict.ts';
import { OutOfWork, type Work } from './work.ts';

export interface Side {
  schema: JsonValue;
  dialect: Dialect;
}

const maxSteps = 20_000;
const maxCandidates = 12;

/** One comparison of two schemas, each read by its own dialect. Throws `Undecided` where one is not a schema. */
export class SchemaComparison {
  readonly #formulas: Formulas;
  readonly #old: Parser;
  readonly #new: Parser;
  readonly #steps: Steps;

  constructor(before: Side, after: Side, steps: Steps, work: Work) {
    this.#formulas = new Formulas(work);
    this.#old = new Parser(this.#formulas, new Document('old', before.schema, before.dialect, work));
    this.#new = new Parser(this.#formulas, new Document('new', after.schema, after.dialect, work));
    this.#steps = steps;
  }

  verdict(): Verdict {
    const before = this.#old.readAll();
    const after = this.#new.readAll();
    if (before === after || isSameText(this.#old.document, this.#new.document)) return { verdict: 'equal' };
    const { outcome, witness } = this.#attack(before, after);
    if (witness) return this.#breaking(witness.value);
    if (outcome.is === 'unsat')
      return { verdict: this.#tried(() => this.#isContained(after, before)) ? 'equal' : 'compatible' };
    return unknown('why' in outcome ? outcome.why : { reason: 'undecided', pointer: '' });
  }

  /** Looks for a value of old that is none of new; only one that Ajv sees the same way is a witness. */
  #attack(before: Formula, after: Formula): { outcome: Outcome; witness?: { value: JsonValue } } {
    const judges = { old: new Judge(this.#old.document), new: new Judge(this.#new.document) };
    const solver = this.#solver(maxSteps);
    let witness: { value: JsonValue } | undefined;
    let candidates = 0;
    const outcome = solver.search([before, this.#formulas.not(after)], (value) => {
      if (++candidates > maxCandidates) return false;
      if (judges.old.accepts(value) !== true || judges.new.accepts(value) !== false) return false;
      witness = { value };
      return true;
    });
    return witness ? { outcome, witness } : { outcome };
  }

  #solver(most: number): Solver {
    return new Solver(this.#formulas, { steps: most, shared: this.#steps });
  }

  #isContained(inside: Formula, outside: Formula): boolean {
    const solver = this.#solver(maxSteps / 4);
    return solver.search([inside, this.#formulas.not(outside)], () => true).is === 'unsat';
  }

  /** Something more that would be good to know, where there is work left for it. */
  #tried<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      if (error instanceof OutOfWork) return undefined;
      throw error;
    }
  }

  #breaking(witness: JsonValue): Verdict {
    const { root } = this.#new.document;
    const { pointer, keyword } = this.#tried(() => blame(this.#new, root, witness)) ?? {
      pointer: '',
      keyword: '',
    };
    const reason = `${keyword === '' ? 'the schema' : `'${keyword}'`} rejects a value that was valid before`;
    return { verdict: 'breaking', witness, pointer, keyword, reason };
  }
}

/** The same text under the same rules means the same, whatever it means. */
const isSameText = (a: Document, b: Document): boolean =>
  a.dialect.draft === b.dialect.draft &&
  a.dialect.declared === b.dialect.declared &&
  canonical(a.root.schema) === canonical(b.root.schema);
