import type { Detector } from '../detect/types.ts';
import { plugInReader } from './plugged.ts';

/**
 * A reader of source files by name; loaded when it is asked for. Throws `detector-unknown` with the names there are, and
 * what `plugInReader` throws.
 */
export async function detectorOf(name: string): Promise<Detector> {
  await plugInReader(name);
  const { detectorNamed } = await import('../detect/index.ts');
  return detectorNamed(name);
}
