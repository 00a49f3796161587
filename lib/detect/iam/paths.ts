import { Evaluator } from '../evaluate/evaluator.ts';
import { type Finding, pathsExtraction } from '../findings.ts';
import { bytesMatch } from '../limits.ts';
import { readModules } from '../modules.ts';
import type { Detector, Extraction, SourceFile } from '../types.ts';
import { callStatement, mapStatement, statementFindings } from './statements.ts';
import { cdkThings, grantFindings } from './things.ts';

const trigger = /s3:[\w*?]|[gG]rant_?(?:[rR]ead|[pP]ut|[wW]rite)|arn:aws[\w-]*:s3/;

/** Reads which S3 paths policies grant: IAM statements and CDK grants. */
export const iamPaths: Detector = {
  name: 'iam-paths',
  summary: 'S3 paths that IAM policies grant',
  roles: ['import', 'export'],
  reads: (path) => /\.(?:py|pyi)$/.test(path),
  triggers: (bytes) => bytesMatch(bytes, trigger),
  extract: (files) => extractGrants(files),
};

async function extractGrants(files: readonly SourceFile[]): Promise<Extraction> {
  const { modules, unresolved } = await readModules(files);
  const evaluator = new Evaluator(modules, [cdkThings]);
  const findings: Finding[] = [];
  for (const module of modules) {
    for (const map of module.maps) {
      const statement = mapStatement(map, module);
      const found = statement && statementFindings(statement, evaluator);
      findings.push(...(found?.findings ?? []));
      unresolved.push(...(found?.unresolved ?? []));
    }
    for (const call of module.calls) {
      for (const env of evaluator.contexts(call.block)) {
        const statement = callStatement(call, module, env);
        const found = statement && statementFindings(statement, evaluator);
        findings.push(...(found?.findings ?? []), ...grantFindings(call, module, env, evaluator));
        unresolved.push(...(found?.unresolved ?? []));
      }
    }
  }
  return pathsExtraction(findings, unresolved);
}
