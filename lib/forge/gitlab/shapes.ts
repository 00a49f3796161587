/** What is used of GitLab's replies. */

export interface MergeRequest {
  iid: number;
  web_url: string;
  title: string;
  description?: string | null;
  state: string;
  draft?: boolean;
  source_branch: string;
  target_branch: string;
  source_project_id?: number | null;
  target_project_id: number;
  sha?: string | null;
  merge_commit_sha?: string | null;
  squash_commit_sha?: string | null;
  merge_status?: string | null;
  detailed_merge_status?: string | null;
  merge_when_pipeline_succeeds?: boolean;
  reviewers?: { id: number; username: string }[] | null;
}

export const MERGE_REQUEST = {
  iid: 'number',
  web_url: 'string',
  title: 'string',
  'description?': 'string',
  state: 'string',
  'draft?': 'boolean',
  source_branch: 'string',
  target_branch: 'string',
  'source_project_id?': 'number',
  target_project_id: 'number',
  'sha?': 'string',
  'merge_commit_sha?': 'string',
  'squash_commit_sha?': 'string',
  'merge_status?': 'string',
  'detailed_merge_status?': 'string',
  'merge_when_pipeline_succeeds?': 'boolean',
  'reviewers?': [{ id: 'number', username: 'string' }],
} as const;

export const USER = { id: 'number', username: 'string' } as const;
export const APPROVALS = { 'approved_by?': [{ user: { username: 'string' } }] } as const;
export const REVIEWER = { user: { username: 'string' }, state: 'string' } as const;
export const PROJECT = { 'merge_trains_enabled?': 'boolean', 'squash_option?': 'string' } as const;

export interface Status {
  name: string;
  status: string;
  description?: string | null;
  allow_failure?: boolean;
}

export const JOB = {
  name: 'string',
  status: 'string',
  'description?': 'string',
  'allow_failure?': 'boolean',
} as const;

export interface LabIssue {
  iid: number;
  title: string;
  description?: string | null;
  state: string;
  author?: { username: string } | null;
}

export const LAB_ISSUE = {
  iid: 'number',
  title: 'string',
  'description?': 'string',
  state: 'string',
  'author?': { username: 'string' },
} as const;

export interface Note {
  id: number;
  body: string;
  author?: { username: string } | null;
}

export const NOTE = { id: 'number', body: 'string', 'author?': { username: 'string' } } as const;
