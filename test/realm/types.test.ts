import t from 'tap';
import type { JsonObject } from '../../lib/json.ts';
import type * as types from '../../lib/realm/types.ts';
import { schemas } from '../../schemas/generate.ts';

/** The keys of a type, each with whether it must be there: the compiler refuses a map that misses one or has another. */
type KeysOf<T> = {
  [K in keyof T as string extends K ? never : K]-?: Record<never, never> extends Pick<T, K>
    ? 'optional'
    : 'required';
};

const keys = {
  realm: {
    name: 'required',
    version: 'required',
    created_at: 'optional',
    governance: 'optional',
    trust: 'optional',
  },
  repo: {
    name: 'required',
    org: 'optional',
    path: 'optional',
    url: 'optional',
    maintainers: 'optional',
    status: 'optional',
    formerly: 'optional',
    joined_at: 'optional',
  },
  domain: {
    name: 'required',
    description: 'optional',
    created_at: 'optional',
    members: 'optional',
    archived: 'optional',
  },
  governance: {
    admission: 'optional',
    approvers: 'optional',
    breaking_changes: 'optional',
    rules: 'optional',
  },
  contract: {
    name: 'required',
    kind: 'optional',
    version: 'required',
    owner: 'optional',
    offered_to: 'optional',
    formerly: 'optional',
    description: 'optional',
    compatibility: 'optional',
    schema: 'optional',
    value: 'optional',
    content: 'optional',
    changelog: 'optional',
    evolution: 'optional',
    source_commit: 'optional',
    effective_at: 'optional',
    deprecations: 'optional',
  },
  binding: { repo: 'required', role: 'required', exports: 'optional', imports: 'optional' },
  worktree: {
    name: 'required',
    created_at: 'optional',
    source_rfc: 'optional',
    domain: 'optional',
    domains: 'optional',
    repos: 'optional',
    coordination: 'optional',
    prs: 'optional',
  },
  config: {
    realm: 'required',
    repo: 'required',
    domains: 'optional',
    detected_exports: 'optional',
    suppress: 'optional',
  },
  index: { realms: 'optional' },
  issue: {
    number: 'required',
    title: 'required',
    body: 'optional',
    state: 'required',
    author: 'optional',
    labels: 'optional',
    created_at: 'optional',
    updated_at: 'optional',
    closed_at: 'optional',
    comments: 'optional',
  },
  pull: {
    number: 'required',
    title: 'required',
    body: 'optional',
    state: 'required',
    draft: 'optional',
    head: 'required',
    base: 'required',
    head_sha: 'optional',
    merge_sha: 'optional',
    author: 'optional',
    labels: 'optional',
    reviewers: 'optional',
    reviews: 'optional',
    checks: 'optional',
    created_at: 'optional',
    updated_at: 'optional',
    closed_at: 'optional',
    merged_at: 'optional',
    comments: 'optional',
  },
  users: { users: 'required' },
} satisfies { [Kind in types.FileKind]: KeysOf<types.FileTypes[Kind]> };

/** The types inside of the files, each at the pointer of its schema. */
const inner = {
  'contract/properties/changelog/items': {
    version: 'required',
    date: 'optional',
    changes: 'optional',
    effective_at: 'optional',
  } satisfies KeysOf<types.Release>,
  'contract/properties/deprecations/items': {
    pointer: 'required',
    since: 'optional',
    sunset: 'optional',
    reason: 'optional',
  } satisfies KeysOf<types.Deprecation>,
  'binding/properties/exports/items': {
    contract: 'required',
    source_files: 'optional',
    extract: 'optional',
  } satisfies KeysOf<types.ExportEntry>,
  'binding/properties/imports/items': {
    contract: 'required',
    domain: 'optional',
    version: 'required',
    binding: 'optional',
    verify: 'optional',
    covers: 'optional',
    uses: 'optional',
    unread: 'optional',
    status: 'optional',
    proof: 'optional',
    resolved_version: 'optional',
    resolved_commit: 'optional',
    resolved_at: 'optional',
  } satisfies KeysOf<types.ImportEntry>,
  'common/$defs/detector': { detector: 'required' } satisfies KeysOf<types.DetectorEntry>,
  'common/$defs/comment': {
    author: 'required',
    body: 'required',
    created_at: 'optional',
  } satisfies KeysOf<types.Comment>,
  'worktree/properties/repos/items': {
    name: 'required',
    path: 'optional',
    status: 'optional',
    commits: 'optional',
  } satisfies KeysOf<types.WorktreeRepo>,
  'worktree/properties/prs/items': {
    repo: 'required',
    number: 'required',
    url: 'optional',
    blocked_by: 'optional',
  } satisfies KeysOf<types.WorktreePull>,
  'worktree/properties/coordination/properties/commits/items': {
    change: 'optional',
    message: 'optional',
    linked: 'optional',
  } satisfies KeysOf<types.CoordinatedCommit>,
  'config/properties/domains/items': {
    name: 'required',
    role: 'optional',
    contracts: 'optional',
  } satisfies KeysOf<types.ConfigDomain>,
  'config/properties/suppress/items': {
    finding: 'required',
    reason: 'optional',
    until: 'optional',
  } satisfies KeysOf<types.Suppression>,
  'index/properties/realms/items': {
    name: 'required',
    path: 'optional',
    url: 'optional',
    local_path: 'optional',
    checkouts: 'optional',
  } satisfies KeysOf<types.IndexRealm>,
  'pull/properties/reviews/items': {
    author: 'required',
    state: 'required',
    sha: 'optional',
    body: 'optional',
    created_at: 'optional',
  } satisfies KeysOf<types.PullReview>,
  'pull/properties/checks/items': {
    name: 'required',
    state: 'required',
    sha: 'optional',
    url: 'optional',
  } satisfies KeysOf<types.PullCheck>,
};

t.test('every schema has the keys of its type, and requires the same', async (t) => {
  const all = schemas();
  const files = [...all.keys()].filter((kind) => !['common', 'session-message'].includes(kind));
  t.strictSame(files.sort(), Object.keys(keys).sort());
  for (const [kind, type] of Object.entries(keys))
    t.strictSame(
      keysOf(kind === 'governance' ? at('common/$defs/governance') : all.get(kind)),
      sorted(type),
      kind,
    );
  for (const [pointer, type] of Object.entries(inner))
    t.strictSame(keysOf(at(pointer)), sorted(type), pointer);

  function at(pointer: string): JsonObject {
    const [kind = '', ...path] = pointer.split('/');
    return path.reduce((node, key) => node[key] as JsonObject, all.get(kind) ?? {});
  }
});

function keysOf(schema: JsonObject = {}): Record<string, string> {
  const required = (schema.required ?? []) as string[];
  return sorted(
    Object.fromEntries(
      Object.keys(schema.properties ?? {}).map((key) => [
        key,
        required.includes(key) ? 'required' : 'optional',
      ]),
    ),
  );
}

function sorted(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
