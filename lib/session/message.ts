import { validators } from '../../schemas/generated/validators.js';

/** What sessions and hooks say to each other: one JSON object a line, described by `session-message.schema.json`. */
export type SessionMessage =
  | ContractChanged
  | { version: 1; type: 'SessionStarted'; repo: string; rfc: string | null }
  | { version: 1; type: 'SessionEnded'; repo: string }
  | { version: 1; type: 'Ping' }
  | { version: 1; type: 'Pong'; repo: string; pid?: number };

/** A contract changed, in the provider's repository (`draft`) or in the realm (`published`). */
export interface ContractChanged {
  version: 1;
  type: 'ContractChanged';
  from_repo: string;
  domain: string;
  contract: string;
  from: string;
  to: string;
  verdict: string;
  stage: 'draft' | 'published';
  /** As the changelog has them; at most 50, cut at 300 characters. */
  changes: string[];
  /** ISO 8601. */
  at: string;
}

/** Longest line that is read, in bytes: what is longer was not written by us. */
export const MAX_LINE = 64 * 1024;
const MAX_CHANGES = 50;
const MAX_CHANGE_LENGTH = 300;

/** The message as one line; a long list of changes is cut, and says so. */
export function messageLine(message: SessionMessage): string {
  if (message.type !== 'ContractChanged') return `${JSON.stringify(message)}\n`;
  const { length } = message.changes;
  const shown = message.changes.slice(0, MAX_CHANGES).map((line) => line.slice(0, MAX_CHANGE_LENGTH));
  const changes = length > MAX_CHANGES ? [...shown, `and ${length - MAX_CHANGES} more`] : shown;
  return `${JSON.stringify({ ...message, changes })}\n`;
}

/** The message that a line holds; `null` for anything else. Never throws. */
export function readMessage(line: string): SessionMessage | null {
  try {
    const value: unknown = JSON.parse(line);
    return validators['session-message'](value) ? (value as SessionMessage) : null;
  } catch {
    return null;
  }
}
