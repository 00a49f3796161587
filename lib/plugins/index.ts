/**
 * `lib/plugins`: programs that know more kinds of contract: which of them the user allows, how they are
 * started, and what their answers must look like.
 */

import { RealmError } from '../errors.ts';
import { kindNames } from '../kinds/index.ts';
import type { Plugin, PluginHost } from '../kinds/plugged.ts';
import { allowance } from './allowed.ts';
import { checkedKind } from './kind.ts';
import { Program } from './program.ts';
import { programFor } from './search.ts';

/**
 * The kinds that the user allows, each known by a program `git-realm-kind-<name>` (docs/kinds-plugins.md). A program is
 * started when its kind is first asked for, answers all questions of this command, and is killed when this process ends.
 */
export function openPlugins(cwd: string, env: NodeJS.ProcessEnv): PluginHost {
  const programs: Program[] = [];
  const allowed = allowance(cwd, env);
  return {
    allowed: async () => [...(await allowed).kinds].filter(isName),
    load: async (name): Promise<Plugin> => {
      if (!isName(name))
        throw new RealmError('kind-unknown', `'${name}' is not a valid name for a plug-in kind`);
      const { kinds, seconds } = await allowed;
      const found = programFor(name, cwd, env);
      if (!kinds.has(name)) throw notAllowed(name, 'file' in found ? found.file : null);
      if (!('file' in found))
        throw new RealmError(
          'kind-missing',
          `kind '${name}' needs the program git-realm-kind-${name}: ${found.why}`,
          {
            hint: `put git-realm-kind-${name} into a directory on your PATH, outside this repository`,
          },
        );
      const program = new Program(name, found, { seconds });
      programs.push(program);
      return checkedKind(name, program);
    },
    close: () => {
      for (const program of programs) program.close();
    },
  };
}

/** What a kind and its program may be called: never as a kind that is built in. */
const isName = (name: string): boolean => /^[a-z][a-z0-9-]{0,39}$/.test(name) && !kindNames.includes(name);

/** A realm names the kind, and only the user decides that its program runs. */
const notAllowed = (name: string, file: string | null): RealmError =>
  new RealmError(
    'kind-not-allowed',
    `kind '${name}' needs git-realm-kind-${name}, which is not allowed to run`,
    {
      hint: `${file === null ? 'install the program' : `review ${file}`}, then: git config --global --add realm.allowKind ${name}`,
      data: { kind: name, program: file },
    },
  );
