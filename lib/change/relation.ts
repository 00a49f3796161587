import type { Described } from '../compat/coverage.ts';

/**
 * What was read at one state of a repository; what could not be read proves nothing. `atLeast`: there may be more than this,
 * and why.
 */
export type Reading = { value: Described; atLeast?: string } | { unread: string };

/** One side of an import: as its main branch has it, and as the merge of its pull request would leave it. */
export interface Ends {
  main: Reading;
  merged: Reading;
  /** The merge changes none of the files that it is read from. */
  same: boolean;
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
  /** The direction was written down by a person: it decides the order also where nothing can be read. */
  declared: boolean;
}

/** Which of the two sides are merged. */
export interface At {
  provider: boolean;
  consumer: boolean;
}
