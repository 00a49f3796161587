import { bytesMatch } from '../limits.ts';

/** May a file be a workflow, an action or a pipeline, by its name? */
export const isPipeline = (path: string): boolean => /\.ya?ml$/i.test(path);

/** May it call something, by its bytes? */
export const mayCall = (bytes: Uint8Array): boolean =>
  bytesMatch(bytes, /\buses["']?\s*:|\binclude["']?\s*:/);
