import type { JsonObject, JsonValue } from '../../json.ts';
import type { PlannedFile } from '../content.ts';
import type { RealmModel } from '../model.ts';
import type { ContractFile } from '../types.ts';

/**
 * A realm operation as data (docs/design/engine.md): it travels in the commit as a `Realm-Op:` trailer and is planned again whenever
 * the realm moved. What is large or extracted from code is its `payload`, which travels in the commit's own tree.
 */
export interface Op {
  verb: string;
  /** Names this operation, also before its commit is pushed. */
  id: string;
  /** When it was made, ISO 8601; plans read no clock. */
  at: string;
  /** E-mail address of its author. */
  by: string;
  [argument: string]: JsonValue | undefined;
  payload?: JsonObject;
}

/** What every operation carries: its id, its time, and who made it. */
export interface OpHead {
  id: string;
  at: string;
  by: string;
}

/** The heads of an operation and of the one that takes it back, made before anything is planned. */
export interface OpHeads {
  op: OpHead;
  undo: OpHead;
}

/** What a plan may look at: the realm as it is, and the text of the files that `reads` named. */
export interface View {
  model: RealmModel;
  text(path: string): string | undefined;
  /** Earlier versions of the contract that `history` named, the newest first. */
  history: readonly ContractFile[];
  /** The contract with what its content says, where `contents` named it; else as its file has it. */
  loaded(path: string): ContractFile | undefined;
}

/** `nothing`: the realm already says so, no commit. A refusal is thrown as `RealmError`. */
export type Planned =
  | { kind: 'nothing'; why: string }
  | {
      kind: 'commit';
      subject: string;
      body: string[];
      files: Map<string, PlannedFile>;
      /** Facts about the change for who asked (versions, verdicts). */
      facts: JsonObject;
    };

/** One kind of operation: pure. */
export interface Verb<O extends Op = Op> {
  /** The files whose text the plan edits. */
  reads(op: O, model: RealmModel): string[];
  /** The contract whose earlier versions the plan must keep up with, by path. */
  history?(op: O, model: RealmModel): string | undefined;
  /** The contract, by path, whose content the plan compares with. */
  contents?(op: O, model: RealmModel): string | undefined;
  /** The files beside contracts follow from what the contracts list (`contentsAfter`): no plan names them. */
  plan(op: O, view: View): Planned | Promise<Planned>;
  /** The payload as the op's own commit shows it, for a replay. Absent: the op needs none. */
  restore?(op: O, own: View): JsonObject;
}
