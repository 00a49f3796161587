import { posix } from 'node:path';
import type { JsonValue } from '../../../json.ts';
import { optionOf } from '../model/options.ts';
import { token } from '../model/tree.ts';
import type { ProtoFile } from '../parse/types.ts';
import { optionChanges } from './options.ts';
import type { Comparison, RuleName } from './report.ts';

/** Options of a file that generated code depends on, with what they are where a file says nothing (descriptor.proto, FileOptions). */
const OPTIONS: readonly [string, JsonValue][] = [
  ['cc_enable_arenas', true],
  ['cc_generic_services', false],
  ['csharp_namespace', ''],
  ['go_package', ''],
  ['java_generic_services', false],
  ['java_multiple_files', false],
  ['java_outer_classname', ''],
  ['java_package', ''],
  ['objc_class_prefix', ''],
  ['optimize_for', 'SPEED'],
  ['php_class_prefix', ''],
  ['php_metadata_namespace', ''],
  ['php_namespace', ''],
  ['py_generic_services', false],
  ['ruby_package', ''],
  ['swift_prefix', ''],
];

/** Which file of the new side each of the old one is, and what changed in what they say of themselves. */
export function compareFiles(comparison: Comparison): void {
  const { old, now } = comparison;
  const left = new Map(now.tree.files.map((file) => [file.path, file]));
  const pairs: [ProtoFile, ProtoFile | undefined][] = [];
  for (const file of old.tree.files) {
    const same = left.get(file.path);
    left.delete(same?.path ?? '');
    pairs.push([file, same]);
  }
  for (const pair of pairs) pair[1] ??= moved(pair[0], left, old.tree.files.length);
  for (const [was, is] of pairs) {
    if (is !== undefined) comparison.paths.set(was.path, is.path);
    compareFile(comparison, was, is);
  }
  for (const { path } of left.values())
    comparison.add('file-added', {
      ...{ kind: 'added', where: path, now: `/${token(path)}`, reason: `file '${path}' was added` },
    });
}

/** A file of another path is the same one if it has the same name, or if there is no other. */
function moved(file: ProtoFile, left: Map<string, ProtoFile>, count: number): ProtoFile | undefined {
  const all = [...left.values()];
  const named = all.filter(({ path }) => posix.basename(path) === posix.basename(file.path));
  const [found] = named.length === 1 ? named : count === 1 && all.length === 1 ? all : [];
  if (found !== undefined) left.delete(found.path);
  return found;
}

function compareFile(comparison: Comparison, was: ProtoFile, is: ProtoFile | undefined): void {
  const old = `/${token(was.path)}`;
  const where = was.path;
  if (is === undefined) {
    comparison.add('file-no-delete', { kind: 'removed', where, old, reason: `file '${where}' was removed` });
    return;
  }
  const places = { where: is.path, old, now: `/${token(is.path)}` };
  const changed = (rule: RuleName, what: string, from: JsonValue, to: JsonValue): void => {
    if (from !== to)
      comparison.add(rule, {
        ...{ kind: 'changed', ...places, old: `${old}/${what}`, now: `${places.now}/${what}` },
        reason: `${what} of '${is.path}' changed from '${from}' to '${to}'`,
      });
  };
  changed('file-same-package', 'package', was.package, is.package);
  changed('file-same-syntax', 'syntax', was.edition || was.syntax, is.edition || is.syntax);
  for (const [name, otherwise] of OPTIONS) {
    const [from = otherwise, to = otherwise] = [was, is].map(({ options }) => optionOf(options, name));
    changed(`file-same-${name.replaceAll('_', '-')}` as RuleName, name, from, to);
  }
  const rest = ({ options }: ProtoFile) =>
    options.filter(
      ({ name }) => !OPTIONS.some(([symbol]) => symbol === name) && name !== 'java_string_check_utf8',
    );
  optionChanges(comparison, places, rest(was), rest(is));
}
