import { kebabName } from '../../names.ts';
import type { Application } from './applications.ts';
import type { Noise } from './noise.ts';

/** What a name is made for. */
export interface Nameable {
  folder: string;
  noise?: Noise;
  /** It has a name: nobody else gets that one. */
  given?: string;
}

/** What stands alone in a repository that nothing names. */
const PLAIN = 's3-permissions';

/**
 * A name for each, all different and fit for a contract: `billing-s3` after the application, with the folder above it where two
 * have one name. `repo`: names what belongs to no application, where there are applications beside it.
 */
export function nameAll(
  all: readonly Nameable[],
  applications: ReadonlyMap<string, Application>,
  repo: string,
): string[] {
  const taken = new Set(all.flatMap(({ given }) => given ?? []));
  const folders = new Set(all.flatMap(({ folder, given }) => (given === undefined ? folder : [])));
  return all.map(({ folder, noise, given }) => {
    if (given !== undefined) return given;
    const own = applications.get(folder)?.name;
    const fallback = folders.size === 1 ? undefined : kebabName(repo);
    const ending = noise === undefined ? 's3' : noise;
    const base = own ?? fallback;
    const above = kebabName(folder.slice(0, Math.max(folder.lastIndexOf('/'), 0)));
    const names = [
      base === undefined ? (noise === undefined ? PLAIN : `s3-${noise}`) : joined(base, ending),
      ...(base === undefined || above === '' ? [] : [joined(`${above}-${base}`, ending)]),
    ];
    const free = names.find((name) => !taken.has(name)) ?? numbered(names[0] ?? PLAIN, taken);
    taken.add(free);
    return free;
  });
}

/** A name may have 100 characters. */
function joined(base: string, ending: string): string {
  const short = base.slice(0, 80).replace(/-$/, '');
  return short === ending || short.endsWith(`-${ending}`) ? short : `${short}-${ending}`;
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) if (!taken.has(`${name}-${number}`)) return `${name}-${number}`;
}
