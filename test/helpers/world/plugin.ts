import { readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { Test } from 'tap';
import { pluginsBy } from '../../../lib/kinds/plugged.ts';
import { openPlugins } from '../../../lib/plugins/index.ts';
import { type Sandbox, sandbox } from './cli.ts';

/** The program that docs/kinds-plugins.md shows, as it stands there. */
export function exampleProgram(): string {
  const page = readFileSync(
    resolve(import.meta.dirname, '..', '..', '..', 'docs', 'kinds-plugins.md'),
    'utf8',
  );
  const [, program] = /^```python\n([\s\S]*?)^```$/m.exec(page) ?? [];
  if (program === undefined) throw new Error('docs/kinds-plugins.md shows no program');
  return program;
}

/** A sandbox with `git-realm-kind-<name>` in a directory of its PATH; `allow`: the user allows it. */
export function withProgram(t: Test, name: string, text: string, allow = true): Sandbox {
  const box = sandbox(t);
  box.write(`programs/git-realm-kind-${name}`, text, 0o755);
  box.env.PATH = [box.path('programs'), box.env.PATH].join(delimiter);
  if (allow) allowKind(box, name);
  return box;
}

/** What `git config --global --add realm.allowKind <name>` writes; on a busy machine an interpreter takes seconds to start. */
export function allowKind(box: Sandbox, name: string, seconds = 120): void {
  const file = join(box.path('home'), '.gitconfig');
  box.write(
    file,
    `${readFileSync(file, 'utf8')}[realm]\n\tallowKind = ${name}\n\tkindTimeout = ${seconds}\n`,
  );
}

/** Kinds are loaded as a command in the sandbox's root would load them, until the test ends. */
export function openIn(t: Test, box: Sandbox): void {
  pluginsBy(openPlugins(box.root, box.env));
  t.teardown(() => pluginsBy(undefined));
}
