import { type AttackGroup, change, commit, proposal } from './group.ts';

const plan = { 'worktrees/s.yaml': 'name: s\n' };

const almost: [form: string, email: string][] = [
  ['with another address before it', 'eric@example.com,mole@example.com'],
  ['with a Kelvin sign behind it', 'mole@example.com\u212a'],
  ['with a letter of another alphabet', 'mole@ex\u0430mple.com'],
  ['with a plus', 'mole+x@example.com'],
];

export const people: AttackGroup[] = [
  {
    name: "commit with an address that is almost one's own",
    by: 'mole',
    because: 'addresses match exactly, except for the case of ASCII letters',
    forms: almost.map(([form, email]) =>
      commit(form, /its author is/, plan, { env: { GIT_AUTHOR_EMAIL: email } }),
    ),
  },
  {
    name: 'propose in the name of another',
    by: 'mole',
    because: 'it must match the login or the signature',
    forms: [
      commit('by author and committer', /author is 'eric@example\.com'/, plan, {
        message: proposal('e', 'eric'),
        env: { GIT_AUTHOR_EMAIL: 'eric@example.com', GIT_COMMITTER_EMAIL: 'eric@example.com' },
        push: ['main:refs/realm/proposals/e'],
      }),
      commit('by the operation', /author of its operation is 'eric@example\.com'/, plan, {
        message: proposal('e', 'eric'),
        push: ['main:refs/realm/proposals/e'],
      }),
    ],
  },
  {
    name: 'give oneself rules for a domain',
    by: 'mole',
    because: "only the realm's approvers change rules, including those of a domain",
    forms: [
      change('with its own rules', /only the realm's approvers may change/, {
        'domains/mine/domain.yaml': 'name: mine\nmembers: [mole]\n',
        'domains/mine/governance.yaml': 'approvers: [mole@example.com]\n',
      }),
      change('by the rules of where one approves', /only the realm's approvers may change/, {
        'domains/back/governance.yaml':
          'approvers: [mole@example.com]\nbreaking_changes: { require_approval: false }\n',
      }),
    ],
  },
];
