import { NOTHING } from '../../servers/raw-push.ts';
import type { Actor } from '../world.ts';
import { type AttackGroup, change, type Form } from './group.ts';
import { commitText, onMain, tip } from './raw.ts';

const plan = { 'worktrees/r.yaml': 'name: r\n' };

/** Names beside the realm's own. */
const others = [
  'refs/heads/Main',
  'refs/heads/MAIN',
  'refs/heads/main/x',
  'refs/heads/HEAD',
  'refs/realm/proposals/a/b',
  'refs/realm/proposals/-x',
  'refs/realm/Proposals/x',
  'refs/REALM/proposals/x',
  'refs/realm/drafts/x',
  'refs/realm/ops/é',
  'refs/realm/proposals/ü',
  'refs/realm-remotes/origin/heads/main',
  'refs/notes/realm2',
  'refs/notes/Realm',
  'refs/notes/realm/x',
  'refs/notes/commits',
  'refs/stash',
  'refs/remotes/origin/main',
  'refs/for/main',
  'refs/meta/config',
  'refs/bisect/x',
  'refs/worktree/x',
  'refs/original/refs/heads/main',
  'refs/pull/1/head',
];

/** Names that git's client refuses to send, and its server to take. */
const funny = [
  'refs/realm/proposals/a..b',
  'refs/realm/proposals/x.lock',
  'refs/realm/proposals/x.',
  'refs/realm/ops/a/../b',
  'HEAD',
];

const emptyProposal = async (me: Actor): Promise<string> =>
  commitText(await me.line('rev-parse', 'origin/main^{tree}'), await tip(me)).replace(
    /x\n$/,
    'proposal: x\n',
  );

const literal = (text: string): string => text.replaceAll(/[.+/]/g, '\\$&');

export const refs: AttackGroup[] = [
  {
    name: "push a ref that only looks like one of the realm's",
    by: 'mole',
    because: "only the realm's own refs are accepted",
    together: true,
    forms: others.map((ref) =>
      change(ref, new RegExp(`${literal(ref)}: only the main branch`), plan, [`main:${ref}`]),
    ),
  },
  {
    name: 'push a ref whose name git does not allow',
    by: 'mole',
    because: "git's own rules for names apply too",
    forms: funny.map(
      (ref): Form => ({
        form: ref,
        why: /funny refname|only the main branch|is not '<old> <new> <ref>'/,
        act: () => undefined,
        async raw(me) {
          const { updates, objects } = await onMain(me, await emptyProposal(me), []);
          return { updates: updates.map((update) => ({ ...update, ref, old: NOTHING })), objects };
        },
      }),
    ),
  },
  {
    name: 'push a tag along with an allowed change',
    by: 'mole',
    because: 'a push is accepted whole or not at all',
    forms: [
      change('main and refs/tags/t', /refs\/tags\/t: only the main branch/, plan, [
        'main',
        'main:refs/tags/t',
      ]),
    ],
  },
];
