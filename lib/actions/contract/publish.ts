import { driftOf, drifts, type ExportDrift } from '../../checkout/drift.ts';
import { RealmError } from '../../errors.ts';
import { kindOf } from '../../kinds/index.ts';
import { ownExports } from '../../realm/exports.ts';
import type { PublishOp } from '../../realm/ops/publish.ts';
import { planOn } from '../../store/planning.ts';
import { type Context, opHead } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { perform } from '../share/perform.ts';
import { announcePublished } from './announce.ts';
import { contentOf, type ReadContent } from './content.ts';
import { relationTo, relationWords, shortRef } from './relation.ts';

/** What became of one export whose published code differs from its contract. */
export interface Publication {
  domain: string;
  contract: string;
  /** `behind`: this clone has older code than what was published; `refused`: the realm's rules say no. */
  outcome: 'published' | 'would-publish' | 'behind' | 'diverged' | 'refused';
  from: string;
  version: string;
  changes: string[];
  verdict: string;
  /** Why not, in words; `null` where it was published, or would be. */
  why: string | null;
  commit: string | null;
}

export interface PublishOptions {
  dryRun: boolean;
  /** The publishing branch was rewound on purpose: publish although the last published commit is not in it. */
  rewound: boolean;
}

/**
 * Publish what the publishing tip exports. Only a descendant of the last published commit publishes: an ancestor is
 * behind and changes nothing, a diverged or unknown clone has to pull (docs/design/engine.md).
 */
export async function publishTip(
  context: Context,
  workspace: Workspace,
  options: PublishOptions,
): Promise<Publication[]> {
  const { tip } = workspace.heads;
  if (tip.kind === 'none') return [];
  const exports = ownExports(workspace.snapshot.model, workspace.name);
  const all = await driftOf(workspace, workspace.levels, workspace.heads, exports, ['tip']);
  const done: Publication[] = [];
  for (const drift of all) {
    const { reading } = drift.levels.tip ?? {};
    if (reading?.kind === 'failed') done.push(refusedUnread(drift, reading.error.message));
    else if (reading?.kind === 'absent')
      done.push(
        refusedUnread(
          drift,
          `all its source files are missing; to set a new source: git realm export ${drift.contract} --source <path>`,
        ),
      );
    else if (drifts(drift.levels.tip))
      done.push(await publishOne(context, workspace, drift, tip.oid, options));
    else if (isOtherCopy(drift) && !options.dryRun) {
      const made = await publishOne(context, workspace, drift, tip.oid, options);
      // Words have a version, comments have none.
      if (made.outcome === 'refused' || (made.outcome === 'published' && made.version !== made.from))
        done.push(made);
    }
  }
  await announcePublished(context, workspace, done);
  return done;
}

/** Are the files that the contract keeps others by now, which say the same? They come along without a word. */
function isOtherCopy({ file, levels }: ExportDrift): boolean {
  const reading = levels.tip?.reading;
  if (reading?.kind !== 'value' || file.content === undefined || levels.tip?.judgement == null) return false;
  const { documents = [] } = reading;
  return !file.content.every(({ path, oid }) =>
    documents.some((source) => source.path === path && source.oid === oid),
  );
}

/** What cannot be read is not published: the contract stays as it is, and that is said. */
const refusedUnread = ({ domain, contract, file }: ExportDrift, why: string): Publication => ({
  domain,
  contract,
  outcome: 'refused',
  from: file.version,
  version: file.version,
  changes: [],
  verdict: 'unknown',
  why: `cannot read its sources: ${why}`,
  commit: null,
});

async function publishOne(
  context: Context,
  workspace: Workspace,
  drift: ExportDrift,
  tip: string,
  options: PublishOptions,
): Promise<Publication> {
  const judgement = drift.levels.tip?.judgement;
  const publication: Publication = {
    domain: drift.domain,
    contract: drift.contract,
    outcome: options.dryRun ? 'would-publish' : 'published',
    from: drift.file.version,
    version: judgement?.version ?? drift.file.version,
    changes: judgement?.lines ?? [],
    verdict: judgement?.verdict.verdict ?? 'unknown',
    why: null,
    commit: null,
  };
  const relation = options.rewound
    ? 'descendant'
    : await relationTo(workspace, drift.file.source_commit, tip);
  if (relation !== 'descendant') {
    const why = relationWords(relation, drift.file, shortRef(workspace.heads.tip.ref));
    return { ...publication, outcome: relation, why };
  }
  const reading = drift.levels.tip?.reading;
  if (reading?.kind !== 'value')
    return { ...publication, outcome: 'refused', why: 'its value cannot be read' };
  try {
    const op = await publishOp(context, workspace, drift, tip, reading);
    if (options.dryRun) {
      await planOn(workspace.snapshot, op);
      return publication;
    }
    const applied = await perform(context, workspace, op);
    return { ...publication, commit: applied.commit };
  } catch (error) {
    if (!(error instanceof RealmError) || error.exitCode !== 1) throw error;
    return {
      ...publication,
      outcome: 'refused',
      why: error.hint === undefined ? error.message : `${error.message}; ${error.hint}`,
    };
  }
}

/** What publishes one export as the commit has it. */
export const publishOp = async (
  context: Context,
  workspace: Workspace,
  drift: ExportDrift,
  source: string,
  reading: ReadContent,
): Promise<PublishOp> => ({
  verb: 'publish',
  ...opHead(context, workspace.who()),
  domain: drift.domain,
  contract: drift.contract,
  repo: workspace.name,
  base: { version: drift.file.version, source: drift.file.source_commit ?? null },
  source,
  kind: kindOf(drift.file).name,
  ...(await contentOf(workspace, drift.contract, reading)),
});
