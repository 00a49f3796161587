import type { RealmModel } from '../../realm/model.ts';
import type { ContractFile } from '../../realm/types.ts';
import type { Renames } from '../renames.ts';

/** One side of a changed path: git's mode and object, and its text, or why that was not read. */
export type Side = { mode: string; oid: string } & (
  | { text: string }
  | {
      text: null;
      /** In words that follow the path: `has 2000000 bytes …`. */
      unread: string;
    }
  /** A file of a contract's content: nothing in it is judged by itself. */
  | { text: null; unread: null }
);

export interface FileChange {
  path: string;
  from: Side | null;
  to: Side | null;
}

/** What an approval allows: exactly these changes, as their proposer would make them. */
export interface Approved {
  proposal: string;
  /** The author of the proposal, who still needs the right to make the change. */
  proposer: string;
  /** When it was approved, ms since the epoch. */
  at: number;
  covers(change: FileChange): boolean;
}

/** What may go again: exactly the changes of a proposal that no approval carries any more. */
export interface Withdrawn {
  covers(change: FileChange): boolean;
}

/** One commit of a push with the realm before and after it. */
export interface Step {
  before: RealmModel;
  after: RealmModel;
  changes: readonly FileChange[];
  /** Whose act it is, as signature or transport proves. */
  actor: string;
  /** The approval that the commit refers to, where there is one. */
  approved: Approved | null;
  /** What the commit reverts, where it says that an approval was withdrawn, and it was. */
  withdrawn: Withdrawn | null;
  /** It only proposes: approval comes later, every other rule holds. */
  proposal: boolean;
  /** The clock of the judging side, ms since the epoch. */
  now: number;
  /** What it renames; found out from the rest. */
  renames?: Renames;
  /** The repos that acknowledged the version of a contract that is published before the commit. */
  acknowledged(domain: string, contract: string): Promise<ReadonlySet<string>>;
  /** `trust/allowed_signers` after the commit. */
  signers: string;
  /** A contract with what its content says. Throws `content-unreadable`. */
  loaded(file: ContractFile): Promise<ContractFile>;
  /** What an object is, without its bytes; `null`: it is not there. */
  blob(oid: string): Promise<{ type: string; size: number } | null>;
  /** Earlier versions of a contract, for one that promises to keep up with all of them. */
  versions(path: string): Promise<readonly ContractFile[]>;
}
