import type { Detector } from '../detect/types.ts';

/** A reader of source files by name; loaded when it is asked for. Throws `detector-unknown` with the names there are. */
export async function detectorOf(name: string): Promise<Detector> {
  const { detectorNamed } = await import('../detect/index.ts');
  return detectorNamed(name);
}
