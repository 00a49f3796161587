import type { Described } from '../compat/coverage.ts';
import type { Usage } from '../kinds/types.ts';

/**
 * What was read at one state of a repository; what could not be read proves nothing. `atLeast`: there may be more than this,
 * and why. `usage`: how a consumer uses an offer, for the kind of the contract to judge.
 */
export type Reading = { value: Described; atLeast?: string; usage?: Usage } | { unread: string };

/** One side of an import: as its main branch has it, and as the merge of its pull request would leave it. */
export interface Ends {
  main: Reading;
  merged: Reading;
  /** The merge changes none of the files that it is read from. */
  same: boolean;
}

/** How the uses of an offer stand with it at one state, as the kind of the contract says. */
export interface Standing {
  /** What the consumer uses and the offer does not have: without its place, to compare two states by, and in words. */
  missing: { key: string; words: string }[];
  /** Why there may be more; `null` where everything was read and decided. */
  doubt: string | null;
}

/** By which of the two sides are merged. */
export interface Standings {
  neither: Standing;
  provider: Standing;
  consumer: Standing;
  both: Standing;
}

/** One consumer of one contract. A side whose repo has no open pull request is the same on both ends. */
export interface Relation {
  provider: string;
  consumer: string;
  /** `<domain>/<contract>` */
  contract: string;
  /** What the provider's code says. */
  offer: Ends;
  /** What the consumer's binding holds. */
  binding: Ends;
  /** What the provider's change means by the contract's own rules; `null`: not known. */
  change: {
    verdict: 'equal' | 'compatible' | 'breaking' | 'unknown';
    adds: boolean;
    removes: boolean;
  } | null;
  /** `needs`: the binding must cover the offer. `offers`: the offer must cover what the binding uses. `agreed`: neither. */
  direction: 'needs' | 'offers' | 'agreed';
  /** For offers: how the uses stand at each state; absent where values are compared. */
  standings?: Standings;
  /** The direction was written down by a person: it decides the order also where nothing can be read. */
  declared: boolean;
}

/** Which of the two sides are merged. */
export interface At {
  provider: boolean;
  consumer: boolean;
}
