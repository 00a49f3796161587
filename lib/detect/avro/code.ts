import type { JsonObject } from '../../json.ts';
import { isObject } from '../../json.ts';
import type { Model } from '../../kinds/avro/model.ts';
import { modelOf } from '../../kinds/avro/read.ts';
import type { Part, Unresolved } from '../types.ts';
import { type SchemaText, schemaTexts } from './texts.ts';
import { usesOf } from './uses.ts';

/** The schemas that stand in code, and what of them is read. */
export class CodeSchemas {
  private readonly found: (SchemaText & { path: string })[] = [];
  private readonly unresolved: Unresolved[];

  constructor(unresolved: Unresolved[]) {
    this.unresolved = unresolved;
  }

  /** Takes the schemas of a file; that it cannot be read is said. */
  async add(path: string, text: string): Promise<void> {
    try {
      for (const schema of await schemaTexts(path, text)) this.found.push({ ...schema, path });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.no(path, 1, `it does not parse: ${error.message}`);
    }
  }

  /** What they read beside what files read. A type of that name that is the same is one use. */
  async uses(ofFiles: readonly Part[]): Promise<Part[]> {
    const parts: Part[] = [];
    const open: { name: string; path: string; line: number }[] = [];
    for (const schema of this.found) {
      const model = await this.modelOf(schema);
      if (model === undefined) continue;
      const own = usesOf(model);
      const before = [...ofFiles, ...parts];
      const other = [...model.types.keys()]
        .map((name) => otherOf(name, own, before))
        .find((part) => part !== undefined);
      if (other !== undefined) {
        this.no(schema.path, schema.line, `another schema of that name is in ${other.path}:${other.line}`);
        continue;
      }
      const known = new Set(before.map(subjectOf));
      parts.push(...own.filter((part) => !known.has(subjectOf(part))));
      for (const [name, { path, line }] of model.open) open.push({ name, path, line });
    }
    const known = new Set([...ofFiles, ...parts].map(subjectOf));
    for (const { name, path, line } of open)
      if (!known.has(name))
        this.no(path, line, `'${name}' is not defined, so it is not known how it is read`);
    return parts;
  }

  private async modelOf({
    path,
    line,
    role,
    text,
  }: SchemaText & { path: string }): Promise<Model | undefined> {
    if (role === 'written') {
      this.no(path, line, 'data is written with it: that it is read with is not seen', false);
      return undefined;
    }
    if (text === null || role === 'unknown') {
      const why =
        text === null
          ? 'it is put together at run time, or is not JSON'
          : 'it is not seen in this file that it is handed to what reads data';
      this.no(path, line, why);
      return undefined;
    }
    const model = await modelOf(new Map([[path, text]]));
    if (!('faults' in model)) return model;
    const [fault] = model.faults;
    this.no(path, fault?.line ?? line, fault?.why ?? 'it cannot be read');
    return undefined;
  }

  private no(path: string, line: number, why: string, gap = true): void {
    this.unresolved.push({ path, line, what: 'the schema', why, ...(gap ? { gap: true as const } : {}) });
  }
}

const useOf = ({ value }: Part): JsonObject => (isObject(value) ? value : {});
const subjectOf = (part: Part): string => String(useOf(part).subject);

/** A type of that name which is read otherwise. */
function otherOf(name: string, own: readonly Part[], before: readonly Part[]): Part | undefined {
  const of = (parts: readonly Part[]): Part[] =>
    parts.filter((part) => subjectOf(part) === name || useOf(part).of === name);
  const [ours, theirs] = [of(own), of(before)];
  const text = (parts: readonly Part[]): string => JSON.stringify(parts.map(useOf));
  return theirs.length > 0 && text(ours) !== text(theirs) ? theirs[0] : undefined;
}
