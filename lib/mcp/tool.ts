import { type Context, PlannedOnly } from '../actions/open/context.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { boolean, flag, listOf, output, string } from './schema.ts';

/** What a client may know of a tool before it runs it, at its worst: with `apply` (Model Invocation Protocol, `ToolAnnotations`). */
export interface Hints {
  readOnlyHint: boolean;
  /** It may take away or replace what others rely on. */
  destructiveHint: boolean;
  /** A second call with the same arguments does nothing more. */
  idempotentHint: boolean;
  /** It reaches servers: a remote, a realm's server, a forge. */
  openWorldHint: boolean;
}

export const hints = (...set: ('reads' | 'destroys' | 'repeats' | 'network')[]): Hints => ({
  readOnlyHint: set.includes('reads'),
  destructiveHint: set.includes('destroys'),
  idempotentHint: !set.includes('repeats'),
  openWorldHint: set.includes('network'),
});

/** Whose words are in what a tool gives. */
export const MEMBERS = 'the members of the realm';
export const SESSIONS = 'the members of the realm and other sessions on this machine';
export const FORGE = 'the members of the realm, committers, and users of the forge';

/** A tool of the agent server, over the same function as its command. */
export interface Tool {
  name: string;
  description: string;
  inputSchema: JsonObject;
  outputSchema: JsonObject;
  hints: Hints;
  /** Whose words are in what it gives. */
  words: string;
  /** The arguments were checked against `inputSchema`. Throws what the action throws. */
  run(context: Context, args: Arguments): Promise<object>;
}

/** The arguments of a call, each as what it is if it is there. */
export class Arguments {
  private readonly values: JsonObject;
  constructor(values: JsonObject) {
    this.values = values;
  }
  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }
  flag(name: string, byDefault = false): boolean {
    const value = this.values[name];
    return typeof value === 'boolean' ? value : byDefault;
  }
  list(name: string): string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }
  value(name: string): JsonValue | undefined {
    return this.values[name];
  }
}

/** The argument of every tool whose effect others notice. */
export const apply = flag('apply the changes; otherwise only show what would happen', false);
export const names = (description: string): JsonObject => listOf(string, description);

/** What a tool that others notice gives: a plan, or the result of doing it. */
export const planOrResult = (result: JsonObject): JsonObject =>
  output(
    {
      dryRun: boolean,
      plan: output({
        subject: string,
        changes: listOf(string),
        files: listOf(string),
      }),
      result,
    },
    ['dryRun'],
  );

/** Without `apply` the realm operation is planned by the same rules, refused by the same rules, and not applied. */
export async function planned(
  context: Context,
  args: Arguments,
  work: (context: Context) => Promise<object>,
): Promise<object> {
  if (args.flag('apply')) return { dryRun: false, result: await work(context) };
  try {
    const result = await work({ ...context, dryRun: true });
    return { dryRun: true, plan: { subject: 'nothing to change', changes: [], files: [] }, result };
  } catch (error) {
    if (!(error instanceof PlannedOnly)) throw error;
    const { planned } = error;
    if (planned.kind === 'nothing')
      return { dryRun: true, plan: { subject: 'nothing to change', changes: [], files: [] } };
    return {
      dryRun: true,
      plan: { subject: planned.subject, changes: planned.body, files: [...planned.files.keys()] },
    };
  }
}
