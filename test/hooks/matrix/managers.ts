import { existsSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { managerLine } from '../../../lib/hooks/manager-lines.ts';
import { HOOKS, type HookName } from '../../../lib/hooks/types.ts';
import type { Place } from './place.ts';

const modules = resolve(import.meta.dirname, '../../../node_modules');
/** What `.ci/hook-tools` has put together: older managers, and programs of Debian's next release. */
export const tools = process.env.REALM_HOOK_TOOLS ?? '/nonexistent';
const npm = join(tools, 'npm/node_modules');

export interface ManagerSetUp {
  name: string;
  /** A program without which it cannot be tried. */
  needs: string;
  /** Install the manager; with `lines`, the lines that we print are in its configuration. */
  install(place: Place, lines: boolean): void;
  /** What its hooks need to run. */
  env?: NodeJS.ProcessEnv;
}

const hooks: readonly HookName[] = HOOKS.filter((hook) => hook !== 'pre-push');
const husky = (place: Place, head: string, lines: boolean): void => {
  for (const hook of hooks) {
    const { line } = managerLine('husky', hook, { files: [], version: 9 });
    place.write({ [`.husky/${hook}`]: `${head}${lines ? line : 'true'}\n` }, 0o755);
  }
};
const packageJson = (place: Place, key: string, commands: Record<string, string>, inner?: string): void =>
  place.write({
    'package.json': JSON.stringify({
      private: true,
      [key]: inner === undefined ? commands : { [inner]: commands },
    }),
  });
/** The printed line is a piece of JSON. */
const fromJson = (line: string, hook: HookName): string => {
  const found = JSON.parse(`{${line}}`);
  const inner = found.husky?.hooks ?? found['simple-git-hooks'];
  return inner[hook];
};

export const managers: readonly ManagerSetUp[] = [
  { name: 'none', needs: '/', install: () => {} },
  {
    name: 'husky 9',
    needs: join(modules, 'husky'),
    install(place, lines) {
      place.run(join(modules, '.bin/husky'));
      husky(place, '', lines);
    },
  },
  {
    name: 'husky 8',
    needs: join(npm, 'husky8'),
    install(place, lines) {
      place.run(process.execPath, join(npm, 'husky8/lib/bin.js'), 'install');
      husky(place, '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n', lines);
    },
  },
  {
    name: 'husky 4',
    needs: join(npm, 'husky4'),
    install(place, lines) {
      const commands = hooks.map((hook) => [
        hook,
        lines ? fromJson(managerLine('husky', hook, { files: [], version: 4 }).line, hook) : 'true',
      ]);
      packageJson(place, 'husky', Object.fromEntries(commands), 'hooks');
      place.run('mkdir', '-p', 'node_modules/.bin', '../program/bin');
      // npx costs a second each time; what it would find is run.
      place.write({ '../program/bin/npx': '#!/bin/sh\nshift\nexec "./node_modules/.bin/$@"\n' }, 0o755);
      place.run(
        'sh',
        '-c',
        `ln -s '${npm}'/* node_modules/; rm -f node_modules/husky; ln -s ../husky/bin/run.js node_modules/.bin/husky-run`,
      );
      symlinkSync(join(npm, 'husky4'), join(place.dir, 'node_modules/husky'));
      place.runWith(
        {
          INIT_CWD: place.dir,
          npm_config_user_agent: 'npm/10.0.0 node/v20 linux x64',
          HUSKY_SKIP_INSTALL: '',
        },
        process.execPath,
        'node_modules/husky/husky.js',
        'install',
      );
    },
  },
  {
    name: 'lefthook',
    needs: join(modules, 'lefthook'),
    env: { LEFTHOOK_QUIET: 'meta,summary,execution' },
    install(place, lines) {
      const text = hooks.map((hook) =>
        lines ? managerLine('lefthook', hook).line : `${hook}:\n  commands:\n    own:\n      run: echo`,
      );
      place.write({ 'lefthook.yml': `${text.join('\n')}\n` });
      // Its program itself, which npm starts through node.
      const program = `lefthook-${process.platform}-${process.arch}/bin/lefthook`;
      place.run('mkdir', '-p', '../program/bin');
      if (existsSync(join(modules, program)))
        place.run('ln', '-sf', join(modules, program), '../program/bin/lefthook');
      place.run('lefthook', 'install');
    },
  },
  ...[3, 4].map(
    (version): ManagerSetUp => ({
      name: `pre-commit ${version}`,
      needs: version === 3 ? '/usr/bin/pre-commit' : join(tools, 'pre-commit-next'),
      ...(version === 3 ? {} : { env: { PYTHONPATH: join(tools, 'root/usr/lib/python3/dist-packages') } }),
      install(place, lines) {
        const stages = hooks.filter((hook) => hook !== 'pre-applypatch');
        const text = stages.map((hook) => managerLine('pre-commit', hook, { files: [], version }).line);
        place.write({ '.pre-commit-config.yaml': lines ? `repos:\n${text.join('\n')}\n` : 'repos: []\n' });
        const file = version === 3 ? '/usr/bin/pre-commit' : join(tools, 'pre-commit-next/pre-commit');
        place.run(file, 'install', ...stages.flatMap((hook) => ['-t', hook]));
      },
    }),
  ),
  {
    name: 'simple-git-hooks',
    needs: join(npm, 'simple-git-hooks'),
    install(place, lines) {
      const commands = hooks.map((hook) => [
        hook,
        lines ? fromJson(managerLine('simple-git-hooks', hook).line, hook) : 'true',
      ]);
      packageJson(place, 'simple-git-hooks', Object.fromEntries(commands));
      place.run(process.execPath, join(npm, 'simple-git-hooks/cli.js'));
    },
  },
];

export const isHere = ({ needs }: Pick<ManagerSetUp, 'needs'>): boolean => existsSync(needs);
