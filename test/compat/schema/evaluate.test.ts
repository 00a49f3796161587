import t from 'tap';
import { evaluate } from '../../../lib/compat/schema/evaluate.ts';
import { Formulas, Kind } from '../../../lib/compat/schema/formula.ts';
import { Work } from '../../../lib/compat/schema/work.ts';

/** Letters a and b in an order that does not repeat. */
function letters(length: number, seed: number): string {
  let state = seed;
  let text = '';
  for (let at = 0; at < length; at += 1) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    text += state & 0x10000 ? 'a' : 'b';
  }
  return text;
}

t.test('whether a pattern matches a text does not depend on the texts before it', async (t) => {
  const work = new Work();
  const formulas = new Formulas(work);
  // Its machine has a state for each of the last letters: every new text takes it to states of its own.
  const source = 'a[ab]{16}$|a[ab]{17}$|a[ab]{18}$|a[ab]{19}$';
  const pattern = formulas.literal(Kind.string, { is: 'pattern', source, negated: false });
  const texts = [1, 2, 3, 4].map((seed) => letters(24_000, seed));
  for (const text of texts)
    t.equal(evaluate(pattern, text, work), text.slice(-20, -16).includes('a'), `${text.slice(0, 20)}…`);
});
