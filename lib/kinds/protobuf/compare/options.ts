import { sameJson } from '../../../json.ts';
import { isCustom } from '../model/options.ts';
import type { ProtoOption } from '../parse/types.ts';
import type { Comparison, Found, RuleName } from './report.ts';

/** Options whose effect is reported as what it is. */
const ELSEWHERE = new Set([
  ...['default', 'json_name', 'packed', 'ctype', 'jstype', 'message_set_wire_format'],
  ...['no_standard_descriptor_accessor', 'idempotency_level', 'allow_alias'],
]);
/** Features of one language that have a rule of their own. */
const FEATURES = ['features.(pb.cpp).string_type', 'features.(pb.java).utf8_validation'];

/** Options beside those that have a rule of their own: what anybody defines means what its readers make of it. */
export function optionChanges(
  comparison: Comparison,
  places: Pick<Found, 'where' | 'old' | 'now'>,
  was: readonly ProtoOption[],
  is: readonly ProtoOption[],
): void {
  if (was.length === 0 && is.length === 0) return;
  const [before, after] = [was, is].map(gathered) as [Map<string, ProtoOption[]>, Map<string, ProtoOption[]>];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [from, to] = [before.get(name) ?? [], after.get(name) ?? []];
    if (
      sameJson(
        from.map(({ value }) => value),
        to.map(({ value }) => value),
      )
    )
      continue;
    const custom = [...from, ...to].some(isCustom);
    const rule: RuleName = name.startsWith('features.(')
      ? 'language-feature-changed'
      : name === 'deprecated'
        ? 'deprecation-changed'
        : custom
          ? 'custom-option-changed'
          : 'option-changed';
    const verb = from.length === 0 ? 'added to' : to.length === 0 ? 'removed from' : 'changed in';
    comparison.add(rule, {
      ...{ kind: name === 'deprecated' ? 'described' : 'changed', ...places },
      ...(name === 'deprecated'
        ? { level: 'none' }
        : custom && rule !== 'language-feature-changed'
          ? { level: 'unknown' }
          : {}),
      reason: `option '${name}' was ${verb} '${places.where}'`,
    });
  }
}

function gathered(options: readonly ProtoOption[]): Map<string, ProtoOption[]> {
  const found = new Map<string, ProtoOption[]>();
  for (const option of options) {
    const { name } = option;
    if (ELSEWHERE.has(name) || FEATURES.includes(name) || (name.startsWith('features.') && !isCustom(option)))
      continue;
    found.set(name, [...(found.get(name) ?? []), option]);
  }
  return found;
}
