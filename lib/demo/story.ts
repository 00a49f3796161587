/**
 * `lib/demo`: the story that `git realm demo` plays, as data.
 */

import { ACCESS_STACK, ACCESS_STACK_WITH_METRICS, METRICS_WRITER, S3_PATHS } from './files.ts';

/** One step of the demonstration; directories and paths are relative to its folder. */
export type Step =
  | { kind: 'say'; text: string }
  | { kind: 'cd'; directory: string }
  /** `expect`: the exit status that is right; default 0. */
  | { kind: 'run'; argv: readonly string[]; expect?: number }
  /** Put text at the end of a file, or instead of it. */
  | { kind: 'edit'; path: string; text: string; how: 'append' | 'replace' };

const run = (command: string, ...more: string[]): Step => ({
  kind: 'run',
  argv: [...command.split(' '), ...more],
});
const say = (text: string): Step => ({ kind: 'say', text });
const cd = (directory: string): Step => ({ kind: 'cd', directory });

/** The repositories as they are before anybody thought of coordinating them: name to first files. */
export const repositories: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aperture: { 'models/training/s3_paths.py': S3_PATHS },
  'fungal-image-analysis': { 'cdk/training_tools_access_stack.py': ACCESS_STACK },
};

const CONSUMER_FILE = 'cdk/training_tools_access_stack.py';

/** The story, from `init` to the resolved import, with the commands that a person would type. */
export const story: readonly Step[] = [
  say(
    'Two repositories of two teams: aperture uses paths of an S3 bucket, and fungal-image-analysis grants access to them.',
  ),
  say('1. Create a realm for both'),
  cd('.'),
  run('git realm init --name letemcook --path realm-letemcook'),
  say('2. aperture joins, and publishes the paths that its code uses as a contract'),
  cd('aperture'),
  run('git realm join ../realm-letemcook'),
  run('git realm domain create s3-access --repos aperture,fungal-image-analysis --contract s3-permissions'),
  run('git add .blue'),
  run('git commit -q -m', 'join realm letemcook'),
  run('git push -q'),
  say('3. fungal-image-analysis joins, and declares where it uses the contract'),
  cd('fungal-image-analysis'),
  run('git realm join ../realm-letemcook'),
  run(
    'git realm import --domain s3-access --contract s3-permissions --version',
    '>=1.0.0',
    '--binding',
    CONSUMER_FILE,
  ),
  run('git add .blue'),
  run('git commit -q -m', 'join realm letemcook'),
  run('git push -q'),
  say('4. A developer of aperture writes to a new path: the hook reports the effect before the commit'),
  cd('aperture'),
  { kind: 'edit', path: 'models/training/s3_paths.py', text: METRICS_WRITER, how: 'append' },
  run('git realm status'),
  run('git commit -a -m', 'feat: export training metrics'),
  say('5. Push the code, then publish the new version with sync'),
  run('git push -q'),
  run('git realm sync'),
  say('6. fungal-image-analysis sees it, and check fails in CI'),
  cd('fungal-image-analysis'),
  run('git realm status'),
  { kind: 'run', argv: ['git', 'realm', 'check', '--imports'], expect: 1 },
  say('7. It grants the new path, and sync verifies the policy'),
  { kind: 'edit', path: CONSUMER_FILE, text: ACCESS_STACK_WITH_METRICS, how: 'replace' },
  run('git commit -q -a -m', 'feat: grant the training metrics'),
  run('git push -q'),
  run('git realm sync'),
  run('git realm check --imports'),
  say('8. The history of the realm, and its current state'),
  cd('realm-letemcook'),
  run('git log --stat', '--format=%n%h %s'),
  run('git realm graph'),
];
