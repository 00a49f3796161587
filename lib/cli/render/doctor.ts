import type { DoctorResult } from '../../actions/doctor/doctor.ts';
import { inLines } from '../../visible.ts';
import { paint } from '../terminal.ts';

const styles = { error: 'red', warning: 'yellow', note: 'dim' } as const;

/** `git realm doctor` for people: what was fixed, what is left and how to fix it, or that all is well. */
export function doctorText(result: DoctorResult, paper: { readonly colour: boolean }): string {
  const lines = result.mended.map(
    ({ message, done }) => `${paint(paper, 'green', 'fixed')}: ${message} (${done})`,
  );
  for (const { level, path, line, message, hint, mend } of result.findings) {
    const at = path === undefined ? '' : `${path}${line === undefined ? '' : `:${line}`}: `;
    lines.push(`${paint(paper, styles[level], level)}: ${at}${message}`);
    if (mend !== null) lines.push(`  git realm doctor --fix: ${mend}`);
    if (hint !== undefined) lines.push(`  ${hint}`);
  }
  const looked = `checked ${result.looked.join(', ')}`;
  return inLines([...lines, result.healthy ? `${paint(paper, 'green', 'healthy')}: ${looked}` : looked]);
}
