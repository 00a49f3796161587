import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { installHooks } from '../../../lib/hooks/install.ts';
import { observeMarks, writeWatchList } from '../../../lib/hooks/watch-list.ts';
import { prefix } from '../../helpers/world/cli.ts';
import { hookRepo } from '../helper.ts';
import { type ManagerSetUp, tools } from './managers.ts';
import { operations, prepare, SOURCE, start } from './operations.ts';
import { layouts, placeAt } from './place.ts';

/** By operation: which of our hooks start node, and whether `block` stops it. */
export type Observed = Record<string, string>;

export interface Git {
  name: string;
  /** To be put before PATH. */
  directory: string | null;
  version: string;
}

export const nextGit = join(tools, 'git-next');

/** Do each of these operations twice in a repository of this kind, and see what our hooks make of it. */
export async function observe(
  top: string,
  manager: ManagerSetUp,
  git: Git,
  layout: string,
  names: readonly string[],
): Promise<Observed> {
  mkdirSync(top, { recursive: true });
  const { program, log, code, bin } = install(top);
  const gitConfig = join(top, 'gitconfig');
  writeFileSync(
    gitConfig,
    '[advice]\n\tdetachedHead = false\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n',
  );
  const path = [
    git.directory,
    bin,
    resolve(import.meta.dirname, '../../../node_modules/.bin'),
    process.env.PATH,
  ];
  const variables = {
    PATH: path.filter((part) => part !== null).join(delimiter),
    HOME: top,
    GIT_CONFIG_GLOBAL: gitConfig,
    ...manager.env,
  };
  const byConfig = git.directory !== null;
  const dir = layouts[layout]?.(placeAt(top, variables)) ?? '.';
  const place = placeAt(join(top, dir), variables);
  place.write({ '.gitignore': 'node_modules\n' });
  manager.install(place, !byConfig);
  prepare(place);
  const repo = { ...hookRepo(place.dir, { PATH: variables.PATH }), gitVersion: git.version };
  await installHooks(repo, { programs: program });
  await writeWatchList(repo.commonDir, [[SOURCE]], observeMarks([]));
  const seen: Observed = {};
  for (const [name, operation] of Object.entries(operations)) {
    if (!names.includes(name)) continue;
    const cells = [0, 79].map((status) => {
      writeFileSync(code, '0\n');
      start(place, operation.from);
      operation.before?.(place);
      const before = place.git('rev-list', '-1', 'HEAD', '--', SOURCE);
      writeFileSync(log, '');
      writeFileSync(code, `${status}\n`);
      const ran = operation.run(place);
      const kept = place.git('rev-list', '-1', 'HEAD', '--', SOURCE) === before;
      return { ...ran, kept, hooks: readFileSync(log, 'utf8').split('\n').filter(Boolean) };
    });
    const [plain, block] = cells;
    if (plain === undefined || block === undefined || plain.status !== 0)
      throw new Error(`${manager.name}, ${git.name}, ${layout}: ${name}: ${plain?.stderr}`);
    const refused = block.status !== 0 && block.kept;
    // A manager that writes the index between the two makes the second look once more, at no other answer.
    const hooks = plain.hooks.filter(
      (hook) => hook !== 'prepare-commit-msg' || !plain.hooks.includes('pre-commit'),
    );
    seen[name] = `${hooks.join(', ') || 'none'}${refused ? '; refused' : ''}`;
  }
  return seen;
}

/** An installation whose node notes what it is started for, and ends as it is told. */
function install(top: string) {
  const at = (...names: string[]) => join(top, 'program', ...names);
  const [log, code, node] = [at('log'), at('code'), at('node')];
  for (const folder of ['bin', 'share/git-realm/hooks', 'libexec/git-realm'])
    mkdirSync(at(folder), { recursive: true });
  cpSync(join(prefix, 'share/git-realm/hooks'), at('share/git-realm/hooks'), { recursive: true });
  for (const file of ['bin/git-realm', 'libexec/git-realm/git-realm-hook'])
    copyFileSync(join(prefix, file), at(file));
  writeFileSync(
    node,
    `#!/bin/sh\necho "$2" >>'${log}'\nread -r code <'${code}'\ncase $2 in pre*) exit "$code" ;; esac\n`,
  );
  chmodSync(node, 0o755);
  writeFileSync(at('libexec/git-realm/node'), `${node}\n`);
  const program = { home: at('share/git-realm/hooks'), bin: at('bin/git-realm'), node };
  return { program, log, code, bin: at('bin') };
}
