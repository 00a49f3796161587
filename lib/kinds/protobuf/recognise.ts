import type { SourceFile } from '../../detect/types.ts';
import { textOf } from '../recognise.ts';
import { Confidence, type Recognised } from '../types.ts';
import { parseProto } from './parse/parser.ts';
import { newSteps } from './parse/tokens.ts';

/** By its ending and by what it defines; one that does not parse is nobody's. */
export async function recognise(file: SourceFile): Promise<Recognised | null> {
  if (!/\.proto$/i.test(file.path)) return null;
  const text = textOf(file);
  if (text === null) return null;
  try {
    const { messages, enums, services } = parseProto(file.path, text, newSteps());
    const [first] = [...messages, ...enums, ...services];
    if (first === undefined) return null;
    return {
      confidence: Confidence.certain,
      reader: 'protobuf',
      why: `is a Protocol Buffers file (it defines ${first.name})`,
    };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}
