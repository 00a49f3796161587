/** The version of the JSON that commands print; it rises when something is removed or gets another meaning. */
export const FORMAT = 1;

/** What a command prints with `--json` when it fails. */
export interface Failure {
  error: {
    /** Stable, for programs: `not-joined`. */
    code: string;
    /** One sentence for people; its words may change. */
    message: string;
    /** A command to type, or one thing to do; several are on lines of their own. */
    hint?: string;
    /** Facts for programs, by code. */
    data?: Record<string, unknown>;
  };
}

/** A result as the document that `--json` prints: `format` first; a list is the `items` of an object. */
export const document = (result: object): object =>
  Array.isArray(result) ? { format: FORMAT, items: result } : { format: FORMAT, ...result };
