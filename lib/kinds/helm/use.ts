import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import type { UseOf } from '../uses.ts';
import type { Chart } from './interface.ts';

/** A value or resource as a binding records it, with what is known of its places. */
interface Recorded {
  subject: string;
  value: JsonObject;
  /** The place of a value of it: `file:line`. */
  place(pointer: string, at: string): string;
  /** Is what stands there left out, or in something that is? */
  isHidden(pointer: string): boolean;
}

/** Values that a chart is given. */
export interface ValuesUse extends Recorded {
  is: 'values';
  /** What the chart is called; null: a folder, or whichever chart the import is about. */
  chart: string | null;
  paths: readonly string[] | null;
  /** Why more may be given than is known; null: this is all. */
  more: string | null;
}

/** A custom resource. */
export interface ResourceUse extends Recorded {
  is: 'resource';
  group: string;
  version: string;
  kind: string;
  /** It is a template, of which nothing else is known. */
  templated: boolean;
}

/** What a use is; `undefined` where it is neither: what is on record may be written by anyone. */
export function useIn(use: UseOf): ValuesUse | ResourceUse | undefined {
  const { group, version, kind, templated } = use;
  if (typeof group === 'string' && typeof version === 'string' && typeof kind === 'string')
    return isObject(use.instance) || templated === true
      ? {
          ...{ is: 'resource', group, version, kind, templated: templated === true },
          ...recorded(use, isObject(use.instance) ? use.instance : {}),
        }
      : undefined;
  if (!isObject(use.values)) return undefined;
  const paths = Array.isArray(use.paths) ? use.paths.filter((path) => typeof path === 'string') : null;
  return {
    ...{ is: 'values', chart: typeof use.chart === 'string' ? use.chart : null, paths },
    more:
      typeof use.open === 'string'
        ? use.open
        : use.layer === true
          ? 'other files and --set may give more values'
          : null,
    ...recorded(use, use.values),
  };
}

function recorded({ subject, lines, hidden }: UseOf, value: JsonObject): Recorded {
  const pointers = Array.isArray(hidden) ? hidden.filter((pointer) => typeof pointer === 'string') : [];
  let known: Map<string, JsonValue> | undefined;
  return {
    ...{ subject, value },
    isHidden: (pointer) => pointers.some((own) => own === pointer || pointer.startsWith(`${own}/`)),
    place(pointer, at) {
      known ??= linesOf(value, Array.isArray(lines) ? lines : []);
      for (let here = pointer; ; here = here.slice(0, here.lastIndexOf('/'))) {
        const line = known.get(here);
        if (typeof line === 'string') return line;
        if (typeof line === 'number') return `${at.slice(0, at.lastIndexOf(':'))}:${line}`;
        if (here === '') return at;
      }
    },
  };
}

/** The lines of all values, each before those that it holds, by pointer. */
function linesOf(root: JsonValue, lines: readonly JsonValue[]): Map<string, JsonValue> {
  const found = new Map<string, JsonValue>();
  let next = 0;
  const walk = (value: JsonValue, pointer: string): void => {
    const line = lines[next++];
    if (line !== undefined) found.set(pointer, line);
    const inner: [string | number, JsonValue][] = Array.isArray(value)
      ? [...value.entries()]
      : isObject(value)
        ? Object.entries(value)
        : [];
    for (const [key, member] of inner) walk(member, `${pointer}/${pointerToken(key)}`);
  };
  walk(root, '');
  return found;
}

/** Is a use one of this chart, or of a resource of its groups? */
export function isOf(chart: Chart, use: ValuesUse | ResourceUse): boolean {
  if (use.is === 'resource') return chart.crds.some(({ group }) => group === use.group);
  if (use.paths !== null) return use.paths.includes(chart.path);
  return use.chart === null || use.chart === (chart.name ?? nameOf(chart.path));
}

/** A chart without a name is called after its folder. */
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
