import { RealmError } from '../errors.ts';

/** What has to be in a reply, as far as it is used; a key with `?` may be missing or `null`. */
export type Shape = 'string' | 'number' | 'boolean' | readonly [Shape] | { readonly [key: string]: Shape };

/** The same data, if it has that shape. Throws `forge-reply`: a server may answer with anything. */
export function shaped<T>(data: T, shape: Shape): T {
  if (fits(data, shape)) return data;
  throw new RealmError('forge-reply', 'its answer does not have the expected form', {
    hint: 'check that realm.githubHost is the base URL of the API',
  });
}

function fits(data: unknown, shape: Shape): boolean {
  if (typeof shape === 'string') return typeof data === shape;
  if (Array.isArray(shape)) return Array.isArray(data) && data.every((item) => fits(item, shape[0] as Shape));
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false;
  return Object.entries(shape).every(([key, inner]) => {
    const value = (data as Record<string, unknown>)[key.replace('?', '')];
    return (key.endsWith('?') && (value === undefined || value === null)) || fits(value, inner);
  });
}

const branch = { ref: 'string', sha: 'string', 'repo?': { 'full_name?': 'string' } } as const;

export const PULL = {
  number: 'number',
  html_url: 'string',
  title: 'string',
  'body?': 'string',
  state: 'string',
  'draft?': 'boolean',
  'merged_at?': 'string',
  'merge_commit_sha?': 'string',
  head: branch,
  base: branch,
} as const;

export const ISSUE = {
  number: 'number',
  title: 'string',
  'body?': 'string',
  state: 'string',
  'user?': { login: 'string' },
} as const;

export const COMMENT = { id: 'number', 'body?': 'string', 'user?': { login: 'string' } } as const;
export const REVIEW = { 'user?': { login: 'string' }, state: 'string' } as const;
export const CHECK = { name: 'string', status: 'string', 'conclusion?': 'string' } as const;
export const STATUS = { context: 'string', state: 'string', 'description?': 'string' } as const;
