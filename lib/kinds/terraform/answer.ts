import type { JsonValue } from '../../json.ts';
import type { Content } from '../types.ts';
import { answerOf, type Findings, type PlacedUse, type UseAnswer } from '../uses.ts';
import { type Call, callOf } from './call.ts';
import { type Interface, moduleOf, type Variable } from './interface.ts';
import { accepts, type Given, typeWords, undeclared } from './types.ts';

/** Does the module take what each call gives it, and have the outputs that are read? */
export async function answers({ schema }: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const offer = moduleOf(schema);
  return uses.map(({ use, at }): UseAnswer => {
    const call = callOf(use);
    if (call === undefined) return { answer: 'unknown', why: `'${use.subject}' is not a call of a module` };
    return offer === null
      ? { answer: 'unknown', why: 'the contract is not a Terraform module' }
      : answerOf(findingsOf(call, at, offer));
  });
}

/** What one call does not get from a module. */
export function findingsOf(call: Call, at: string, offer: Interface): Findings {
  const all: Findings = { missing: [], doubts: [] };
  const file = at.slice(0, at.lastIndexOf(':'));
  const missing: Report = (rule, why, witness, where) =>
    all.missing.push({
      ...{ why: `${why}, in ${call.subject}`, witness, rule: `terraform/${rule}` },
      ...(where === undefined ? {} : { at: typeof where === 'string' ? where : `${file}:${where}` }),
    });
  if (!call.isState) argumentsOf(call, offer, all, missing);
  for (const { name, attribute, at: place } of call.reads) {
    const where = place ?? undefined;
    const output = offer.outputs.find((candidate) => candidate.name === name);
    if (output === undefined)
      missing('output-removed', `reads output '${name}', which is not declared`, name, where);
    else if (attribute !== null && output.attributes?.includes(attribute) === false)
      missing(
        'output-attribute-removed',
        `reads '${name}.${attribute}', which the output does not have`,
        name,
        where,
      );
  }
  return all;
}

type Report = (rule: string, why: string, witness: JsonValue, where?: number | string) => void;

function argumentsOf(call: Call, offer: Interface, { doubts }: Findings, missing: Report): void {
  for (const { name, given, line } of call.arguments) {
    const variable = offer.variables.find((candidate) => candidate.name === name);
    if (variable === undefined)
      missing('variable-removed', `sets '${name}', which is not declared`, name, line);
    else argumentOf(variable, given, line, doubts, missing);
  }
  for (const { name, required } of offer.variables)
    if (required && !call.arguments.some((argument) => argument.name === name))
      missing('required-variable-added', `does not set '${name}', which has no default`, name);
  for (const alias of offer.providers.flatMap(({ aliases }) => aliases))
    if (!call.providers.includes(alias))
      missing('provider-alias-required', `does not pass provider '${alias}', which is required`, alias);
}

function argumentOf(variable: Variable, given: Given, line: number, doubts: string[], missing: Report): void {
  const { name, type, nullable, required, validations } = variable;
  if (given === 'null' && !nullable && required)
    missing('variable-became-not-nullable', `sets '${name}' to null, which is not accepted`, name, line);
  const answer = accepts(type, given);
  if (answer === 'no')
    missing(
      'variable-type-changed',
      `sets '${name}' to ${givenWords(given)}, which is not ${typeWords(type)}`,
      name,
      line,
    );
  if (answer === 'unknown')
    doubts.push(`whether '${name}' = ${givenWords(given)} is ${typeWords(type)} cannot be read`);
  const [extra] = undeclared(type, given);
  if (answer !== 'no' && extra !== undefined)
    missing('variable-attribute-removed', `sets '${name}.${extra}', which is not declared`, extra, line);
  if (answer !== 'no' && validations.length > 0)
    doubts.push(`whether '${name}' satisfies ${validations.join(', ')} is not checked`);
}

function givenWords(given: Given): string {
  if (typeof given === 'string')
    return (
      { numeric: 'a text', boolean: 'a text', text: 'a text', string: 'a text', bool: 'a boolean' }[
        given as string
      ] ?? (given === 'null' ? 'null' : `a ${given}`)
    );
  if ('expression' in given) return given.expression;
  if ('declared' in given) return `a value of type ${typeWords(given.declared)}`;
  return 'values' in given ? 'a list' : 'an object';
}
