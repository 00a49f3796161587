import { drifts, type ExportDrift } from '../../checkout/drift.ts';
import type { Level } from '../../checkout/levels.ts';
import type { Impact } from '../../compat/usage.ts';
import { impactsOf } from '../../kinds/impact.ts';
import { consumersOf } from '../../realm/exports.ts';
import type { RealmModel } from '../../realm/model.ts';
import { mergedSchema } from '../../realm/schemas.ts';

/**
 * Which consumers use the part that the drift of a level takes away, and where. Empty where the drift breaks nothing or nobody
 * imports the contract.
 */
export async function impactOfDrift(
  model: RealmModel,
  exported: ExportDrift,
  level: Level | undefined,
): Promise<Impact[]> {
  const drift = level === undefined ? undefined : exported.levels[level];
  if (!drifts(drift) || !drift.judgement.breaking || drift.reading.kind !== 'value') return [];
  const old = { value: exported.file.value ?? null, schema: exported.file.schema ?? {} };
  const { value, schema: read } = drift.reading.extraction;
  // As it was judged: what a person wrote of the value stays.
  const schema = value === null ? read : mergedSchema(exported.file, read);
  const consumers = consumersOf(model, exported.domain, exported.contract);
  const { file } = exported;
  return impactsOf(file, old, { value, schema }, consumers, drift.judgement.values);
}
