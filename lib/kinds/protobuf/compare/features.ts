import type { JsonValue } from '../../../json.ts';
import { optionOf } from '../model/options.ts';
import type { ProtoFile, ProtoOption } from '../parse/types.ts';

type WithOptions = { options: readonly ProtoOption[] };

/** A feature as the innermost of what stands around says it, each with the outer ones after it. */
function feature(name: string, inner: readonly WithOptions[], file: ProtoFile): JsonValue | undefined {
  for (const { options } of [...inner, file]) {
    const value = optionOf(options, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** `ALLOW`, or what proto2 has: JSON is written as far as it goes. */
export const jsonFormat = (file: ProtoFile, around: readonly WithOptions[], of: WithOptions): JsonValue =>
  feature('features.json_format', [of, ...around], file) ??
  (file.syntax === 'proto2' ? 'LEGACY_BEST_EFFORT' : 'ALLOW');

/** How Java checks the strings of a field. */
export const javaUtf8 = (file: ProtoFile, inner: readonly WithOptions[]): JsonValue =>
  feature('features.(pb.java).utf8_validation', inner, file) ??
  (optionOf(file.options, 'java_string_check_utf8') === true ? 'VERIFY' : 'DEFAULT');

/** The type that C++ has for the strings of a field. */
export const cppString = (file: ProtoFile, inner: readonly WithOptions[]): JsonValue =>
  feature('features.(pb.cpp).string_type', inner, file) ??
  feature('ctype', inner.slice(0, 1), file) ??
  (file.syntax === 'editions' && Number(file.edition) >= 2024 ? 'VIEW' : 'STRING');
