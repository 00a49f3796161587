/**
 * `lib/forge`: pull requests and issues, on GitHub or as records in the realm, behind one interface. Replies
 * are input from somebody else.
 */

import type { PullCheck, PullReview } from '../realm/types.ts';

/** A pull request as it is written, and as lists have it. */
export interface PullText {
  number: number;
  /** `null` on the embedded forge, which has no pages. */
  url: string | null;
  title: string;
  body: string;
  state: 'open' | 'closed' | 'merged';
  draft: boolean;
  head: string;
  base: string;
  /** The commit that would be merged. */
  sha: string | null;
  /** The commit that it became. */
  mergeSha: string | null;
}

/** May it be merged now, and if not, why. What waits for `checks` or the `queue` ends by itself; `people` have to act; for its turn in the `order`, which we tell the forge. */
export interface Mergeable {
  answer: 'yes' | 'no' | 'wait' | 'unknown';
  /** `null` where it may be merged. */
  why: string | null;
  on?: 'checks' | 'queue' | 'people' | 'order';
}

/** A pull request with what decides whether it may be merged. */
export interface Pull extends PullText {
  reviews: PullReview[];
  checks: PullCheck[];
  mergeable: Mergeable;
}

export interface NewPull {
  head: string;
  base: string;
  title: string;
  body: string;
  draft: boolean;
  reviewers: readonly string[];
  labels: readonly string[];
}

/** `queued`: the forge merges it when its turn comes. */
export type Merged = { state: 'merged' | 'queued'; sha: string | null };

/** What we say of a commit, which a forge can be set to require before it merges. */
export interface CommitStatus {
  /** By this it is found again, and required: `git-realm/order`. */
  context: string;
  state: 'success' | 'pending' | 'failure';
  /** One line; cut to what the forge takes. */
  description: string;
}

/** The status that says whether it is a pull request's turn to merge. */
export const ORDER = 'git-realm/order';

/** An issue that is found again by the marker in its body. */
export interface Notice {
  marker: string;
  title: string;
  body: string;
  labels: readonly string[];
}

/** Our one comment on a pull request, found again by the marker, which is a line of its body. */
export interface Sticky {
  marker: string;
  body: string;
}

/** `absent`: there is none, and none was wanted. */
export type Stuck = 'created' | 'updated' | 'unchanged' | 'absent';

/** What a forge does for one repository. Every write is read back; a second run makes no second one. */
export interface Forge {
  kind: 'embedded' | 'github' | 'gitlab' | 'gitea' | 'bitbucket';
  /** Milliseconds between two questions about what takes its time. */
  pace: number;
  /** The newest pull request of a head: an open one, else a merged one, else a closed one. One of a fork is another's. */
  find(head: string, base: string): Promise<PullText | null>;
  /** Its text and state: one question, where `get` asks for reviews and checks too. */
  text(number: number): Promise<PullText>;
  get(number: number): Promise<Pull>;
  open(pull: NewPull): Promise<PullText>;
  /** Labels and reviewers are added to what is there; `draft` marks it as a draft, or as ready for review. */
  update(
    number: number,
    set: {
      title?: string;
      body?: string;
      labels?: readonly string[];
      reviewers?: readonly string[];
      draft?: boolean;
    },
  ): Promise<PullText>;
  /** Throws `merge-refused`, `merge-conflict`, `head-moved`. `sha` pins what is merged. */
  merge(number: number, sha: string): Promise<Merged>;
  close(number: number, comment?: string): Promise<PullText>;
  /**
   * Put a status on a commit; `false` where the newest of that context says the same already, or the forge has none. `known`: the
   * state of that one, where it was just read; `null`: there is none.
   */
  setStatus(sha: string, status: CommitStatus, known?: CommitStatus['state'] | null): Promise<boolean>;
  /** Must a status of that context be there before the branch takes a merge? `null`: the forge does not tell us. */
  requires(branch: string, context: string): Promise<boolean | null>;
  /**
   * Write our comment of a marker on a pull request, or edit it; `existing`: only where there is one. What others wrote with that marker
   * stays as it is. Throws `forge-unknown-user` where the forge does not say who we are, and `too-many-comments`.
   */
  stick(number: number, sticky: Sticky, only?: 'existing'): Promise<Stuck>;
  /** The open issues whose marker begins so; `us`: only those that this user wrote. */
  notices(prefix: string, from?: 'us'): Promise<{ number: number; marker: string }[]>;
  /** Open this user's issue of a marker, or bring it up, whatever others wrote. Its number; `null` where a person closed it. */
  notify(notice: Notice): Promise<number | null>;
  /** Close the issue of a marker, if there is an open one; `us` as above. */
  settle(marker: string, comment: string, from?: 'us'): Promise<number | null>;
}
