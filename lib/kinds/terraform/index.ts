import { documentKind } from '../document.ts';
import type { Kind } from '../types.ts';
import { isModule } from './interface.ts';

/** Terraform modules. */
export const terraform: Kind = documentKind({
  name: 'terraform',
  summary: 'a Terraform module: its variables, outputs, providers and versions',
  looksFor: "a Terraform file with a 'variable' or an 'output'",
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: ({ schema }) => isModule(schema),
  compare: async (old, now) => {
    const { compareModules } = await import('./compare.ts');
    return compareModules(old.schema, now.schema);
  },
  alsoUsed: [
    {
      name: 'terraform-calls',
      reader: 'terraform-calls',
      oneByOne: true,
      ofRepository: true,
      folderOf: '.tf',
    },
  ],
  answers: async (content, uses) => (await import('./answer.ts')).answers(content, uses),
  // The state of a root module is named by the import alone.
  concerns: ({ schema }, { paths }) =>
    isModule(schema) && Array.isArray(paths) && (paths.includes(schema.path ?? null) || paths.includes('*')),
  affected: async (old, now, uses) => (await import('./affected.ts')).affected(old, now, uses),
});
