import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Gives the one export that `join` wrote down another name, as a person would in `.blue/config.yaml`. */
export function nameDetected(directory: string, name: string): void {
  const config = join(directory, '.blue/config.yaml');
  const text = readFileSync(config, 'utf8');
  const named = text.replace('name: s3-permissions', `name: ${name}`);
  if (named === text) throw new Error(`no detected export in ${config}`);
  writeFileSync(config, named);
}
