import { type Coverage, missingWords, uncovered } from '../compat/coverage.ts';
import { worsened } from '../compat/regress.ts';
import type { At, Reading, Relation, Standing, Standings } from './relation.ts';

export type Answer = 'yes' | 'no' | 'unknown';

/** An answer with its reason. */
export type Judged = { answer: 'yes'; why: null } | { answer: 'no' | 'unknown'; why: string };

export const YES: Judged = { answer: 'yes', why: null };

/** The first `no`, else the first `unknown`. */
export const worst = (...all: readonly Judged[]): Judged =>
  all.find((judged) => judged.answer === 'no') ?? all.find((judged) => judged.answer === 'unknown') ?? YES;

/** What one merge does to one import: `yes` where it makes nothing worse, proved path by path and use by use. */
export function transition(relation: Relation, from: At, to: At): Judged {
  const providerMoves = from.provider !== to.provider && !relation.offer.same;
  const consumerMoves = from.consumer !== to.consumer && !relation.binding.same;
  if (!providerMoves && !consumerMoves) return YES;
  const before = sidesAt(relation, from);
  const after = sidesAt(relation, to);
  if (relation.standings !== undefined) {
    const harmless = providerMoves && !consumerMoves && isHarmless(relation, before.offer, after.offer);
    return usesAnswer(standingAt(relation.standings, from), standingAt(relation.standings, to), harmless);
  }
  const unread = [after.offer, after.binding, before.offer, before.binding].find(
    (reading) => 'unread' in reading,
  );
  const isHarmlessStep =
    (!providerMoves || isHarmless(relation, before.offer, after.offer)) &&
    (!consumerMoves || isWider(relation, before.binding, after.binding));
  if (unread === undefined) {
    const doubt = moreNeeded(relation, after);
    if (doubt !== undefined && !isHarmlessStep) return { answer: 'unknown', why: doubt };
    const fit = worsened(fitOf(relation, before), fitOf(relation, after));
    return answerOf(fit, moreIn(after), (missing) => worseWords(relation, providerMoves, missing));
  }
  if (isHarmlessStep || isCovered(relation, after)) return YES;
  return { answer: 'unknown', why: 'unread' in unread ? unread.unread : '' };
}

/** Do the main branches fit as they are? */
export function hereAnswer(relation: Relation): Judged {
  if (relation.standings !== undefined)
    return usesAnswer({ missing: [], doubt: null }, relation.standings.neither, false);
  const sides = sidesAt(relation, { provider: false, consumer: false });
  const unread = [sides.offer, sides.binding].find((reading) => 'unread' in reading);
  if (unread !== undefined && 'unread' in unread) return { answer: 'unknown', why: unread.unread };
  const { need, grant } = fitOf(relation, sides);
  const [needing, granting] = ends(relation);
  const doubt = moreNeeded(relation, sides);
  if (doubt !== undefined) return { answer: 'unknown', why: doubt };
  return answerOf(
    uncovered(need, grant),
    moreIn(sides),
    (missing) => `${granting} does not cover ${missing}, which ${needing} needs`,
  );
}

const standingAt = (standings: Standings, { provider, consumer }: At): Standing =>
  standings[provider ? (consumer ? 'both' : 'provider') : consumer ? 'consumer' : 'neither'];

/** What the uses lose from one state to the next. A change that no consumer can notice loses nothing, whatever was not read. */
function usesAnswer(before: Standing, after: Standing, isHarmless: boolean): Judged {
  const had = new Set(before.missing.map(({ key }) => key));
  const lost = after.missing.find(({ key }) => !had.has(key));
  if (lost !== undefined) return { answer: 'no', why: lost.words };
  return after.doubt === null || isHarmless ? YES : { answer: 'unknown', why: after.doubt };
}

interface Sides {
  offer: Reading;
  binding: Reading;
}

const sidesAt = ({ offer, binding }: Relation, at: At): Sides => ({
  offer: at.provider ? offer.merged : offer.main,
  binding: at.consumer ? binding.merged : binding.main,
});

const described = (reading: Reading) =>
  'value' in reading ? reading.value : { value: null, schema: undefined };

function fitOf({ direction }: Relation, { offer, binding }: Sides) {
  const [contract, held] = [described(offer), described(binding)];
  return direction === 'offers' ? { need: held, grant: contract } : { need: contract, grant: held };
}

/** Who needs, and who has to cover it. */
const ends = ({ direction, provider, consumer }: Relation): [string, string] =>
  direction === 'offers' ? [consumer, provider] : [provider, consumer];

/** Why a side may hold more than was read. */
const moreIn = ({ offer, binding }: Sides): string | undefined =>
  [offer, binding].flatMap((reading) => ('atLeast' in reading ? [reading.atLeast] : []))[0];

/** Why the side that needs may need more than was read: then what covers the rest proves nothing. */
function moreNeeded({ direction }: Relation, { offer, binding }: Sides): string | undefined {
  const needing = direction === 'offers' ? binding : offer;
  return 'atLeast' in needing ? needing.atLeast : undefined;
}

/** A state that was read whole and fits cannot be worse than any before it, whatever was unread there. */
function isCovered(relation: Relation, sides: Sides): boolean {
  if ('unread' in sides.offer || 'unread' in sides.binding) return false;
  if (moreNeeded(relation, sides) !== undefined) return false;
  const { need, grant } = fitOf(relation, sides);
  return uncovered(need, grant).verdict === 'covered';
}

function answerOf(coverage: Coverage, more: string | undefined, words: (missing: string) => string): Judged {
  const [missing] = coverage.missing;
  if (coverage.verdict === 'covered') return YES;
  if (more !== undefined) return { answer: 'unknown', why: more };
  if (coverage.verdict === 'uncovered' && missing !== undefined)
    return { answer: 'no', why: words(missingWords(missing)) };
  const [doubt] = coverage.undecided;
  return {
    answer: 'unknown',
    why: doubt === undefined ? 'it cannot be decided' : `${String(doubt.subject)}: ${doubt.reason}`,
  };
}

function worseWords(relation: Relation, providerMoves: boolean, missing: string): string {
  const [needing, granting] = ends(relation);
  const needMoves = providerMoves === (needing === relation.provider);
  return needMoves
    ? `${needing} will need ${missing}, which ${granting} does not cover on its main branch`
    : `${granting} drops ${missing}, which ${needing} still needs on its main branch`;
}

/** A change of the provider's that no consumer can notice, whatever it uses: fewer needs, or more of an offer. */
function isHarmless({ direction, change }: Relation, before: Reading, after: Reading): boolean {
  if (change?.verdict === 'equal') return true;
  if (direction !== 'needs') return change?.verdict === 'compatible';
  if (!('value' in before) || !('value' in after)) return false;
  return uncovered(after.value, before.value).verdict === 'covered';
}

/** A change of the consumer's that fits whatever the provider says: more grants, or fewer uses. */
function isWider({ direction }: Relation, before: Reading, after: Reading): boolean {
  if (direction === 'agreed' || !('value' in before) || !('value' in after)) return false;
  const [inner, outer] = direction === 'needs' ? [before, after] : [after, before];
  return uncovered(inner.value, outer.value).verdict === 'covered';
}
