import type { PullCheck, PullReview } from '../realm/types.ts';

/** A pull request as every forge tells it. */
export interface Pull {
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
  reviews: PullReview[];
  checks: PullCheck[];
  /** May it be merged now, and if not, why. */
  mergeable: { answer: 'yes' | 'no' | 'wait' | 'unknown'; why: string };
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

/** An issue that is found again by the marker in its body. */
export interface Notice {
  marker: string;
  title: string;
  body: string;
  labels: readonly string[];
}

/** What a forge does for one repository. Every write is read back; a second run makes no second one. */
export interface Forge {
  kind: 'embedded' | 'github';
  /** The newest pull request of a head: an open one, else a merged one, else a closed one. */
  find(head: string, base: string): Promise<Pull | null>;
  get(number: number): Promise<Pull>;
  open(pull: NewPull): Promise<Pull>;
  update(number: number, set: { title?: string; body?: string; draft?: boolean }): Promise<Pull>;
  /** Throws `merge-refused`, `merge-conflict`, `head-moved`. `sha` pins what is merged. */
  merge(number: number, sha: string): Promise<Merged>;
  close(number: number, comment?: string): Promise<Pull>;
  /** The open issues whose marker begins so. */
  notices(prefix: string): Promise<{ number: number; marker: string }[]>;
  /** Open the issue of a marker, or bring it up. Its number; `null` where a person closed it. */
  notify(notice: Notice): Promise<number | null>;
  /** Close the issue of a marker, if there is an open one. */
  settle(marker: string, comment: string): Promise<number | null>;
}
