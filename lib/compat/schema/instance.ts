import type { JsonValue } from '../../json.ts';
import { type Fault, Judge } from './confirm.ts';
import { checkBounds, Document, Undecided } from './document.ts';
import { dialectOf } from './index.ts';
import { OutOfWork, Work } from './work.ts';

/** Whether a value is valid under a schema: `null` where it is, its fault, or why that cannot be decided. */
export type Opinion = { fault: Fault | null } | { why: string };

/**
 * What Ajv says of values under one schema, in counted steps. Formats are assertions, as in comparisons; remote references are
 * not fetched, and where it depends on one the answer is open. Throws nothing for any input.
 */
export function opinionsUnder(schema: JsonValue): (value: JsonValue) => Opinion {
  const work = new Work();
  let judge: Judge | string;
  try {
    checkBounds(schema, work);
    judge = new Judge(new Document('new', schema, dialectOf('new', schema, schema, {}), work));
  } catch (error) {
    judge = reasonOf(error);
  }
  return (value) => {
    if (typeof judge === 'string') return { why: judge };
    try {
      checkBounds(value, work);
      const fault = judge.faultIn(value);
      return fault === undefined ? { why: 'the schema cannot be applied to it' } : { fault };
    } catch (error) {
      return { why: reasonOf(error) };
    }
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof Undecided || error instanceof OutOfWork) return error.why.reason;
  if (error instanceof RangeError) return 'it is nested too deeply';
  throw error;
}
