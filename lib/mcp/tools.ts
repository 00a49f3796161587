import { RealmError } from '../errors.ts';
import type { Tool } from './tool.ts';
import { changeTools } from './tools/change.ts';
import { contractTools } from './tools/contract.ts';
import { realmTools } from './tools/realm.ts';
import { viewTools } from './tools/view.ts';

/** Every tool that an agent may call. */
export const tools: readonly Tool[] = [...viewTools, ...realmTools, ...contractTools, ...changeTools];

/** Throws `no-such-tool`. */
export function theTool(name: string): Tool {
  const found = tools.find((tool) => tool.name === name);
  if (found !== undefined) return found;
  throw new RealmError('no-such-tool', `there is no tool '${name}'`);
}
