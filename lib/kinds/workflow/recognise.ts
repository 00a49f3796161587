import type { SourceFile } from '../../detect/types.ts';
import { dataIn } from '../recognise.ts';
import { Confidence, type Recognised } from '../types.ts';
import { formOf } from './interface.ts';

const words = {
  workflow: "is a reusable workflow ('on: workflow_call')",
  action: "is an action ('runs.using')",
  component: "declares the inputs of a GitLab component ('spec: inputs')",
} as const;

/** By what it declares: a workflow that only events trigger is nobody's interface. */
export async function recognise(file: SourceFile): Promise<Recognised | null> {
  if (!/\.ya?ml$/i.test(file.path)) return null;
  const form = formOf(await dataIn(file, /workflow_call|\busing["']?\s*:|\bspec["']?\s*:/));
  return form === null ? null : { confidence: Confidence.certain, reader: 'workflow', why: words[form] };
}
