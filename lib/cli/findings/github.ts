import type { Finding } from '../../findings/types.ts';
import { oneLine, visible } from '../../visible.ts';

/** Workflow commands that GitHub Actions shows as annotations on the file and line. */
export const githubAnnotations = (findings: readonly Finding[]): string => findings.map(annotation).join('');

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const;

function annotation({ id, level, message, hint, path, line }: Finding): string {
  const properties = [
    ...(path === undefined ? [] : [`file=${escapedProperty(path)}`]),
    ...(path === undefined || line === undefined ? [] : [`line=${line}`]),
    `title=${escapedProperty(oneLine(id))}`,
  ];
  const text = hint === undefined ? oneLine(message) : `${oneLine(message)}\n${oneLine(hint)}`;
  return `::${commands[level]} ${properties.join(',')}::${escapedData(text)}\n`;
}

/** A runner ends a command at the line's end; `%` begins an escape (actions/toolkit, `command.ts`). */
const escapedData = (text: string): string =>
  visible(text.replaceAll('%', '%25').replaceAll('\r', '%0D')).replaceAll('\n', '%0A');

const escapedProperty = (text: string): string =>
  escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
