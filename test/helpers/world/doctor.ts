import { spawnSync } from 'node:child_process';
import { utimesSync, writeFileSync } from 'node:fs';
import type { Sandbox } from './cli.ts';

/** What `git realm doctor --json` answers. */
export interface Answer {
  healthy: boolean;
  findings: {
    id: string;
    level: string;
    message: string;
    path?: string;
    line?: number;
    mend: string | null;
  }[];
  mended: { id: string }[];
}

export async function doctor(box: Sandbox, cwd: string, expect: number, ...more: string[]): Promise<Answer> {
  const ran = await box.realm(['doctor', '--json', ...more], { cwd, expect });
  return ran.json() as Answer;
}

export const ids = (found: readonly { id: string }[]): string[] => found.map(({ id }) => id).sort();

/** The id of a process that is gone. */
export const deadPid = (): number => spawnSync('true').pid;

/** A file as old as one that nobody writes any more. */
export function old(path: string, content: string): string {
  writeFileSync(path, content);
  const then = Date.now() / 1000 - 3600;
  utimesSync(path, then, then);
  return path;
}
