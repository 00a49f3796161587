import type { SourceFile } from '../../detect/types.ts';
import { textOf } from '../recognise.ts';
import { Confidence, type Recognised } from '../types.ts';

/** By a block that callers see. A configuration without one may have anything in it that another kind reads. */
export async function recognise(file: SourceFile): Promise<Recognised | null> {
  if (!/\.tf$/i.test(file.path)) return null;
  const text = textOf(file);
  const [, block, name] = /^[ \t]*(variable|output)[ \t]+"([^"\n]+)"[ \t]*\{/m.exec(text ?? '') ?? [];
  if (block === undefined) return null;
  return { confidence: Confidence.certain, reader: 'terraform', why: `declares ${block} '${name}'` };
}
