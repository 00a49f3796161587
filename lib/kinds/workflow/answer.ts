import { type JsonValue, sameJson } from '../../json.ts';
import type { Content } from '../types.ts';
import { answerOf, type Findings, type PlacedUse, type UseAnswer } from '../uses.ts';
import { type Call, callOf, type Passed } from './call.ts';
import { keyOf } from './compare.ts';
import { type Input, type Interface, interfaceOf } from './interface.ts';

/** Does the contract offer what each call uses: its inputs, secrets, outputs, and what it needs to be permitted? */
export async function answers({ schema }: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const offer = interfaceOf(schema);
  return uses.map(({ use, at }): UseAnswer => {
    const call = callOf(use);
    if (call === undefined) return { answer: 'unknown', why: `'${use.subject}' is not a call of a workflow` };
    return typeof offer === 'string'
      ? { answer: 'unknown', why: offer }
      : answerOf(findingsOf(call, at, offer));
  });
}

/** What one call does not get from an interface. */
export function findingsOf(call: Call, at: string, offer: Interface): Findings {
  const all: Findings = { missing: [], doubts: [] };
  const key = keyOf(offer);
  const file = at.slice(0, at.lastIndexOf(':'));
  const missing = (rule: string, why: string, witness: JsonValue, line?: number) =>
    all.missing.push({
      ...{ why: `${why}, in ${call.subject}`, witness, rule: `workflow/${rule}` },
      ...(line === undefined ? {} : { at: `${file}:${line}` }),
    });

  for (const passed of call.passes) {
    const input = offer.inputs.find(({ name }) => key(name) === key(passed.name));
    if (input === undefined)
      missing(
        'input-removed',
        `passes input '${passed.name}', which is not declared`,
        passed.name,
        passed.line,
      );
    else {
      const problem = refusal(passed, input, offer);
      if (problem?.sure) missing(problem.rule, problem.why, passed.name, passed.line);
      else if (problem !== null) all.doubts.push(problem.why);
    }
  }
  for (const { name, required } of offer.inputs)
    if (required && !call.passes.some((passed) => key(passed.name) === key(name)))
      missing('required-input-added', `does not pass input '${name}', which is required`, name);

  if (offer.form === 'workflow') {
    secretsOf(call, offer, key, all, missing);
    permissionsOf(call, offer, all, missing);
  }
  for (const { name, line } of call.reads)
    if (!offer.outputs.some((output) => key(output.name) === key(name)))
      missing('output-removed', `reads output '${name}', which is not declared`, name, line);
  if (offer.runtime === 'docker' && call.runner !== null && /^(?:windows|macos)/i.test(call.runner))
    missing(
      'runtime-became-docker',
      `runs on ${call.runner}, and an action of Docker only on Linux`,
      call.runner,
    );
  return all;
}

interface Refusal {
  rule: string;
  why: string;
  /** Else it depends on what an expression is. */
  sure: boolean;
}

/** Why an input does not take what is passed; `null`: it does. */
function refusal({ name, is, value }: Passed, input: Input, { form }: Interface): Refusal | null {
  if (form === 'action') return null;
  const { type, options, pattern } = input;
  if (is === 'unknown' && (type !== 'string' || form === 'component' || options !== null))
    return { rule: '', sure: false, why: `what the expression for input '${name}' is cannot be read` };
  const wrong = { rule: 'input-type-changed', sure: true };
  const why = `passes ${is === 'array' ? 'an array' : `a ${is}`} as input '${name}', which is a ${type}`;
  // GitHub takes a number or a boolean for a text; GitLab does not.
  const isText = form === 'workflow' && type === 'string' && ['number', 'boolean', 'null'].includes(is);
  if (is === 'null' && !isText) return { rule: '', sure: false, why: `input '${name}' is left empty` };
  if (is !== type && !isText && is !== 'unknown') return { ...wrong, why };
  if (options !== null && value === undefined)
    return { rule: '', sure: false, why: `whether input '${name}' is one of its options cannot be read` };
  if (options !== null && !options.some((option) => sameJson(option, value as JsonValue)))
    return {
      ...{ rule: 'input-option-removed', sure: true },
      why: `passes '${String(value)}' as input '${name}', which is not one of its options`,
    };
  return pattern === null
    ? null
    : { rule: '', sure: false, why: `whether input '${name}' matches ${pattern} is not checked` };
}

type Report = (rule: string, why: string, witness: JsonValue, line?: number) => void;

function secretsOf(
  { secrets }: Call,
  offer: Interface,
  key: (name: string) => string,
  { doubts }: Findings,
  missing: Report,
): void {
  const given = secrets === 'inherit' ? [] : (secrets ?? []);
  for (const { name, line } of given)
    if (!offer.secrets.some((secret) => key(secret.name) === key(name)))
      missing('secret-removed', `passes secret '${name}', which is not declared`, name, line);
  for (const { name, required } of offer.secrets) {
    if (!required || given.some((passed) => key(passed.name) === key(name))) continue;
    if (secrets === 'inherit')
      doubts.push(
        `it inherits secrets, and whether '${name}', which is required, is among them is not known`,
      );
    else missing('required-secret-added', `does not pass secret '${name}', which is required`, name);
  }
}

/** What a repository that restricts its token allows it all the same (GitHub Docs, "Permissions for the GITHUB_TOKEN"). */
const always = new Set(['contents', 'packages']);

function permissionsOf({ grants }: Call, offer: Interface, { doubts }: Findings, missing: Report): void {
  for (const [scope, { access }] of offer.permissions) {
    const given = grants?.get(scope);
    if (given === 'write' || given === access) continue;
    const needs = `permission '${scope}: ${access}'`;
    if (grants !== null || scope === 'id-token')
      missing('permission-required', `does not grant ${needs}, which is required`, scope);
    else if (!(access === 'read' && always.has(scope)))
      doubts.push(`it grants what its repository's setting says, and ${needs} is required`);
  }
}
