import type { SourceFile } from '../../detect/types.ts';
import { isObject } from '../../json.ts';
import { dataIn, textOf } from '../recognise.ts';
import { Confidence, type Recognised } from '../types.ts';
import { isCrd } from './interface.ts';

const reader = 'helm';

/** By the name of a file of a chart, with what has to be in it; by its kind for a custom resource. */
export async function recognise(file: SourceFile): Promise<Recognised | null> {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  if (name === 'Chart.yaml') {
    const chart = await dataIn(file, /name\s*:/);
    return isObject(chart) && typeof chart.name === 'string' && chart.version !== undefined
      ? { confidence: Confidence.certain, reader, why: `is the chart '${chart.name}'` }
      : null;
  }
  if (name === 'values.schema.json')
    return isObject(await dataIn(file))
      ? { confidence: Confidence.certain, reader, why: 'is the schema of the values of a chart' }
      : null;
  if (name === 'values.yaml') {
    const values = await dataIn(file);
    return isObject(values) && Object.keys(values).length > 0
      ? { confidence: Confidence.likely, reader, why: 'is called as the values of a chart are' }
      : null;
  }
  return (await hasCrd(file))
    ? { confidence: Confidence.certain, reader, why: 'defines a custom resource' }
    : null;
}

async function hasCrd(file: SourceFile): Promise<boolean> {
  if (!/\.(?:ya?ml|json)$/i.test(file.path)) return false;
  if (!/["']?kind["']?\s*:\s*["']?CustomResourceDefinition/.test(textOf(file) ?? '')) return false;
  const data = await dataIn(file, /CustomResourceDefinition/);
  return (Array.isArray(data) ? data : [data ?? null]).some(isCrd);
}
