import { howWords } from '../../detect/placeholders.ts';
import type { OfferedExport } from '../../detect/preview/exports.ts';
import { folded } from '../../detect/preview/fold.ts';
import { noiseReasons } from '../../detect/preview/noise.ts';
import type { Part } from '../../detect/types.ts';
import { isObject } from '../../json.ts';
import type { ExportPreview, PreviewValue } from './detect.ts';

/** What is offered as people and programs are shown it: each value once, covered ones under the wider. */
export function previewOf(offer: OfferedExport): ExportPreview {
  const { extraction, noise } = offer;
  const rule = extraction.schema['x-realm'];
  const bucket = isObject(rule) ? rule.bucket : undefined;
  const keys = [...new Set(extraction.parts.map(({ pointer }) => pointer))].sort();
  const values = keys.flatMap((pointer) =>
    valuesOf(extraction.parts.filter((part) => part.pointer === pointer)),
  );
  return {
    name: offer.name,
    detector: offer.detector,
    folder: offer.folder,
    source_files: offer.sourceFiles,
    ...(offer.options === undefined ? {} : { options: offer.options }),
    ...(typeof bucket === 'string' || bucket === null ? { bucket } : {}),
    values,
    folded: values.reduce((sum, { covers }) => sum + covers.length, 0),
    left_out: noise === undefined ? null : { class: noise, why: noiseReasons[noise] },
  };
}

/** The parts of one key: paths folded, other values as they are. */
function valuesOf(parts: readonly Part[]): PreviewValue[] {
  const paths = /^\/(?:read|write)$/.test(parts[0]?.pointer ?? '');
  const groups = new Map<string, Part[]>();
  for (const part of parts) {
    const key = JSON.stringify(part.value);
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  const texts = parts.flatMap(({ value }) => (paths && typeof value === 'string' ? value : []));
  const shown = new Map(folded(texts).map(({ path, covers }) => [path, covers]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { pointer, value, path, line } = first;
    const covers = typeof value === 'string' && paths ? shown.get(value) : [];
    if (covers === undefined) return [];
    const elsewhere = group.length - 1;
    return [{ key: pointer.slice(1), value, path, line, how: howWords(first), elsewhere, covers }];
  });
}
