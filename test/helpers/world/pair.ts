import type { Sandbox } from './cli.ts';
import { makeRepo, type Repo, type Tree } from './repo.ts';

/** Two repositories that depend on each other, in a realm with one contract `d/c` between them. */
export interface Pair {
  provider: Repo;
  consumer: Repo;
  /** The contract's file in the realm. */
  contract(): Promise<string>;
  /** A commit with these files: what its hooks say. */
  commit(repo: Repo, message: string, tree: Tree): Promise<string>;
  /** The provider pushes and syncs; what breaks is approved. */
  publish(): Promise<void>;
  /** The consumer's check of its imports. */
  check(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  /** The consumer's status. */
  status(): Promise<string>;
}

export interface PairOptions {
  provider: Tree;
  /** What the contract is read from. */
  source: string;
  /** Words for `export` beside the source. */
  exported?: readonly string[];
  consumer: Tree;
  binding: string;
  /** Words for `import` beside the binding. */
  imported?: readonly string[];
  /** What the provider's remote is called, wherever it is: `https://git.acme.test/acme/provider.git`. */
  address?: string;
}

export async function pairOf(box: Sandbox, options: PairOptions): Promise<Pair> {
  await box.realm(['init', '--name', 'acme', '--path', 'realm']);
  const provider = await makeRepo(box, 'provider', { tree: options.provider });
  const consumer = await makeRepo(box, 'consumer', { tree: options.consumer });
  if (options.address !== undefined) {
    const inRepo = { cwd: provider.path };
    await box.git(['config', '--global', `url.${provider.remote}.insteadOf`, options.address]);
    await box.git(['remote', 'set-url', 'origin', options.address], inRepo);
  }
  const inside = (repo: Repo, ...args: string[]) => box.realm(args, { cwd: repo.path });
  await inside(provider, 'join', '../realm');
  await inside(consumer, 'join', '../realm');
  await inside(consumer, 'domain', 'create', 'd', '--repos', 'provider,consumer', '--provider', 'consumer');
  const named = ['--name', 'c', '--domain', 'd', '--source', options.source];
  await inside(provider, 'export', ...named, ...(options.exported ?? []));
  await inside(consumer, 'import', 'd/c', '--binding', options.binding, ...(options.imported ?? []));
  for (const repo of [provider, consumer]) {
    await repo.commit('contract');
    await repo.push();
    await inside(repo, 'sync');
  }
  return {
    provider,
    consumer,
    contract: async () => (await box.git(['-C', 'realm', 'show', 'main:domains/d/contracts/c.yaml'])).stdout,
    commit: async (repo, message, tree) => {
      repo.write(tree);
      await box.git(['add', '-A'], { cwd: repo.path });
      return (await box.git(['commit', '-qm', message], { cwd: repo.path })).stderr;
    },
    publish: async () => {
      await provider.push();
      const { stdout, stderr } = await box.realm(['sync'], { cwd: provider.path, expect: 'any' });
      const proposal = /proposal (\S+)/.exec(stdout + stderr)?.[1]?.replace(/[,;:]$/, '');
      if (proposal === undefined) return;
      await inside(provider, 'approve', proposal);
      await inside(provider, 'sync');
    },
    check: (...args) => box.realm(['check', '--imports', ...args], { cwd: consumer.path, expect: 'any' }),
    status: async () => (await inside(consumer, 'status')).stdout,
  };
}
