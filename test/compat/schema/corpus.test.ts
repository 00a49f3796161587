import t from 'tap';
import { compareSchemas } from '../../../lib/compat/schema/index.ts';
import { corpusFile, readCorpus, wrongLabels } from './corpus.ts';

const cases = readCorpus();

t.test('public corpus', { skip: cases ? false : `NOT MEASURED: no corpus at '${corpusFile}'` }, async (t) => {
  let [agreed, unknown, refuted] = [0, 0, 0];
  for (const [index, { old, new: next, expected, source }] of (cases ?? []).entries()) {
    const verdict = compareSchemas(old, next);
    const answer = verdict.verdict === 'equal' ? 'compatible' : verdict.verdict;
    if (answer === expected) agreed++;
    else if (answer === 'unknown') unknown++;
    else if (wrongLabels.has(index)) refuted++;
    else t.fail(`case ${index} is ${expected}, not ${answer}`, { source, old, new: next, verdict });
  }
  const total = cases?.length ?? 0;
  t.comment(`${total} cases: ${agreed} agree, ${unknown} unknown, ${refuted} with a label that is wrong`);
  t.equal(refuted, wrongLabels.size, 'every label called wrong is still contradicted');
  t.ok(agreed / total >= 0.95, `agreement ${((100 * agreed) / total).toFixed(1)} %`);
  t.ok(unknown / total <= 0.04, `unknown ${((100 * unknown) / total).toFixed(1)} %`);
});
