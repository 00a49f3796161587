/** What is used of the replies of Bitbucket Cloud. */

interface Side {
  branch: { name: string; merge_strategies?: string[] | null; default_merge_strategy?: string | null };
  /** Cut to twelve digits. */
  commit?: { hash: string } | null;
  repository?: { full_name: string } | null;
}

export interface BucketPull {
  id: number;
  title: string;
  description?: string | null;
  state: string;
  draft?: boolean | null;
  links?: { html?: { href: string } | null } | null;
  merge_commit?: { hash: string } | null;
  source: Side;
  destination: Side;
  reviewers?: { uuid: string }[] | null;
  participants?: BucketParticipant[] | null;
}

export interface BucketParticipant {
  user: { nickname?: string | null; display_name?: string | null };
  approved?: boolean | null;
  state?: string | null;
}

const SIDE = {
  branch: { name: 'string', 'merge_strategies?': ['string'], 'default_merge_strategy?': 'string' },
  'commit?': { hash: 'string' },
  'repository?': { full_name: 'string' },
} as const;

export const BUCKET_PULL = {
  id: 'number',
  title: 'string',
  'description?': 'string',
  state: 'string',
  'draft?': 'boolean',
  'links?': { 'html?': { href: 'string' } },
  'merge_commit?': { hash: 'string' },
  source: SIDE,
  destination: SIDE,
  'reviewers?': [{ uuid: 'string' }],
  'participants?': [
    {
      user: { 'nickname?': 'string', 'display_name?': 'string' },
      'approved?': 'boolean',
      'state?': 'string',
    },
  ],
} as const;

export interface BucketStatus {
  key: string;
  name?: string | null;
  state: string;
  description?: string | null;
}

export const BUCKET_STATUS = {
  key: 'string',
  'name?': 'string',
  state: 'string',
  'description?': 'string',
} as const;

export interface BucketRule {
  kind: string;
  pattern?: string | null;
  value?: number | null;
}

export const BUCKET_RULE = { kind: 'string', 'pattern?': 'string', 'value?': 'number' } as const;

export interface BucketMember {
  user: { uuid: string; nickname?: string | null; display_name?: string | null };
}

export const BUCKET_MEMBER = {
  user: { uuid: 'string', 'nickname?': 'string', 'display_name?': 'string' },
} as const;

export interface BucketComment {
  id: number;
  content: { raw?: string | null };
  user?: { uuid: string } | null;
  deleted?: boolean | null;
}

export const BUCKET_COMMENT = {
  id: 'number',
  content: { 'raw?': 'string' },
  'user?': { uuid: 'string' },
  'deleted?': 'boolean',
} as const;
