import { RealmError } from '../../errors.ts';
import { paths } from '../kinds.ts';
import type { RealmModel } from '../model.ts';
import type { RepoFile } from '../types.ts';
import { changesOf } from './changes.ts';
import type { Op, Verb } from './types.ts';

export interface RegisterOp extends Op {
  verb: 'register';
  repo: string;
  maintainers: string[];
  /** Where others find it; `path` only where there is no URL. */
  url?: string;
  path?: string;
  /** It only asks to be admitted: a proposal. */
  proposed?: boolean;
}

/** A repo enters the realm. */
export const register: Verb<RegisterOp> = {
  reads: (op) => [paths.repo(op.repo)],
  plan: (op, view) => {
    const file = paths.repo(op.repo);
    const there = view.model.repo(op.repo);
    const changes = changesOf(view);
    const place: Pick<RepoFile, 'url' | 'path'> =
      op.url !== undefined ? { url: op.url } : op.path !== undefined ? { path: op.path } : {};
    if (there === undefined) {
      mustBeAdmitted(op, view.model);
      const registration: RepoFile = {
        name: op.repo,
        ...place,
        maintainers: op.maintainers,
        joined_at: op.at,
      };
      changes.create('repo', file, registration);
    } else {
      mustBeTheSame(op, there);
      if (there.status === undefined || there.status === 'active') return nothing(op);
      mustBeAdmitted(op, view.model, there.status === 'invited');
      changes.edit(file, [
        { op: 'set', path: ['status'], value: 'active' },
        { op: 'set', path: ['joined_at'], value: op.at },
        ...Object.entries(place).map(([key, value]) => ({ op: 'set' as const, path: [key], value })),
        ...(there.maintainers?.length
          ? []
          : [{ op: 'set' as const, path: ['maintainers'], value: op.maintainers }]),
      ]);
    }
    return changes.commit({ subject: `register repo ${op.repo}`, nothing: nothing(op).why });
  },
};

const nothing = (op: RegisterOp) => ({ kind: 'nothing' as const, why: `'${op.repo}' is already registered` });

function mustBeAdmitted(op: RegisterOp, model: RealmModel, invited = false): void {
  const { admission, approvers } = model.governance();
  if (op.proposed === true && admission === 'approval') return;
  if (invited || admission === 'open' || approvers.includes(op.by)) return;
  const who = approvers.join(', ') || 'no approver yet';
  throw new RealmError(
    'not-admitted',
    `realm '${model.realm?.name ?? ''}' admits repos by ${words[admission]}; approvers: ${who}`,
    {
      exitCode: 1,
      hint: `ask an approver to run git realm join in a clone of ${op.repo}`,
      data: { admission, approvers },
    },
  );
}

const words = { open: 'nothing', approval: 'approval', 'invite-only': 'invitation' } as const;

/** A name belongs to who has it: the same URL, or the same folder where there is none. */
function mustBeTheSame(op: RegisterOp, there: RepoFile): void {
  if (there.url === undefined && there.path === undefined) return;
  // A repo without a remote is known by its folder, which is where its clones came from.
  if (op.url !== undefined && sameUrl(there.url ?? there.path, op.url)) return;
  if (op.path !== undefined && there.path === op.path) return;
  // A repo that was registered by folder and has a remote now is still that folder.
  if (there.url === undefined && op.payload?.localPath !== undefined && there.path === op.payload.localPath)
    return;
  throw new RealmError(
    'name-taken',
    `the name '${op.repo}' belongs to another repo: ${there.url ?? there.path}`,
    {
      hint: 'choose another name: git realm join <realm> --name <name>',
    },
  );
}

const sameUrl = (a: string | undefined, b: string): boolean => trim(a ?? '') === trim(b);
const trim = (url: string): string => url.replace(/\/+$/, '').replace(/\.git$/, '');
