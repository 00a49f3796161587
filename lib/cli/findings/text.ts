import { type Finding, levelRank } from '../../findings/types.ts';
import { oneLine } from '../../visible.ts';

/** For people, and for editors that jump to `path:line`: errors first, the hint indented below. */
export function findingsAsText(findings: readonly Finding[]): string {
  const sorted = [...findings].sort((a, b) => levelRank[a.level] - levelRank[b.level]);
  return sorted.map(lines).join('');
}

function lines({ id, level, message, hint, path, line }: Finding): string {
  const where = path === undefined ? '' : `${path}${line === undefined ? '' : `:${line}`}: `;
  const first = oneLine(`${where}${level}: ${message} [${id}]`);
  return `${first}\n${hint === undefined ? '' : `${oneLine(`  hint: ${hint}`)}\n`}`;
}
