export interface Validator {
  (value: unknown): boolean;
  /** What was wrong in the last value, or nothing. */
  errors?: ValidationError[] | null;
}

export interface ValidationError {
  /** JSON pointer into the value. */
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
  /** The schema object that holds the keyword. */
  parentSchema: { 'x-expected'?: string };
  data: unknown;
}

export const validators: Record<
  | 'realm'
  | 'repo'
  | 'domain'
  | 'governance'
  | 'contract'
  | 'binding'
  | 'worktree'
  | 'config'
  | 'index'
  | 'issue'
  | 'pull'
  | 'session-message'
  | 'users',
  Validator
>;

/** Known keys of a kind of file, in the order in which they are written. */
export interface Shape {
  keys?: Record<string, Shape>;
  items?: Shape;
}

export const shapes: Record<string, Shape>;
