import { join } from 'node:path';
import { type World, writerOf } from '../world/story.ts';

/** The branch of the change set that `pushChange` makes. */
export const BRANCH = 'feat/metrics';

const NEW_GRANT = 'f"{BUCKET_ARN}/jobs/*/*/manifest.json", f"{BUCKET_ARN}/metrics/*"';

/** A change set over both repositories of the story, pushed: a new need, and the grant that covers it. */
export async function pushChange({ box, aperture, fungal }: World): Promise<void> {
  await box.realm(['worktree', '--rfc', 'metrics'], { cwd: aperture.path });
  const a = join(aperture.path, '.worktrees', 'feat-metrics');
  const f = join(fungal.path, '.worktrees', 'feat-metrics');
  const paths = aperture.read('models/training/s3_paths.py');
  box.write(
    join(a, 'models/training/s3_paths.py'),
    `${paths}\n\n${writerOf('metrics').replace(/^from.*\n+/, '')}`,
  );
  const stack = fungal.read('cdk/training_tools_access_stack.py');
  box.write(
    join(f, 'cdk/training_tools_access_stack.py'),
    stack.replace('f"{BUCKET_ARN}/jobs/*/*/manifest.json"', NEW_GRANT),
  );
  await box.realm(['commit', '-m', 'feat: metrics'], { cwd: a });
  await box.realm(['push'], { cwd: a });
}
