import { RealmError } from '../../errors.ts';
import { codeowners, GENERATED } from '../codeowners.ts';
import { paths } from '../kinds.ts';
import type { Op, Verb } from './types.ts';

export interface CodeownersOp extends Op {
  verb: 'codeowners';
}

/** `.github/CODEOWNERS` becomes what the rule table gives; a person's file is left alone. */
export const writeCodeowners: Verb<CodeownersOp> = {
  reads: () => [paths.codeowners],
  plan: (_op, view) => {
    const now = view.text(paths.codeowners);
    const text = codeowners(view.model);
    if (now === text) return { kind: 'nothing', why: `'${paths.codeowners}' says what the rules say` };
    if (now !== undefined && !now.startsWith(GENERATED)) throw byHand();
    return {
      kind: 'commit',
      subject: `bring ${paths.codeowners} up to the rules`,
      body: [],
      files: new Map([[paths.codeowners, text]]),
      facts: {},
    };
  },
};

const byHand = (): RealmError =>
  new RealmError('written-by-hand', `'${paths.codeowners}' was written by a person: it is left alone`, {
    exitCode: 1,
    hint: 'remove it in the realm, then: git realm codeowners --write',
  });
