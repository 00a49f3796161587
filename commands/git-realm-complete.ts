import { command } from '../lib/cli/command.ts';
import { type Wanted, wanted } from '../lib/cli/complete.ts';
import { installedCommands } from '../lib/cli/install.ts';
import type { RealmModel } from '../lib/realm/model.ts';
import { visible } from '../lib/visible.ts';

/** `git realm complete -- <words>`: one candidate a line, with a tab before its summary; for the shells' completion. */
export default command({
  name: 'complete',
  summary: 'List the possible completions of a command line',
  hidden: true,
  rest: { name: '<word>', summary: 'the words after `git realm`; the last word is being typed' },
  async run(_args, _options, invocation) {
    const what = wanted(installedCommands(), invocation.rest);
    if (what.lookUp === 'path') return { result: { path: true }, text: '@path' };
    const found = [...what.words, ...(await lookUp(what, invocation))];
    const typed = invocation.rest.at(-1) ?? '';
    const started = typed.replace(/^--[\w-]+=/, '').slice(what.before.length);
    const words = found
      .filter(({ word }) => word.startsWith(started) && !/\s/.test(word) && visible(word) === word)
      .map(({ word, summary }) => ({ word: `${what.before}${word}`, summary: summary.replace(/\s+/g, ' ') }));
    return { result: { words }, text: words.map(({ word, summary }) => `${word}\t${summary}`).join('\n') };
  },
});

/** Names from the index, the realm or the repository. In no realm, or in any trouble, there are none. */
async function lookUp(
  what: Wanted,
  { cwd, env, now }: Parameters<typeof names>[1],
): Promise<Wanted['words']> {
  if (what.lookUp === undefined) return [];
  try {
    return await names(what.lookUp, { cwd, env, now });
  } catch {
    return [];
  }
}

async function names(
  kind: NonNullable<Wanted['lookUp']>,
  { cwd, env, now }: { cwd: string; env: Readonly<NodeJS.ProcessEnv>; now(): Date },
): Promise<Wanted['words']> {
  if (kind === 'branch') {
    const { discover } = await import('../lib/git/repository.ts');
    const { listRefs } = await import('../lib/git/refs.ts');
    const { shortBranch } = await import('../lib/git/branches.ts');
    const refs = await listRefs(await discover(cwd, { env: { ...env } }), ['refs/heads/']);
    return refs.map(({ name }) => ({ word: shortBranch(name), summary: '' }));
  }
  const { inRealm, listRealms } = await import('../lib/actions/open/in-realm.ts');
  const silent = { at: () => undefined, end: () => undefined };
  const context = {
    cwd,
    env: { ...env },
    now,
    note: () => undefined,
    ask: async (_: string, fallback: boolean) => fallback,
    progress: () => silent,
  };
  if (kind === 'realm') {
    const realms = await listRealms(context);
    return realms.map((realm) => ({ word: realm.url ?? realm.path ?? realm.name, summary: realm.name }));
  }
  if (kind === 'pending') {
    const { listPending } = await import('../lib/actions/approval/pending.ts');
    const { pending } = await listPending(context);
    return pending.map((operation) => ({ word: operation.id, summary: operation.subject }));
  }
  const { quickInRealm } = await import('../lib/actions/open/quick-in-realm.ts');
  const found = await quickInRealm(context, (model) => namesIn(model, kind));
  return found ?? inRealm(context, async ({ snapshot: { model } }) => namesIn(model, kind));
}

function namesIn(model: RealmModel, kind: 'repo' | 'domain' | 'contract' | 'path'): Wanted['words'] {
  const domains = model.domainNames();
  if (kind === 'repo') {
    const invited = domains.flatMap((domain) => model.domain(domain)?.members ?? []);
    return [...new Set([...model.repoNames(), ...invited])].map((word) => ({ word, summary: '' }));
  }
  if (kind === 'domain')
    return domains.map((word) => ({ word, summary: model.domain(word)?.description ?? '' }));
  return domains.flatMap((domain) =>
    model.contractNames(domain).map((word) => ({ word, summary: `in ${domain}` })),
  );
}
