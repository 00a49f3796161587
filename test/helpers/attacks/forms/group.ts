import type { RawPush } from '../../servers/raw-push.ts';
import { files } from '../steps.ts';
import type { Actor, Person } from '../world.ts';

/** One way of an attack. */
export interface Form {
  /** What differs from the other forms. */
  form: string;
  /** What the server says of it. */
  why: RegExp;
  /** Leaves what is pushed. */
  act(me: Actor): Promise<unknown> | unknown;
  /** `act` commits by itself. */
  own?: boolean;
  /** What is pushed; default: a commit of what `act` left, to main. */
  push?: string[];
  /** No git client sends it: what is sent instead of a push. */
  raw?(me: Actor): Promise<RawPush>;
}

/** An attack in all its forms, which docs/threat-model.md lists by this name. */
export interface AttackGroup {
  name: string;
  by: Person;
  /** Why it is refused, in the words of docs/threat-model.md. */
  because: string;
  /** What is allowed, and done before. */
  prepare?(act: (who: Person) => Actor): Promise<void>;
  /** All forms in one push: each is refused by name. */
  together?: boolean;
  forms: Form[];
}

type Changes = Parameters<typeof files>[0];

/** A form that is a commit of changed files. */
export const change = (form: string, why: RegExp, changes: Changes, push?: string[]): Form => ({
  form,
  why,
  act: files(changes),
  ...(push === undefined ? {} : { push }),
});

/** A form that is a commit with a message or an identity of its own. */
export const commit = (
  form: string,
  why: RegExp,
  changes: Changes,
  { message = form, push, env = {} }: { message?: string; push?: string[]; env?: Record<string, string> },
): Form => ({
  form,
  why,
  own: true,
  async act(me) {
    files(changes)(me);
    await me.commit(message, env);
  },
  ...(push === undefined ? {} : { push }),
});

/** The trailer by which an operation travels in its commit. */
export const operation = (op: object): string => `Realm-Op: ${JSON.stringify(op)}`;

/** How a proposal says what it is. */
export const proposal = (id: string, by = 'mole'): string =>
  `proposal: ${id}\n\n${operation({ verb: 'x', by: `${by}@example.com`, proposed: true, proposal: id })}`;

/** Moves the person's main branch, without a word of git's. */
export const moveMain = (me: Actor, oid: string) => me.git('update-ref', 'refs/heads/main', oid);
