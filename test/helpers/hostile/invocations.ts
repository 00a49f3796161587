import { readdirSync } from 'node:fs';
import type { ArgSpec, Command } from '../../../lib/cli/command.ts';
import { HOOKS } from '../../../lib/hooks/types.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { tools } from '../../../lib/mcp/tools.ts';

/** The values that mean something in the realm of `hostile-realm.ts`; any other argument is called `x`. */
const values: Record<string, string> = {
  contract: 's3/c',
  repo: 'bad',
  domain: 's3',
  branch: 'feat/x',
  realm: '',
  id: 'p1',
  path: 'there',
  old: 'main~1',
  new: 'main',
  address: 'eric@example.com',
  key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f',
  login: 'eric',
  versions: '1.0.0..2.0.0',
  hook: 'pre-commit',
};

/** Options without which a command only prints its usage, and further forms of it that reach other code. */
const forms: Record<string, string[][]> = {
  check: [[], ['--mode', 'realm']],
  'checkout add': [['--clone']],
  commit: [['-m', 'x'], ['--continue'], ['--abort']],
  'contract transfer': [['--to', 'bad']],
  demo: [['--path', 'demo']],
  doctor: [[], ['--fix']],
  'domain add': [['--repos', 'opt']],
  'domain create': [['--repos', 'victim,opt', '--name', 'fresh']],
  'domain remove': [['--repos', 'bad']],
  exec: [['--branch', 'feat/x', '--', 'true']],
  export: [['--domain', 's3', '--source', 'v.json', '--detector', 'data'], ['--detect']],
  graph: [[], ['--format', 'svg']],
  hook: [[]],
  'hooks install': [[], ['--server']],
  init: [
    ['--path', 'new', '--name', 'fresh'],
    ['--path', 'new2', '--url', './vendor/realm'],
    ['--path', 'new3', '--url', 'ssh://git.example.com/none.git'],
  ],
  join: [[], ['--ephemeral'], ['--yes']],
  'pr create': [['--branch', 'feat/x'], ['--continue']],
  push: [[], ['--continue'], ['--abort'], ['--take-over']],
  reject: [['--why', 'no']],
  sync: [['--dry-run'], ['--no-notify']],
  'trust login': [[]],
  verify: [[], ['--past']],
  'worktree add': [['--branch', 'feat/x', '--repos', 'victim,bad'], ['--continue'], ['--abort']],
};

/** What takes the ground away from under the others comes last. */
const last = ['hooks uninstall', 'session stop', 'undo', 'leave'];

/** Every verb of every command, from the commands themselves: words behind `git realm`. */
export async function invocations(): Promise<string[][]> {
  const folder = new URL('../../../commands/', import.meta.url);
  const every: [name: string, words: string[]][] = [];
  for (const file of readdirSync(folder)) {
    const name = file.replace(/\.ts$/, '');
    const { default: command } = (await import(`../../../commands/${name}.ts`)) as { default: Command };
    for (const { name, args } of command.actions) {
      const full = command.verbs ? `${command.name} ${name}` : command.name;
      const given = args.filter(({ optional }) => !optional || full === 'verify').map(wordFor);
      const hooks = full === 'hook' ? HOOKS : [null];
      for (const hook of hooks)
        for (const form of forms[full] ?? [[]])
          every.push([full, [...full.split(' '), ...(hook === null ? given : [hook]), ...form]]);
    }
  }
  const rank = ([name]: [string, string[]]): number => last.indexOf(name);
  return every.sort((a, b) => rank(a) - rank(b)).map(([, words]) => words.filter((word) => word !== ''));
}

const wordFor = ({ name, complete }: ArgSpec): string =>
  values[name] ?? (typeof complete === 'string' ? values[complete] : undefined) ?? 'x';

/** Every tool of the agent server, first as a plan and then for real, also where a directory of a stranger is named. */
export function toolCalls(directory: string): { name: string; arguments: JsonObject }[] {
  const calls = tools.flatMap(({ name, inputSchema }) => {
    const properties = inputSchema.properties as Record<string, JsonObject>;
    const given = Object.entries(properties).flatMap(([key, schema]) => argument(key, schema));
    const args = Object.fromEntries(given);
    const variants = [
      { ...args, apply: false },
      { ...args, apply: true },
      { apply: false, directory },
    ];
    return variants.map((all) => ({ name, arguments: known(all, properties) }));
  });
  return calls.sort((a, b) => Number(a.name === 'realm_leave') - Number(b.name === 'realm_leave'));
}

function argument(key: string, schema: JsonObject): [string, JsonObject[string]][] {
  if (schema.type === 'string' && schema.enum === undefined && key !== 'directory')
    return key in values && values[key] !== '' ? [[key, values[key] as string]] : [];
  if (schema.type === 'array' && key === 'repos') return [[key, ['victim', 'bad']]];
  return [];
}

const known = (args: JsonObject, properties: Record<string, JsonObject>): JsonObject =>
  Object.fromEntries(Object.entries(args).filter(([key]) => key in properties));
