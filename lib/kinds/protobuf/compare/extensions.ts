import type { DescExtension } from '@bufbuild/protobuf';
import type { Model } from '../model/model.ts';
import { token } from '../model/tree.ts';
import type { ProtoField, ProtoFile, Scope } from '../parse/types.ts';
import { compareFields, type FieldSide } from './fields.ts';
import type { Comparison } from './report.ts';

/** Extensions, by what they extend and their number. */
export function compareExtensions(comparison: Comparison): void {
  const [before, after] = [sidesOf(comparison.old), sidesOf(comparison.now)];
  for (const [key, was] of before) {
    const colon = key.lastIndexOf(':');
    const is = after.get(`${comparison.renamed(key.slice(0, colon))}${key.slice(colon)}`);
    if (is !== undefined) compareFields(comparison, was, is);
    else
      comparison.add('extension-no-delete', {
        ...{ kind: 'removed', where: nameOf(was), old: was.pointer },
        reason: `extension '${nameOf(was)}' = ${was.written.number} of '${was.owner}' was removed`,
      });
  }
  const had = new Set(
    [...before.keys()].map(
      (key) => `${comparison.renamed(key.slice(0, key.lastIndexOf(':')))}${key.slice(key.lastIndexOf(':'))}`,
    ),
  );
  for (const [key, { written, pointer, owner }] of after)
    if (!had.has(key))
      comparison.add('field-added', {
        ...{ kind: 'added', where: `${owner}.(${written.name})`, now: pointer },
        reason: `extension '${written.name}' = ${written.number} of '${owner}' was added`,
      });
}

const nameOf = ({ field }: FieldSide): string => (field as DescExtension).typeName;

function sidesOf(model: Model): Map<string, FieldSide> {
  const found = new Map<string, FieldSide>();
  const written = new Map<string, { written: ProtoField; file: ProtoFile; pointer: string }>();
  for (const file of model.tree.files) gather(written, file, file, `/${token(file.path)}`, file.package);
  for (const [key, field] of model.extensions) {
    const at = written.get(field.typeName);
    if (at !== undefined) found.set(key, { ...at, field, around: [], owner: field.extendee.typeName });
  }
  return found;
}

function gather(
  found: Map<string, { written: ProtoField; file: ProtoFile; pointer: string }>,
  file: ProtoFile,
  scope: Scope,
  pointer: string,
  name: string,
): void {
  for (const { fields } of scope.extends)
    for (const written of fields)
      found.set(name === '' ? written.name : `${name}.${written.name}`, {
        ...{ written, file, pointer: `${pointer}/${written.name}` },
      });
  for (const message of scope.messages)
    gather(
      found,
      file,
      message,
      `${pointer}/${message.name}`,
      name === '' ? message.name : `${name}.${message.name}`,
    );
}
