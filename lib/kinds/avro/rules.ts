import type { JsonObject, JsonValue } from '../../json.ts';
import type { Rule } from '../rule.ts';
import { levels, type RuleName } from './report.ts';

const RESOLUTION = 'Apache Avro specification, "Schema Resolution"';
const LOGICAL = 'Apache Avro specification, "Logical Types"';
const PROTOCOL = 'Apache Avro specification, "Protocol Declaration"';

const rule = (
  id: RuleName,
  why: string,
  old: JsonValue,
  now: JsonValue,
  reference: string = RESOLUTION,
): Rule => ({ id: `avro/${id}`, level: levels[id], why, example: { old, new: now }, reference });

const record = (...fields: JsonObject[]): JsonObject => ({ type: 'record', name: 'a.R', fields });
const field = (name: string, type: JsonValue, more: JsonObject = {}): JsonObject => ({ name, type, ...more });
const choice = (symbols: string[], more: JsonObject = {}): JsonObject => ({
  ...{ type: 'enum', name: 'a.E', symbols },
  ...more,
});
const fixed = (size: number): JsonObject => ({ type: 'fixed', name: 'a.F', size });
const decimal = (precision: number, scale: number): JsonObject => ({
  ...{ type: 'bytes', logicalType: 'decimal', precision, scale },
});
const protocol = (messages: JsonObject): JsonObject => ({ protocol: 'P', namespace: 'a', messages });
const files = (...all: JsonObject[]): JsonValue => ({
  files: Object.fromEntries(all.map((schema) => [`${String(schema.name)}.avsc`, JSON.stringify(schema)])),
});
const [id, total] = [field('id', 'string'), field('total', 'long')];
const ask: JsonObject = { request: [id], response: 'null' };

/** What changes of Avro schemas mean: is data that was written with the old schema read with the new one? */
export const rules: readonly Rule[] = [
  rule(
    'type-changed',
    'What is written cannot be read as the other type.',
    record(total),
    record(field('total', 'string')),
  ),
  rule(
    'type-removed',
    'Data of it is read by nobody any more.',
    files(record(id), fixed(4)),
    files(record(id)),
  ),
  rule('type-added', 'Nothing was written with it before.', files(record(id)), files(record(id), fixed(4))),
  rule(
    'type-promoted',
    'A reader takes smaller numbers for its larger ones, and text for bytes.',
    record(field('total', 'int')),
    record(total),
  ),
  rule('name-changed', 'Records, enums and fixed types are read as what they are called.', record(id), {
    ...record(id),
    name: 'a.S',
  }),
  rule('name-changed-with-alias', 'The alias has the name that is written.', record(id), {
    ...{ ...record(id), name: 'a.S', aliases: ['a.R'] },
  }),
  rule('namespace-changed', 'Types are read by their names without the namespace.', record(id), {
    ...{ ...record(id), name: 'b.R' },
  }),
  rule(
    'field-added',
    'Readers take its default where it is not written.',
    record(id),
    record(id, field('total', 'long', { default: 0 })),
  ),
  rule(
    'field-without-default',
    'It is not in what is written, and there is no default to read instead.',
    record(id),
    record(id, total),
  ),
  rule('field-removed', 'Readers skip what they do not know.', record(id, total), record(id)),
  rule(
    'field-renamed-with-alias',
    'The alias has the name that is written.',
    record(total),
    record(field('sum', 'long', { aliases: ['total'] })),
  ),
  rule(
    'field-alias-ambiguous',
    'Two fields that are written have a name or an alias of the field that is read.',
    record(id, field('key', 'string')),
    record(field('id', 'string', { aliases: ['key'] })),
  ),
  rule('field-moved', 'Fields are read by their names.', record(id, total), record(total, id)),
  rule(
    'field-default-changed',
    'It is read where the field is not written.',
    record(field('total', 'long', { default: 0 })),
    record(field('total', 'long', { default: 1 })),
  ),
  rule(
    'enum-symbol-removed',
    'The symbol is not read, and the enum has no default.',
    choice(['A', 'B']),
    choice(['A']),
  ),
  rule(
    'enum-symbol-read-as-default',
    'A symbol that is not known is read as the default of the enum.',
    choice(['A', 'B'], { default: 'A' }),
    choice(['A'], { default: 'A' }),
  ),
  rule('enum-symbol-added', 'It was not written before.', choice(['A']), choice(['A', 'B'])),
  rule(
    'enum-default-changed',
    'It is read in the place of symbols that are not known.',
    choice(['A', 'B']),
    choice(['A', 'B'], { default: 'A' }),
  ),
  rule('fixed-size-changed', 'So many bytes are read.', fixed(4), fixed(8)),
  rule(
    'union-branch-removed',
    'What is written with the type is not read.',
    record(field('id', ['null', 'string', 'int'])),
    record(field('id', ['null', 'string'])),
  ),
  rule(
    'union-branch-added',
    'It was not written before.',
    record(field('id', ['null', 'string'])),
    record(field('id', ['null', 'string', 'int'])),
  ),
  rule(
    'union-order-changed',
    'The type that is written is found by what it is.',
    record(field('id', ['null', 'string'])),
    record(field('id', ['string', 'null'])),
  ),
  rule(
    'union-removed',
    'Each type of the union is read, or is reported.',
    record(field('total', ['int', 'long'])),
    record(total),
  ),
  rule(
    'union-introduced',
    'The type that is written is one of the union.',
    record(total),
    record(field('total', ['long', 'null'])),
  ),
  rule(
    'decimal-changed',
    'The same bytes are read as another number, or as one that has too many digits.',
    decimal(6, 2),
    decimal(6, 3),
    LOGICAL,
  ),
  rule(
    'decimal-widened',
    'By the specification both sides have the same precision; libraries do not check it.',
    decimal(6, 2),
    decimal(9, 2),
    LOGICAL,
  ),
  rule(
    'logical-type-changed',
    'The same bytes are read as another value.',
    { type: 'long', logicalType: 'timestamp-millis' },
    { type: 'long', logicalType: 'timestamp-micros' },
    LOGICAL,
  ),
  rule(
    'logical-type-unclear',
    'The bytes are read; whether code takes them for the same depends on what knows the logical type.',
    { type: 'int' },
    { type: 'int', logicalType: 'date' },
    LOGICAL,
  ),
  rule(
    'aliases-changed',
    'They are asked where a name is not found; what that comes to is reported.',
    { ...record(id), aliases: ['Old'] },
    record(id),
  ),
  rule(
    'attribute-changed',
    'It is not of Avro, and nothing that is written depends on it.',
    record(id),
    { ...record(id), owner: 'billing' },
    'Apache Avro specification, "Schema Declaration"',
  ),
  rule(
    'doc-changed',
    'Only words for people.',
    record(id),
    { ...record(id), doc: 'An invoice.' },
    'Apache Avro specification, "Complex Types"',
  ),
  rule(
    'reference-unresolved',
    'The type is not defined in the sources: what changes in it is not seen.',
    record(field('other', 'b.Other')),
    record(field('other', 'b.Other'), field('total', 'long', { default: 0 })),
  ),
  rule('message-removed', 'Clients send it.', protocol({ ask, tell: ask }), protocol({ ask }), PROTOCOL),
  rule('message-added', 'Nobody sent it before.', protocol({ ask }), protocol({ ask, tell: ask }), PROTOCOL),
  rule(
    'message-one-way-changed',
    'One side waits for an answer that the other does not send.',
    protocol({ ask: { ...ask, 'one-way': true } }),
    protocol({ ask }),
    PROTOCOL,
  ),
];
