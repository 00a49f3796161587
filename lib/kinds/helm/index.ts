import { documentKind } from '../document.ts';
import type { Kind } from '../types.ts';
import { chartOf, isChart } from './interface.ts';
import { isOf, useIn } from './use.ts';

/** Helm charts, and custom resources of Kubernetes. */
export const helm: Kind = documentKind({
  name: 'helm',
  summary: 'a Helm chart: its values and custom resources',
  looksFor: "a chart's 'Chart.yaml', 'values.yaml' or 'values.schema.json', or a CustomResourceDefinition",
  offered: 'folder',
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: ({ schema }) => isChart(schema),
  compare: async (old, now) => {
    const { compareHelm } = await import('./compare.ts');
    return compareHelm(old.schema, now.schema);
  },
  usedFirst: [{ name: 'helm-uses', reader: 'helm-uses', oneByOne: true, ofRepository: true }],
  answers: async (content, uses) => (await import('./answer.ts')).answers(content, uses),
  concerns: ({ schema }, use) => {
    const [chart, own] = [chartOf(schema), useIn(use)];
    return chart !== null && own !== undefined && isOf(chart, own);
  },
  affected: async (old, now, uses) => (await import('./affected.ts')).affected(old, now, uses),
});
