import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFile } from '../../../lib/realm/emit.ts';
import type { Bench } from './measure.ts';

export interface BenchRealm {
  /** The bare repository. */
  path: string;
  /** The n-th contract. */
  contract(n: number): BenchContract;
}

export interface BenchContract {
  domain: string;
  name: string;
  provider: string;
}

/** The most domains a bench realm has; contracts are dealt out to them evenly. */
const DOMAINS = 100;

/** The n-th contract of a bench realm of so many. */
export function contractAt(n: number, contracts: number): BenchContract {
  const domain = n % Math.min(DOMAINS, contracts);
  return { domain: name('domain', domain), name: name('contract', n), provider: name('provider', domain) };
}

/**
 * A bare realm of `contracts` contracts in the formats of docs/design/formats.md, written by one fast-import. In each domain one
 * repo provides all contracts and one imports them; governance is open.
 */
export function makeRealm(bench: Bench, contracts: number): BenchRealm {
  const path = join(bench.root, `realm-${contracts}`);
  const domains = Math.min(DOMAINS, contracts);
  const contract = (n: number): BenchContract => contractAt(n, contracts);
  bench.run('git', ['init', '-q', '--bare', path]);

  const files = new Map<string, string>([['realm.yaml', realmFile()]]);
  for (let d = 0; d < domains; d += 1) {
    const own = Array.from({ length: contracts }, (_, n) => n).filter((n) => n % domains === d);
    const [domain, provider, consumer] = [name('domain', d), name('provider', d), name('consumer', d)];
    const folder = `domains/${domain}`;
    for (const repo of [provider, consumer]) files.set(`repos/${repo}.yaml`, repoFile(repo));
    files.set(`${folder}/domain.yaml`, domainFile(domain, [provider, consumer]));
    files.set(`${folder}/bindings/${provider}.yaml`, exportsFile(provider, own));
    files.set(`${folder}/bindings/${consumer}.yaml`, importsFile(consumer, own));
    for (const n of own)
      files.set(`${folder}/contracts/${name('contract', n)}.yaml`, contractFile(n, provider));
  }
  bench.run('git', ['-C', path, 'fast-import', '--quiet'], { input: streamOf(files) });
  return { path, contract };
}

/**
 * The provider of domain 0 as a repository with a remote, attached to the realm: it exports one contract, read from
 * a JSON file, and imports ten of the others.
 */
export function makeMember(bench: Bench, realm: BenchRealm, contracts: number): string {
  const { domain, name: contract, provider } = realm.contract(0);
  const path = join(bench.root, `member-${contracts}`);
  const remote = `${path}.git`;
  const git = (...args: string[]): string => bench.run('git', ['-C', path, ...args]);

  bench.run('git', ['init', '-q', '--bare', remote]);
  bench.run('git', ['clone', '-q', remote, path]);
  mkdirSync(join(path, '.blue'));
  writeFileSync(join(path, 'paths.json'), JSON.stringify(pathsOf(0)));
  writeFileSync(
    join(path, '.blue', 'config.yaml'),
    `realm:\n  name: bench\n  path: ${realm.path}\nrepo: ${provider}\ndomains:\n` +
      `  - { name: ${domain}, role: provider, contracts: [${contract}] }\n`,
  );
  git('add', '-A');
  git('commit', '-q', '-m', 'start');
  git('push', '-q', '-u', 'origin', 'main');
  const source = git('rev-parse', 'HEAD').trim();

  const others = Array.from({ length: Math.min(10, contracts - 1) }, (_, n) => n + 1);
  const files = new Map<string, string>([
    [`domains/${domain}/contracts/${contract}.yaml`, contractFile(0, provider, source)],
  ]);
  for (const n of others) {
    const other = realm.contract(n);
    if (other.domain === domain) continue;
    const all = Array.from({ length: contracts }, (_, m) => m).filter(
      (m) => realm.contract(m).domain === other.domain,
    );
    const members = [other.provider, other.provider.replace('provider', 'consumer'), provider];
    files.set(`domains/${other.domain}/domain.yaml`, domainFile(other.domain, members));
    files.set(`domains/${other.domain}/bindings/${provider}.yaml`, importsFile(provider, all.slice(0, 1)));
  }
  bench.run('git', ['-C', realm.path, 'fast-import', '--quiet'], {
    input: streamOf(files, 'refs/heads/main^0'),
  });

  // attached as `git realm join` does it, without its look at every tracked file
  const home = bench.env.GIT_REALM_HOME ?? '';
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, 'index.yaml'),
    `realms:\n  - name: bench\n    path: ${realm.path}\n    checkouts: { ${provider}: ${path} }\n`,
  );
  git('config', 'realm.cloneId', 'bench');
  return path;
}

const name = (kind: string, n: number): string => `${kind}-${String(n).padStart(5, '0')}`;

const pathsOf = (n: number) => ({
  read: [`jobs/${n}/*/masks/*`, `training-runs/${n}/*`, `models/${n}/*/weights/*`],
  write: [`jobs/${n}/*/manifest.json`, `metrics/${n}/*`],
});

const created_at = '2026-01-24T10:00:00Z';

const realmFile = (): string =>
  createFile('realm', {
    name: 'bench',
    version: '1.0.0',
    created_at,
    governance: { admission: 'open', approvers: ['bench@example.com'] },
  });

const repoFile = (repo: string): string =>
  createFile('repo', {
    name: repo,
    url: `ssh://git@example.com/${repo}.git`,
    maintainers: ['bench@example.com'],
    joined_at: created_at,
  });

const domainFile = (domain: string, members: string[]): string =>
  createFile('domain', { name: domain, description: 'Coordinates two repositories', created_at, members });

const exportsFile = (repo: string, contracts: number[]): string =>
  createFile('binding', {
    repo,
    role: 'provider',
    exports: contracts.map((n) => ({
      contract: name('contract', n),
      // the one that the member reads from a file; the rest is written by hand
      ...(n === 0 ? { source_files: ['paths.json'], extract: { detector: 'data' } } : {}),
    })),
  });

const importsFile = (repo: string, contracts: number[]): string =>
  createFile('binding', {
    repo,
    role: 'consumer',
    imports: contracts.map((n) => ({
      contract: name('contract', n),
      version: '>=1.0.0',
      binding: `access/${n}.py`,
      status: 'current',
      resolved_version: '1.1.0',
      resolved_at: '2026-01-24T12:00:00Z',
    })),
  });

function contractFile(n: number, owner: string, source?: string): string {
  const paths = { type: 'array', items: { type: 'string' }, 'x-realm': { kind: 'paths', dialect: 'iam' } };
  return createFile('contract', {
    name: name('contract', n),
    version: '1.1.0',
    owner,
    description: 'S3 paths that need cross-account access',
    compatibility: { backwards: true, forwards: false },
    schema: { type: 'object', required: ['read'], properties: { read: paths, write: paths } },
    value: pathsOf(n),
    changelog: [
      { version: '1.1.0', date: '2026-01-24', changes: [`Added metrics/${n}/* for experiment tracking`] },
      { version: '1.0.0', date: '2026-01-20', changes: ['First version'] },
    ],
    ...(source === undefined ? {} : { source_commit: source }),
  });
}

function streamOf(files: Map<string, string>, from?: string): string {
  const message = 'Set up the bench';
  const head = [
    'commit refs/heads/main',
    'committer Bench <bench@example.com> 1769248800 +0000',
    `data ${message.length}\n${message}`,
    ...(from === undefined ? [] : [`from ${from}`]),
  ];
  const body = [...files].map(
    ([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}`,
  );
  return `${[...head, ...body].join('\n')}\n`;
}
