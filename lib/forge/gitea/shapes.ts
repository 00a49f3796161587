/** What is used of the replies of Gitea and Forgejo. */

interface Side {
  ref: string;
  label?: string | null;
  sha?: string | null;
  repo?: { full_name: string } | null;
}

export interface TeaPull {
  number: number;
  html_url: string;
  title: string;
  body?: string | null;
  state: string;
  draft?: boolean | null;
  merged?: boolean | null;
  merge_commit_sha?: string | null;
  mergeable?: boolean | null;
  labels?: { name: string }[] | null;
  requested_reviewers?: { login: string }[] | null;
  head: Side;
  base: Side;
}

const SIDE = {
  ref: 'string',
  'label?': 'string',
  'sha?': 'string',
  'repo?': { full_name: 'string' },
} as const;

export const TEA_PULL = {
  number: 'number',
  html_url: 'string',
  title: 'string',
  'body?': 'string',
  state: 'string',
  'draft?': 'boolean',
  'merged?': 'boolean',
  'merge_commit_sha?': 'string',
  'mergeable?': 'boolean',
  'labels?': [{ name: 'string' }],
  'requested_reviewers?': [{ login: 'string' }],
  head: SIDE,
  base: SIDE,
} as const;

export interface TeaReview {
  user?: { login: string } | null;
  state: string;
  commit_id?: string | null;
  official?: boolean | null;
  dismissed?: boolean | null;
  submitted_at?: string | null;
}

export const TEA_REVIEW = {
  'user?': { login: 'string' },
  state: 'string',
  'commit_id?': 'string',
  'official?': 'boolean',
  'dismissed?': 'boolean',
  'submitted_at?': 'string',
} as const;

export interface TeaStatus {
  context: string;
  status: string;
  description?: string | null;
}

export const TEA_STATUS = { context: 'string', status: 'string', 'description?': 'string' } as const;

/** What protects a branch, as anybody who can read it sees it. */
export interface TeaBranch {
  enable_status_check?: boolean | null;
  status_check_contexts?: string[] | null;
  required_approvals?: number | null;
  user_can_merge?: boolean | null;
}

export const TEA_BRANCH = {
  'enable_status_check?': 'boolean',
  'status_check_contexts?': ['string'],
  'required_approvals?': 'number',
  'user_can_merge?': 'boolean',
} as const;

export interface TeaIssue {
  number: number;
  title: string;
  body?: string | null;
  state: string;
  user?: { login: string } | null;
  labels?: { name: string }[] | null;
  pull_request?: object | null;
}

export const TEA_ISSUE = {
  number: 'number',
  title: 'string',
  'body?': 'string',
  state: 'string',
  'user?': { login: 'string' },
  'labels?': [{ name: 'string' }],
  'pull_request?': {},
} as const;

export interface TeaComment {
  id: number;
  body?: string | null;
  user?: { login: string } | null;
}

export const TEA_COMMENT = { id: 'number', 'body?': 'string', 'user?': { login: 'string' } } as const;

export const TEA_LABEL = { id: 'number', name: 'string' } as const;

export interface TeaSettings {
  default_merge_style?: string | null;
  allow_merge_commits?: boolean | null;
  allow_rebase?: boolean | null;
  allow_squash_merge?: boolean | null;
}

export const TEA_SETTINGS = {
  'default_merge_style?': 'string',
  'allow_merge_commits?': 'boolean',
  'allow_rebase?': 'boolean',
  'allow_squash_merge?': 'boolean',
} as const;
