import type { FileKind } from './types.ts';

/**
 * The format of a file at this path of a realm's tree; nothing where the realm keeps no format (README.md, `.github/`,
 * `trust/allowed_signers`). A repo's name may be qualified: `repos/<org>/<repo>.yaml`.
 */
export function kindOf(path: string): FileKind | undefined {
  if (path === 'realm.yaml') return 'realm';
  if (path === 'trust/users.yaml') return 'users';
  if (!path.endsWith('.yaml')) return undefined;
  const [top, second, third, ...rest] = path.split('/');
  if (second === undefined || [second, third, ...rest].includes('')) return undefined;
  switch (top) {
    case 'repos':
      return rest.length === 0 ? 'repo' : undefined;
    case 'worktrees':
      return third === undefined ? 'worktree' : undefined;
    case 'domains':
      return third === undefined ? undefined : kindInDomain(third, rest);
    case 'forge':
      return kindInForge([third ?? '', ...rest]);
    default:
      return undefined;
  }
}

function kindInDomain(third: string, rest: string[]): FileKind | undefined {
  if (rest.length === 0) {
    if (third === 'domain.yaml') return 'domain';
    return third === 'governance.yaml' ? 'governance' : undefined;
  }
  if (third === 'contracts') return rest.length === 1 ? 'contract' : undefined;
  return third === 'bindings' && rest.length <= 2 ? 'binding' : undefined;
}

function kindInForge(rest: string[]): FileKind | undefined {
  const file = rest.at(-1) ?? '';
  if (rest.length > 3 || rest.length < 2 || !/^[1-9]\d{0,8}\.yaml$/.test(file)) return undefined;
  const folder = rest.at(-2);
  if (folder === 'issues') return 'issue';
  return folder === 'pulls' ? 'pull' : undefined;
}

/** Where the file of each kind lies in a realm's tree. Names are taken as checked (`lib/names.ts`). */
export const paths = {
  realm: 'realm.yaml',
  users: 'trust/users.yaml',
  allowedSigners: 'trust/allowed_signers',
  /** Armoured public keys, `<e-mail address>.asc`. */
  gpgKeys: 'trust/gpg/',
  codeowners: '.github/CODEOWNERS',
  repo: (repo: string): string => `repos/${repo}.yaml`,
  domain: (domain: string): string => `domains/${domain}/domain.yaml`,
  governance: (domain: string): string => `domains/${domain}/governance.yaml`,
  contract: (domain: string, contract: string): string => `domains/${domain}/contracts/${contract}.yaml`,
  /** The folder of the files that a contract lists as its content, with its `/`. */
  content: (domain: string, contract: string): string => `domains/${domain}/contracts/${contract}.d/`,
  binding: (domain: string, repo: string): string => `domains/${domain}/bindings/${repo}.yaml`,
  /** `/` becomes `-`; a name already taken gets a suffix from the caller. */
  worktree: (branch: string, suffix = ''): string => `worktrees/${branch.replaceAll('/', '-')}${suffix}.yaml`,
  issue: (repo: string, number: number): string => `forge/${repo}/issues/${number}.yaml`,
  pull: (repo: string, number: number): string => `forge/${repo}/pulls/${number}.yaml`,
} as const;

/** The parts of a path that `kindOf` knows as a contract's or binding's: `domains/<domain>/…/<stem>.yaml`. */
export function domainPath(path: string): { domain: string; stem: string } | undefined {
  const match = /^domains\/([^/]+)\/(?:contracts|bindings)\/(.+)\.yaml$/.exec(path);
  return match?.[1] === undefined || match[2] === undefined
    ? undefined
    : { domain: match[1], stem: match[2] };
}

/** The contract whose content a path belongs to, and the path in it; `undefined` for any other path. */
export function contentPath(path: string): { domain: string; contract: string; file: string } | undefined {
  if (!path.startsWith('domains/')) return undefined;
  const match = /^domains\/([^/]+)\/contracts\/([^/]+)\.d\/(.+)$/.exec(path);
  const [, domain, contract, file] = match ?? [];
  return domain === undefined || contract === undefined || file === undefined
    ? undefined
    : { domain, contract, file };
}
