import { Evaluator } from '../evaluate/evaluator.ts';
import { skippedCalls } from '../evaluate/sites.ts';
import { type FoundPath, pathsExtraction } from '../found-paths.ts';
import { bytesMatch, pause } from '../limits.ts';
import { readModules, withoutOtherKinds } from '../modules.ts';
import type { Module } from '../syntax/ir.ts';
import { codeLanguages, readsLanguages } from '../syntax/languages.ts';
import type { Detector, Extraction, SourceFile, Unresolved } from '../types.ts';
import type { Wanted } from '../wanted.ts';
import { embeddedPolicies, hasPolicyInText } from './embedded.ts';
import { pulumiThings } from './pulumi.ts';
import {
  addedStatements,
  callStatement,
  chainStatement,
  mapStatement,
  type Statement,
  statementFindings,
} from './statements.ts';
import {
  cdkThings,
  grantFindings,
  isGrant,
  managedFindings,
  policiesElsewhere,
  templateFindings,
} from './things.ts';

const trigger =
  /s3:[\w*?]|[gG]rant_?(?:[rR]ead|[pP]ut|[wW]rite)|arn:aws[\w-]*:s3|:s3:::|S3(?:Read|Write|Crud|FullAccess)Policy|AmazonS3|AMAZON_S3|[gG]rant_?[dD]elete|[gG]rant_?[pP]ublic_?[aA]ccess|(?:S3|Bucket)\w*Polic(?:y|ies)|Policy\w*S3/;

const reads = readsLanguages(...codeLanguages.filter((language) => language !== 'rust'), 'yaml', 'json');

/** Reads which S3 paths policies grant: IAM statements and CDK grants. */
export const iamPaths: Detector = {
  name: 'iam-paths',
  summary: 'S3 paths that IAM policies grant',
  roles: ['import', 'export'],
  reads,
  triggers: (bytes) => bytesMatch(bytes, trigger),
  extract: (files, _options, wanted) => extractGrants(files, wanted),
};

interface Reading {
  findings: FoundPath[];
  unresolved: Unresolved[];
}

async function extractGrants(files: readonly SourceFile[], wanted?: Wanted): Promise<Extraction> {
  const { modules, unresolved: broken } = await readModules(files, wanted?.analysed);
  const unresolved = withoutOtherKinds(broken, files, reads, trigger);
  const evaluator = new Evaluator(modules, [pulumiThings, cdkThings], wanted);
  const findings: FoundPath[] = [];
  const sources = new Set<string>();
  const inTexts = modules.some(hasPolicyInText)
    ? (await import('../syntax/document.ts')).document
    : undefined;
  const readingOf = async (module: Module): Promise<Reading & { sources: string[] }> => {
    const found: Reading & { sources: string[] } = { findings: [], unresolved: [], sources: [] };
    const keep = (reading: Reading): void => {
      found.findings.push(...reading.findings);
      found.unresolved.push(...reading.unresolved);
      if (reading.findings.length > 0) found.sources.push(...evaluator.touched);
    };
    const keepStatement = (statement: Statement): void => {
      evaluator.startPlace(statement.at.line);
      keep(statementFindings(statement, evaluator));
    };
    for (const statement of statementsOf(module, evaluator)) {
      await evaluator.rest();
      keepStatement(statement);
    }
    for (const granted of grantsOf(module, evaluator)) {
      await evaluator.rest();
      keep(granted);
    }
    for (const policy of inTexts ? embeddedPolicies(module, evaluator, inTexts) : []) {
      if ('why' in policy) keep({ findings: [], unresolved: [policy] });
      else
        for (const map of policy.maps) {
          const statement = mapStatement(map, policy, undefined);
          if (statement) keepStatement(statement);
        }
    }
    return found;
  };
  const nothing = { findings: [], unresolved: [], sources: [] };
  // What was only fetched for its names and callers is not looked through.
  const triggered = new Set(files.filter(({ bytes }) => bytesMatch(bytes, trigger)).map(({ path }) => path));
  for (const module of modules) {
    if (wanted !== undefined && !triggered.has(module.path)) continue;
    await pause();
    const { result, unresolved: open } = await evaluator.aboutAtLeisure(
      module,
      () => readingOf(module),
      nothing,
    );
    wanted?.analysed(module.path);
    findings.push(...result.findings);
    unresolved.push(...result.unresolved, ...open);
    for (const path of result.sources) sources.add(path);
  }
  unresolved.push(...skippedCalls(evaluator));
  return pathsExtraction(findings, unresolved, sources, true);
}

function statementsOf(module: Module, e: Evaluator): Statement[] {
  const found: Statement[] = [];
  const add = (statement: Statement | undefined): boolean => {
    if (statement) found.push(statement);
    return statement !== undefined;
  };
  for (const map of module.maps) {
    if (!mapStatement(map, module, undefined)) continue;
    e.startPlace(map.line);
    for (const env of e.contexts(map.block)) add(mapStatement(map, module, env));
  }
  for (const call of module.calls) {
    if (!(callStatement(call, module, undefined) ?? chainStatement(call, module, undefined))) continue;
    e.startPlace(call.line);
    for (const env of e.contexts(call.block))
      add(callStatement(call, module, env) ?? chainStatement(call, module, env));
  }
  return [...found, ...addedStatements(module)];
}

function* grantsOf(
  module: Module,
  e: Evaluator,
): Generator<{ findings: FoundPath[]; unresolved: Unresolved[] }> {
  for (const call of module.calls) {
    if (!isGrant(call)) continue;
    e.startPlace(call.line);
    for (const env of e.contexts(call.block)) {
      const { findings, unresolved } = grantFindings(call, module, env, e);
      const known = knownOnly(findings);
      yield { findings: known.findings, unresolved: [...known.unresolved, ...unresolved] };
    }
  }
  for (const map of module.maps) {
    e.startPlace(map.line);
    const findings = templateFindings(map, module, e);
    if (findings.length > 0) yield knownOnly(findings);
  }
  yield { findings: managedFindings(module), unresolved: policiesElsewhere(module) };
}

/** A grant that is only partly known must not be taken for a wider one. */
function knownOnly(all: readonly FoundPath[]): { findings: FoundPath[]; unresolved: Unresolved[] } {
  const findings = all.filter((finding) => finding.key.every((piece) => typeof piece === 'string'));
  const unresolved = all
    .filter((finding) => !findings.includes(finding))
    .map(({ path, line, how, key }): Unresolved => {
      const why = key.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.why])).join('; ');
      return { path, line, what: how, why: `part of the pattern is unknown: ${why}` };
    });
  return { findings, unresolved };
}
