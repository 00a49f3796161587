import { replaceBlock } from '../../../change/block.ts';
import type { Effect } from '../../../change/types.ts';
import { RealmError } from '../../../errors.ts';
import { landedAs } from '../../../forge/embedded/merge.ts';
import { mergeWhenReady, wallClock } from '../../../forge/patience.ts';
import { isAncestor } from '../../../git/ancestry.ts';
import type { JsonObject } from '../../../json.ts';
import { inline, linkOr } from '../../../markdown.ts';
import { opHead } from '../../open/context.ts';
import { forgeOf } from '../../share/forges.ts';
import { perform } from '../../share/perform.ts';
import type { Checkout } from '../checkouts.ts';
import { fetchAll } from '../fetch-all.ts';
import { mustStayWhole } from '../merge-guard.ts';
import type { Handler, RunningChange } from '../performer.ts';
import { postOrder } from '../post-order.ts';

type Kind<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

/** One pull request of the branch: opened once, else updated to the requested title. */
export const pullStep: Handler<Kind<'pull'>> = {
  apply: async ({ context, workspace }, checkout, effect) => {
    const forge = forgeOf(context, workspace, checkout);
    const { kind: _kind, before: _before, body, ready, ...wanted } = effect;
    const known = await forge.find(effect.head, effect.base);
    if (known === null || known.state === 'closed') {
      const made = await forge.open({ ...wanted, body: body ?? '' });
      return { number: made.number, url: made.url, made: true };
    }
    if (known.state === 'open') {
      const { title, labels, reviewers } = effect;
      const set = {
        ...(known.title === title ? {} : { title }),
        ...(labels.length > 0 ? { labels } : {}),
        ...(reviewers.length > 0 ? { reviewers } : {}),
        ...(ready === true && known.draft ? { draft: false } : {}),
      };
      if (Object.keys(set).length > 0) await forge.update(known.number, set);
    }
    return { number: known.number, url: known.url, made: false, title: known.title };
  },
  revert: async ({ context, workspace }, checkout, effect, step) => {
    const forge = forgeOf(context, workspace, checkout);
    const known = await forge.find(effect.head, effect.base);
    if (known === null || known.state !== 'open') return;
    const { before } = effect;
    if (step.result?.made === false || before?.number === known.number) {
      const title = before?.title ?? step.result?.title;
      if (typeof title === 'string' && title !== known.title) await forge.update(known.number, { title });
    } else if (forge.kind === 'embedded') {
      const op = { verb: 'forge-drop', repo: checkout.name, number: known.number };
      await perform(context, workspace, { ...opHead(context, workspace.who()), ...op });
    } else await forge.close(known.number, 'closed because the run that opened it was aborted');
  },
};

/** Our marked block of the body; no other byte of it is touched. */
export const pullBlockStep: Handler<Kind<'pull-block'>> = {
  apply: async ({ context, workspace, record }, checkout, effect) => {
    const forge = forgeOf(context, workspace, checkout);
    const opened = record.steps.find((step) => step.id === `pull:${checkout.name}`)?.result?.number;
    const number = effect.number ?? opened;
    if (typeof number !== 'number') return {};
    const { body } = await forge.text(number);
    const next = replaceBlock(body, numbered(effect.block, record.steps));
    if (next !== body) await forge.update(number, { body: next });
    return { number };
  },
  revert: async ({ context, workspace, record }, checkout) => {
    const made = record.steps.find((step) => step.id === `pull:${checkout.name}`)?.result;
    if (typeof made?.number !== 'number' || made.made === true) return;
    const forge = forgeOf(context, workspace, checkout);
    const { body } = await forge.text(made.number);
    const next = replaceBlock(body, null);
    if (next !== body) await forge.update(made.number, { body: next });
  },
};

/** Numbers are known only when all pull requests are open: the block has `{#<repo>}` for them. */
function numbered(block: string, steps: readonly { id: string; result: JsonObject | null }[]): string {
  return block.replace(/\{#([^{}]+)\}/g, (whole, repo: string) => {
    const result = steps.find((step) => step.id === `pull:${repo}`)?.result;
    if (typeof result?.number !== 'number') return whole;
    return linkOr(result.url, `${inline(repo)}#${result.number}`);
  });
}

/** Merge what was looked at, and nothing newer. */
export const pullMergeStep: Handler<Kind<'pull-merge'>> = {
  apply: async (running, checkout, effect) => {
    const { context, workspace } = running;
    const forge = forgeOf(context, workspace, checkout);
    const { number, sha, patience = 0 } = effect;
    const before = async () => {
      const turn = await mustStayWhole(running, checkout, effect);
      if (turn !== null) await postOrder(context, forge, { name: `${checkout.name}#${number}`, sha }, turn);
    };
    const wanted = { repo: checkout.name, number, sha, patience, before };
    const done = await mergeWhenReady(forge, wanted, wallClock, context.note);
    return { sha: done.sha };
  },
  revert: async (running, checkout, effect, step) => {
    const landed =
      step.state === 'done' ? String(step.result?.sha ?? '') : await landing(running, checkout, effect);
    if (landed === null) return;
    throw new RealmError(
      'merged',
      `${checkout.name}#${effect.number} is already merged and cannot be undone`,
      {
        hint: `revert it in a new commit: git -C '${checkout.main}' revert -m 1 ${landed}`,
      },
    );
  },
};

/** The merge's commit, if there is one: a run that was killed may not have written it down. Throws `remote-unseen` where that cannot be looked at. */
async function landing(
  { context, workspace }: RunningChange,
  checkout: Checkout,
  { number, head, sha }: Kind<'pull-merge'>,
): Promise<string | null> {
  const { state, mergeSha } = await forgeOf(context, workspace, checkout).text(number);
  if (state === 'merged') return mergeSha ?? sha;
  const [unseen] = await fetchAll(new Map([[checkout.name, checkout]]), head);
  if (unseen !== undefined) {
    throw new RealmError(
      'remote-unseen',
      `unknown whether ${checkout.name}#${number} was merged: ${unseen}`,
      {
        hint: 'when its remote is reachable: git realm pr merge --abort',
      },
    );
  }
  const { tip } = checkout.heads;
  const isIn = tip.kind !== 'none' && (await isAncestor(checkout, sha, tip.oid)) === true;
  return isIn ? landedAs(checkout, sha, tip.oid) : null;
}

/** Mark as a draft, or as ready for review. */
export const pullDraftStep: Handler<Kind<'pull-draft'>> = {
  apply: async ({ context, workspace }, checkout, { number, draft }) => {
    await forgeOf(context, workspace, checkout).update(number, { draft });
    return {};
  },
  revert: async ({ context, workspace }, checkout, { number, draft }) => {
    const forge = forgeOf(context, workspace, checkout);
    const { state, draft: now } = await forge.text(number);
    if (state === 'open' && now === draft) await forge.update(number, { draft: !draft });
  },
};

export const pullCloseStep: Handler<Kind<'pull-close'>> = {
  apply: async ({ context, workspace }, checkout, effect) => {
    await forgeOf(context, workspace, checkout).close(effect.number);
    return {};
  },
  revert: async ({ context, workspace }, checkout, effect) => {
    // One that had only been begun may not have got there.
    const { state } = await forgeOf(context, workspace, checkout).text(effect.number);
    if (state === 'open') return;
    throw new RealmError('closed', `${checkout.name}#${effect.number} is closed`, { hint: 'git realm pr' });
  },
};
