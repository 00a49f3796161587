/**
 * `lib/realm`: what a realm is: the formats of its files, who may change which of them, and the operations
 * that turn one realm into the next. Pure values and functions; `model.ts` is a realm as it is read, `ops/`
 * has one file for each operation.
 */

import type { ChangeLevel } from '../compat/types.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/**
 * The files of a realm as they are once read (docs/design/formats.md); each has a JSON Schema of the same name in `schemas/`. A key that
 * the file lacks, or holds as `null`, is absent here; keys that nobody knows are still there.
 */
export interface FileTypes {
  realm: RealmFile;
  repo: RepoFile;
  domain: DomainFile;
  governance: Governance;
  contract: ContractFile;
  binding: BindingFile;
  worktree: WorktreeFile;
  config: ConfigFile;
  index: IndexFile;
  issue: IssueFile;
  pull: PullFile;
  users: UsersFile;
}

export type FileKind = keyof FileTypes;

/** `realm.yaml` */
export interface RealmFile {
  name: string;
  /** Version of the format, not of the realm. */
  version: string;
  created_at?: string;
  governance?: Governance;
  trust?: { require_signed_commits?: boolean };
}

export type Admission = 'open' | 'approval' | 'invite-only';

/** `governance` of `realm.yaml`, or `domains/<domain>/governance.yaml`, which overrides it key by key. */
export interface Governance {
  admission?: Admission;
  approvers?: string[];
  breaking_changes?: { require_approval?: boolean; grace_period_days?: number };
  /** What changes under a rule mean here, by the rule's id (docs/rules.md). */
  rules?: { [id: string]: ChangeLevel };
}

/** `repos/<repo>.yaml` */
export interface RepoFile {
  name: string;
  org?: string;
  path?: string;
  url?: string;
  maintainers?: string[];
  /** Absent means active. */
  status?: 'active' | 'invited' | 'left';
  formerly?: string[];
  joined_at?: string;
}

/** `domains/<domain>/domain.yaml` */
export interface DomainFile {
  name: string;
  description?: string;
  created_at?: string;
  members?: string[];
  archived?: boolean;
}

/** `domains/<domain>/contracts/<contract>.yaml` */
export interface ContractFile {
  name: string;
  /** What the contract is about; absent in files of release 0.1, whose content tells. */
  kind?: string;
  version: string;
  owner?: string;
  /** The repo that its owner gives it to, and that has not accepted yet. */
  offered_to?: string;
  formerly?: string[];
  description?: string;
  compatibility?: {
    backwards?: boolean;
    forwards?: boolean;
    transitive?: boolean;
    level?: 'wire' | 'wire-json' | 'source';
  };
  schema?: JsonObject | boolean;
  value?: JsonValue;
  /** The files beside the contract that it consists of, byte for byte; then there is neither `schema` nor `value`. */
  content?: ContentEntry[];
  changelog?: Release[];
  /** Another name of `changelog`; `changelogOf` reads both. */
  evolution?: Release[];
  source_commit?: string;
  effective_at?: string;
  deprecations?: Deprecation[];
}

/** One file of a contract's content. */
export interface ContentEntry {
  /** Below `<contract>.d/`: where the provider's repository has it. */
  path: string;
  oid: string;
  bytes: number;
}

/** One entry of a changelog, the newest first. */
export interface Release {
  version: string;
  date?: string;
  changes?: string[];
  /** Of a breaking version that another one followed before it was in effect. */
  effective_at?: string;
}

export interface Deprecation {
  /** JSON pointer into the value or schema. */
  pointer: string;
  since?: string;
  sunset?: string;
  reason?: string;
}

export type Role = 'provider' | 'consumer' | 'both';

/** `domains/<domain>/bindings/<repo>.yaml` */
export interface BindingFile {
  repo: string;
  role: Role;
  exports?: ExportEntry[];
  imports?: ImportEntry[];
}

/** The name of a detector and its options (docs/design/drift.md). */
export interface DetectorEntry {
  detector: string;
  [option: string]: JsonValue | undefined;
}

export interface ExportEntry {
  contract: string;
  /** Git pathspecs; absent or empty means the value is written by hand. */
  source_files?: string[];
  extract?: DetectorEntry;
}

export type ProofState = 'proved' | 'unproved' | 'failing';

export interface ImportEntry {
  contract: string;
  /** Written by other tools; the folder the binding lies in decides. */
  domain?: string;
  /** A semver range. */
  version: string;
  /** The file that uses the contract. */
  binding?: string;
  verify?: DetectorEntry;
  covers?: JsonObject;
  /** What `verify` read of the uses of the contract, each with `subject` and `at` (`file:line`). */
  uses?: JsonObject[];
  /** What looks like a use and could not be read: `at` and `why`. */
  unread?: JsonObject[];
  /** What the consumer last recorded; readers compute it again. */
  status?: string;
  /** What showed that the binding goes with the resolved version: a reading of it, nothing, or one that shows a gap. */
  proof?: ProofState;
  resolved_version?: string;
  resolved_commit?: string;
  resolved_at?: string;
}

/** `worktrees/<branch>.yaml`: a change set. */
export interface WorktreeFile {
  /** The branch. */
  name: string;
  created_at?: string;
  source_rfc?: string;
  /** A single domain, as other tools write it; `domainsOf` reads both. */
  domain?: string;
  domains?: string[];
  repos?: WorktreeRepo[];
  coordination?: { commits?: CoordinatedCommit[] };
  prs?: WorktreePull[];
}

export interface WorktreeRepo {
  name: string;
  path?: string;
  status?: string;
  commits?: number;
}

/** Per repo its commit, or null; beside them these three keys. */
export interface CoordinatedCommit {
  change?: string;
  message?: string;
  linked?: boolean;
  [repo: string]: JsonValue | undefined;
}

export interface WorktreePull {
  repo: string;
  number: number;
  url?: string;
  /** `<repo>#<number>` */
  blocked_by?: string[];
}

/** `.blue/config.yaml` in a repo. */
export interface ConfigFile {
  realm: { name: string; path?: string; url?: string };
  repo: string;
  domains?: ConfigDomain[];
  detected_exports?: JsonValue[];
  suppress?: Suppression[];
}

export interface ConfigDomain {
  name: string;
  role?: Role;
  contracts?: string[];
}

export interface Suppression {
  finding: string;
  reason?: string;
  until?: string;
}

/** `~/.blue/index.yaml` */
export interface IndexFile {
  realms?: IndexRealm[];
}

export interface IndexRealm {
  name: string;
  path?: string;
  url?: string;
  local_path?: string;
  /** Repo to folder. */
  checkouts?: Record<string, string>;
}

export interface Comment {
  author: string;
  body: string;
  created_at?: string;
}

/** `forge/<repo>/issues/<n>.yaml` */
export interface IssueFile {
  number: number;
  title: string;
  body?: string;
  state: 'open' | 'closed';
  author?: string;
  labels?: string[];
  created_at?: string;
  updated_at?: string;
  closed_at?: string;
  comments?: Comment[];
}

/** `forge/<repo>/pulls/<n>.yaml` */
export interface PullFile {
  number: number;
  title: string;
  body?: string;
  state: 'open' | 'closed' | 'merged';
  draft?: boolean;
  head: string;
  base: string;
  head_sha?: string;
  merge_sha?: string;
  author?: string;
  labels?: string[];
  reviewers?: string[];
  reviews?: PullReview[];
  checks?: PullCheck[];
  created_at?: string;
  updated_at?: string;
  closed_at?: string;
  merged_at?: string;
  comments?: Comment[];
}

export interface PullReview {
  author: string;
  state: 'approved' | 'changes_requested' | 'commented' | 'dismissed';
  sha?: string;
  body?: string;
  created_at?: string;
}

export interface PullCheck {
  name: string;
  state: 'pending' | 'success' | 'failure';
  sha?: string;
  url?: string;
}

/** `trust/users.yaml` */
export interface UsersFile {
  /** Transport user to e-mail address. */
  users: Record<string, string>;
}
