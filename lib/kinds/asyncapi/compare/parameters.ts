import { compareSchemas } from '../../../compat/schema/index.ts';
import type { JsonObject, JsonValue } from '../../../json.ts';
import type { Report } from '../../openapi/compare/report.ts';
import { addressesIn, fitOf, type Parameter } from '../address.ts';
import type { Topic } from '../interface.ts';

/** Is every address that was one of the channel's still one? Users send to some, and receive from some: both need them all. */
export function compareParameters(was: Topic, is: Topic, where: string, report: Report): void {
  const places = { old: was.pointer, now: is.pointer };
  if (was.address.shape !== is.address.shape) {
    const isWider = is.address.parameters.length > 0;
    report.note({
      ...{ rule: isWider ? 'address-generalised' : 'address-listed', level: 'compatible', kind: 'changed' },
      ...{ where, noun: 'address', ...places },
      reason: isWider
        ? `it is one of the addresses '${is.address.text}'`
        : `'${is.address.text}' is a channel of its own`,
    });
    return;
  }
  // A value may hold what stands between two parameters: then it is the addresses that are compared.
  const [had, has] = [addressesIn(was.address), addressesIn(is.address)];
  if (had !== null && has !== null) {
    const lost = had.find((address) => !has.includes(address));
    const fresh = has.find((address) => !had.includes(address));
    if (lost !== undefined)
      narrowed(report, where, places, `'${lost}' is no longer one of its addresses`, lost);
    if (fresh !== undefined) widened(report, where, places, `'${fresh}' is one of its addresses, too`);
    return;
  }
  const lost = had?.find((address) => fitOf(address, is.address) === 'none');
  if (lost !== undefined) {
    narrowed(report, where, places, `'${lost}' is no longer one of its addresses`, lost);
    return;
  }
  for (const [at, parameter] of was.address.parameters.entries()) {
    const next = is.address.parameters[at];
    if (next !== undefined) compareParameter(parameter, next, { where, places, report });
  }
}

interface Place {
  where: string;
  places: { old: string; now: string };
  report: Report;
}

function compareParameter(was: Parameter, is: Parameter, { where, places, report }: Place): void {
  const [before, after] = [schemaOf(was), schemaOf(is)];
  const name = `parameter '${was.name}' of ${where}`;
  const verdict = compareSchemas(before, after);
  if (verdict.verdict === 'equal') return;
  if (verdict.verdict === 'compatible')
    widened(report, name, places, `parameter '${was.name}' may be more than before`);
  else if (verdict.verdict === 'breaking')
    narrowed(
      report,
      name,
      places,
      `parameter '${was.name}' may no longer be all that it was: ${verdict.reason}`,
      verdict.witness,
    );
  else
    report.note({
      ...{ rule: 'parameter-unclear', level: 'unknown', kind: 'changed', where: name, noun: 'parameter' },
      ...{
        ...places,
        reason: `whether parameter '${was.name}' may still be all that it was: ${verdict.reason}`,
      },
    });
}

const schemaOf = ({ values, schema }: Parameter): JsonObject =>
  values !== null ? { enum: values } : { ...schema, type: 'string', minLength: 1 };

function narrowed(
  report: Report,
  where: string,
  places: Place['places'],
  reason: string,
  witness: JsonValue,
): void {
  report.note({
    ...{ rule: 'parameter-narrowed', level: 'breaking', kind: 'changed', where, noun: 'address', ...places },
    ...{ reason, witness },
  });
}

function widened(report: Report, where: string, places: Place['places'], reason: string): void {
  report.note({
    ...{ rule: 'parameter-widened', level: 'compatible', kind: 'changed', where, noun: 'address', ...places },
    reason,
  });
}
