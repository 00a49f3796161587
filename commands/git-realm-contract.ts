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
      summary: 'Give a contract of this repository another name; imports by the old one still hold',
      args: [contractArg, { name: 'name', summary: 'the new name' }],
      exits: { 1: 'it belongs to another repo, or the name is taken' },
      async run(args, _options, invocation) {
        const done = await renameContract(contextOf(invocation), args.contract, args.name);
        return { result: done, text: changedText(done, `${done.subject} is called ${args.name} now`) };
      },
    }),
    verb({
      name: 'transfer',
      summary: 'Offer a contract of this repository to another repo, which has to accept it',
      args: [contractArg],
      options: [
        { name: 'to', value: '<repo>', summary: 'the new owner', complete: 'repo' },
        { name: 'withdraw', summary: 'take the offer back' },
      ],
      exits: { 1: 'it belongs to another repo, or that one cannot own it' },
      async run(args, options, invocation) {
        if ((options.to === undefined) !== options.withdraw)
          throw usageError('say who gets it: --to <repo>, or --withdraw');
        const done = await offerContract(contextOf(invocation), args.contract, options.to ?? null);
        const words =
          options.to === undefined
            ? `${done.subject} is not offered any more`
            : `offered ${done.subject} to ${options.to}: there, git realm contract accept ${done.subject}`;
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
        const words = `${done.subject} is yours: git realm export --name ${name} --source <path> says where it is read from`;
        return { result: done, text: changedText(done, words) };
      },
    }),
    verb({
      name: 'retire',
      summary: 'Announce the day on which a contract of this repository goes; without a day, remove it',
      args: [contractArg],
      options: [
        { name: 'sunset', value: '<date>', summary: 'from this day on it may go (YYYY-MM-DD)' },
        { name: 'reason', value: '<text>', summary: 'why, for its consumers' },
        { name: 'force', summary: 'remove it although others import it, once its day is past' },
        { name: 'undo', summary: 'take the announcement back' },
      ],
      exits: { 1: 'others still import it, or it belongs to another repo' },
      async run(args, options, invocation) {
        const { sunset, reason, force, undo } = options;
        if (undo && (sunset !== undefined || force)) throw usageError('--undo goes with no other option');
        if (sunset !== undefined && force) throw usageError('--sunset and --force exclude each other');
        const context = contextOf(invocation);
        const done =
          sunset === undefined && !undo
            ? await removeContract(context, args.contract, force)
            : await retireContract(context, args.contract, { sunset: sunset ?? null, reason });
        const words = undo
          ? `${done.subject} is not retired after all`
          : sunset === undefined
            ? `removed ${done.subject}`
            : `${done.subject} is announced to go on ${sunset}`;
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
