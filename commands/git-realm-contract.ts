import { acceptContract, offerContract, renameContract } from '../lib/actions/contract/rename.ts';
import { removeContract, retireContract } from '../lib/actions/contract/retire.ts';
import { command, verb } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { changedText } from '../lib/cli/render/changed.ts';
import { noticeLine } from '../lib/cli/render/sync.ts';
import { usageError } from '../lib/errors.ts';

const contractArg = {
  name: 'contract',
  summary: 'the contract, as [<domain>/]<contract>',
  complete: 'contract',
} as const;

/** `git realm contract`: what a contract is called, and to whom it belongs. */
export default command({
  name: 'contract',
  summary: 'Rename a contract, give it to another repo, or retire it',
  verbs: [
    verb({
      name: 'rename',
      summary: 'Rename a contract of this repository; imports by the old name still work',
      args: [contractArg, { name: 'name', summary: 'the new name' }],
      exits: { 1: 'another repo owns it, or the name is taken' },
      async run(args, _options, invocation) {
        const done = await renameContract(contextOf(invocation), args.contract, args.name);
        return { result: done, text: changedText(done, `renamed ${done.subject} to ${args.name}`) };
      },
    }),
    verb({
      name: 'transfer',
      summary: 'Offer a contract of this repository to another repo, which must accept it',
      args: [contractArg],
      options: [
        { name: 'to', value: '<repo>', summary: 'the new owner', complete: 'repo' },
        { name: 'withdraw', summary: 'withdraw the offer' },
      ],
      exits: { 1: 'another repo owns it, or the recipient cannot own it' },
      async run(args, options, invocation) {
        if ((options.to === undefined) !== options.withdraw)
          throw usageError('specify the new owner: --to <repo>, or --withdraw');
        const done = await offerContract(contextOf(invocation), args.contract, options.to ?? null);
        const words =
          options.to === undefined
            ? `withdrew the offer of ${done.subject}`
            : `offered ${done.subject} to ${options.to}; to accept it there: git realm contract accept ${done.subject}`;
        return { result: done, text: changedText(done, words) };
      },
    }),
    verb({
      name: 'accept',
      summary: 'Take over a contract that is offered to this repository',
      args: [contractArg],
      exits: { 1: 'it is not offered to this repository' },
      async run(args, _options, invocation) {
        const done = await acceptContract(contextOf(invocation), args.contract);
        const name = done.subject.slice(done.subject.lastIndexOf('/') + 1);
        const words = `${done.subject} now belongs to this repository; to set its source: git realm export --name ${name} --source <path>`;
        return { result: done, text: changedText(done, words) };
      },
    }),
    verb({
      name: 'retire',
      summary: 'Announce the removal date of a contract of this repository; without a date, remove it',
      args: [contractArg],
      options: [
        { name: 'sunset', value: '<date>', summary: 'the date from which it may be removed (YYYY-MM-DD)' },
        { name: 'reason', value: '<text>', summary: 'the reason, shown to its consumers' },
        { name: 'force', summary: 'remove it although others import it, once its date has passed' },
        { name: 'undo', summary: 'withdraw the announcement' },
      ],
      exits: { 1: 'others still import it, or another repo owns it' },
      async run(args, options, invocation) {
        const { sunset, reason, force, undo } = options;
        if (undo && (sunset !== undefined || force))
          throw usageError('--undo cannot be used with other options');
        if (sunset !== undefined && force) throw usageError('--sunset and --force cannot be used together');
        const context = contextOf(invocation);
        const done =
          sunset === undefined && !undo
            ? await removeContract(context, args.contract, force)
            : await retireContract(context, args.contract, { sunset: sunset ?? null, reason });
        const words = undo
          ? `${done.subject} is no longer scheduled for removal`
          : sunset === undefined
            ? `removed ${done.subject}`
            : `announced the removal of ${done.subject} on ${sunset}`;
        return {
          result: done,
          text: [changedText(done, words), ...done.notified.map(noticeLine)].join('\n'),
        };
      },
    }),
    verb({
      name: 'decline',
      summary: 'Decline a contract that is offered to this repository',
      args: [contractArg],
      exits: { 1: 'it is not offered to this repository' },
      async run(args, _options, invocation) {
        const done = await offerContract(contextOf(invocation), args.contract, null);
        return { result: done, text: changedText(done, `declined ${done.subject}`) };
      },
    }),
  ],
});
