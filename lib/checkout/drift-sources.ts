import { RealmError } from '../errors.ts';
import type { OwnExport } from '../realm/exports.ts';
import type { DetectorEntry } from '../realm/types.ts';
import { isPlain, type Level, type Levels, plainPath, type Source } from './levels.ts';
import type { Member } from './member.ts';
import type { Heads } from './tip.ts';

/** How an entry without `extract` is read: bindings that other tools wrote name only files. */
export const DEFAULT_DETECTOR: DetectorEntry = { detector: 's3-paths' };

/** The source files of an export that are not among these. */
export function missingFrom(own: OwnExport, sources: Source[] | RealmError | undefined): string[] {
  if (sources === undefined || sources instanceof RealmError) return [];
  const gone = (spec: string) =>
    isPlain(spec) && !sources.some((source) => isBelow(source.path, plainPath(spec)));
  return (own.entry.source_files ?? []).filter(gone);
}

const isBelow = (file: string, spec: string): boolean =>
  spec === '' || spec === '.' || file === spec || file.startsWith(`${spec}/`);

type PerLevel = Partial<Record<Level, Source[] | RealmError>>;

/** The source files of each export at each level. */
export async function sourcesOf(
  member: Member,
  levels: Levels,
  heads: Heads,
  watched: readonly OwnExport[],
  wanted: readonly Level[],
): Promise<Map<OwnExport, PerLevel>> {
  const plain = watched.filter((own) => own.entry.source_files?.every(isPlain));
  const rest = watched.filter((own) => !plain.includes(own));
  const found = new Map<OwnExport, PerLevel>(watched.map((own) => [own, {}]));
  const all = [...new Set(plain.flatMap((own) => own.entry.source_files ?? []))];
  const jobs: [readonly string[], readonly OwnExport[]][] = [
    ...(all.length > 0 ? [[all, plain] as [string[], OwnExport[]]] : []),
    ...rest.map((own) => [own.entry.source_files ?? [], [own]] as [string[], OwnExport[]]),
  ];
  await Promise.all(
    jobs.map(async ([pathspecs, owners]) => {
      const listed = await listLevels(member, levels, heads, pathspecs, wanted);
      for (const own of owners) {
        const mine = found.get(own) ?? {};
        for (const level of wanted) {
          const sources = listed[level];
          if (sources === undefined) continue;
          const picked = sources instanceof RealmError || owners.length === 1 ? sources : pick(sources, own);
          mine[level] = picked;
        }
      }
    }),
  );
  return found;
}

async function listLevels(
  member: Member,
  levels: Levels,
  heads: Heads,
  pathspecs: readonly string[],
  wanted: readonly Level[],
): Promise<PerLevel> {
  try {
    const inCommit = (oid: string | null) => (oid === null ? [] : levels.inCommit(oid, pathspecs));
    const tipOid = heads.tip.kind === 'none' ? null : heads.tip.oid;
    const hasFiles = member.repo.worktree !== null;
    const indexOnly = wanted.includes('index') && !wanted.includes('worktree') && hasFiles;
    const [tip, head, index, checkout] = await Promise.all([
      wanted.includes('tip') ? inCommit(tipOid) : [],
      wanted.includes('head') && heads.head !== tipOid ? inCommit(heads.head) : null,
      indexOnly ? levels.inIndex(pathspecs) : [],
      wanted.includes('worktree') && hasFiles ? levels.inCheckout(pathspecs) : { index: [], worktree: [] },
    ]);
    const atHead = head ?? (wanted.includes('tip') ? tip : await inCommit(heads.head));
    return { tip, head: atHead, index: indexOnly ? index : checkout.index, worktree: checkout.worktree };
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    return Object.fromEntries(wanted.map((level) => [level, error]));
  }
}

function pick(sources: readonly Source[], own: OwnExport): Source[] {
  const specs = (own.entry.source_files ?? []).map(plainPath);
  return sources.filter((source) => specs.some((spec) => isBelow(source.path, spec)));
}
