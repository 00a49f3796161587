import type { JsonValue } from '../../../json.ts';
import type { PlacedUse, UseAnswer } from '../../uses.ts';
import { typeText } from '../compare/types.ts';
import { libraries, type Model, modelOf, textsOf } from '../model/model.ts';

/** Does the contract have each message, field, value and method that the code uses, as its copy says? */
export async function answers(schema: JsonValue, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const model = modelOf(await libraries(), textsOf(schema) ?? new Map());
  return uses.map((use): UseAnswer => {
    if ('faults' in model)
      return { answer: 'unknown', why: model.faults[0]?.why ?? 'the contract cannot be read' };
    return careful(use, answerOf(model, use));
  });
}

/** What may be something else of that name breaks nobody for certain. */
export const careful = ({ use }: PlacedUse, answer: UseAnswer): UseAnswer =>
  use.perhaps === true && answer.answer === 'no'
    ? { answer: 'unknown', why: `it may be used: ${answer.missing[0]?.why ?? use.subject}` }
    : answer;

function answerOf(model: Model, { use }: PlacedUse): UseAnswer {
  const { subject } = use;
  const missing = (why: string, rule: string): UseAnswer => ({
    answer: 'no',
    missing: [{ why, witness: subject, rule: `protobuf/${rule}` }],
  });
  const [owner, last] = [
    subject.slice(0, subject.search(/[./][^./]*$/)),
    subject.slice(subject.search(/[^./]*$/)),
  ];
  switch (use.is) {
    case 'message':
    case 'enum':
    case 'service': {
      const found = model.tree.definitions.get(subject)?.kind === use.is;
      return found
        ? { answer: 'yes' }
        : missing(`uses ${use.is} '${subject}', which there is not`, `${use.is}-no-delete`);
    }
    case 'field': {
      const field = model.message(owner)?.fields.find(({ name }) => name === last);
      if (field === undefined)
        return missing(`uses '${last}' of ${owner}, which it does not have`, 'field-no-delete');
      const isSame =
        field.number === use.number && typeText(field) === use.type && field.fieldKind === use.shape;
      return isSame
        ? { answer: 'yes' }
        : missing(
            `uses '${last}' of ${owner} as ${use.type} = ${use.number}, and it is ${typeText(field)} = ${field.number}`,
            'field-same-type',
          );
    }
    case 'value': {
      const value = model.enum(owner)?.values.find(({ name }) => name === last);
      if (value === undefined)
        return missing(`uses '${last}' of ${owner}, which it does not have`, 'enum-value-no-delete');
      return value.number === use.number
        ? { answer: 'yes' }
        : missing(
            `uses '${last}' of ${owner} as ${use.number}, and it is ${value.number}`,
            'enum-value-no-delete',
          );
    }
    case 'method': {
      const method = model.registry.getService(owner)?.methods.find(({ name }) => name === last);
      if (method === undefined)
        return missing(`calls '${last}' of ${owner}, which it does not have`, 'rpc-no-delete');
      const isSame = method.input.typeName === use.input && method.output.typeName === use.output;
      return isSame
        ? { answer: 'yes' }
        : missing(`calls '${last}' of ${owner} with other messages`, 'rpc-same-request-type');
    }
    default:
      return { answer: 'unknown', why: `'${subject}' is not a use of .proto files` };
  }
}
