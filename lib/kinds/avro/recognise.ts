import type { SourceFile } from '../../detect/types.ts';
import { textOf } from '../recognise.ts';
import { Confidence, type Recognised } from '../types.ts';
import { modelOf } from './read.ts';

/** By its ending and by what it defines; one that does not parse is nobody's. */
export async function recognise(file: SourceFile): Promise<Recognised | null> {
  if (!/\.(?:avsc|avpr)$/i.test(file.path)) return null;
  const text = textOf(file);
  if (text === null) return null;
  const model = await modelOf(new Map([[file.path, text]]));
  if ('faults' in model) return null;
  const [name] = [...model.types.keys(), ...model.messages.keys()];
  const [root] = model.roots;
  if (name === undefined && (root === undefined || root.schema.kind === 'reference')) return null;
  const why =
    name === undefined
      ? 'is an Avro schema'
      : `is an Avro ${/avpr$/i.test(file.path) ? 'protocol' : 'schema'} (it defines ${name})`;
  return { confidence: Confidence.certain, reader: 'avro', why };
}
