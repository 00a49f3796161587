import { codeowners, GENERATED } from '../../realm/codeowners.ts';
import { paths } from '../../realm/kinds.ts';
import type { CodeownersOp } from '../../realm/ops/codeowners.ts';
import { applyOp } from '../../store/engine.ts';
import { type Context, opHead } from '../open/context.ts';
import { inRealm } from '../open/in-realm.ts';
import { noteWaiting, shareStore } from '../share/share.ts';
import { whoIn } from './decide.ts';

export interface Codeowners {
  path: string;
  /** What the rule table gives. */
  text: string;
  /** How the realm's own file stands to it. */
  state: 'current' | 'stale' | 'absent' | 'by-hand';
  /** Lines that the realm's file lacks. */
  missing: string[];
  /** Lines of the realm's file that no rule gives. */
  surplus: string[];
}

/** What `.github/CODEOWNERS` has to say by the rule table, and what it says. */
export const codeownersOf = (context: Context): Promise<Codeowners> =>
  inRealm(context, async ({ snapshot }) => {
    const text = codeowners(snapshot.model);
    const current = await snapshot.text(paths.codeowners);
    const lines = (file: string) => file.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const [wanted, found] = [lines(text), lines(current ?? '')];
    return {
      path: paths.codeowners,
      text,
      state:
        current === undefined
          ? 'absent'
          : current === text
            ? 'current'
            : current.startsWith(GENERATED)
              ? 'stale'
              : 'by-hand',
      missing: wanted.filter((line) => !found.includes(line)),
      surplus: found.filter((line) => !wanted.includes(line)),
    };
  });

/** Write it into the realm. Throws `written-by-hand` for a file that is not ours. */
export const bringCodeownersUp = (context: Context): Promise<{ commit: string | null; why: string | null }> =>
  inRealm(context, async ({ store }) => {
    const who = await whoIn(context);
    const op: CodeownersOp = { verb: 'codeowners', ...opHead(context, who) };
    const { commit, planned, word } = await applyOp(store, op, who);
    if (word !== null) context.note(word);
    noteWaiting(context, await shareStore(context, store, who));
    return { commit, why: planned.kind === 'nothing' ? planned.why : null };
  });
