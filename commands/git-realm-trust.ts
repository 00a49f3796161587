import {
  allowKey,
  mapLogin,
  requireSignatures,
  revokeKeys,
  showTrust,
  type TrustDone,
} from '../lib/actions/approval/trust.ts';
import { command, verb } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { trustText } from '../lib/cli/render/trust.ts';

const outcome = (done: TrustDone, text: string) => ({ result: done, text: done.why ?? text });

/** `git realm trust`: whose signatures and logins count in the realm. */
export default command({
  name: 'trust',
  summary: 'Show and change whose signatures and logins count in the realm',
  verbs: [
    verb({
      name: 'list',
      summary: 'Show who may sign, and for whom the logins of the server stand',
      async run(_args, _options, invocation) {
        const shown = await showTrust(contextOf(invocation));
        return { result: shown, text: trustText(shown) };
      },
    }),
    verb({
      name: 'allow',
      summary: 'Let a key sign for somebody',
      args: [
        { name: 'address', summary: 'e-mail address of its owner' },
        { name: 'key', summary: 'a public ssh key or its file, or the file of an armoured gpg key' },
      ],
      options: [
        { name: 'until', value: '<day>', summary: 'it counts until that day, as in 2027-01-31 (ssh)' },
      ],
      async run(args, options, invocation) {
        const done = await allowKey(contextOf(invocation), args.address, args.key, options.until ?? null);
        return outcome(done, `${args.address} may sign with that key`);
      },
    }),
    verb({
      name: 'revoke',
      summary: 'Let no key sign for somebody any more',
      args: [{ name: 'address', summary: 'e-mail address' }],
      async run(args, _options, invocation) {
        const done = await revokeKeys(contextOf(invocation), args.address);
        return outcome(done, `no key signs for ${args.address} any more`);
      },
    }),
    verb({
      name: 'require',
      summary: 'Require a signature of every realm commit',
      options: [{ name: 'off', summary: 'require none any more' }],
      async run(_args, options, invocation) {
        const done = await requireSignatures(contextOf(invocation), !options.off);
        return outcome(
          done,
          options.off ? 'signatures are no longer required' : 'signatures are required now',
        );
      },
    }),
    verb({
      name: 'login',
      summary: "Say for whom a login of the realm's server stands",
      args: [
        { name: 'login', summary: 'the user name that the server knows' },
        { name: 'address', summary: 'e-mail address' },
      ],
      async run(args, _options, invocation) {
        const done = await mapLogin(contextOf(invocation), args.login, args.address);
        return outcome(done, `login ${args.login} is ${args.address}`);
      },
    }),
  ],
  defaultVerb: 'list',
  exits: { 1: 'only approvers of the realm change whom it trusts' },
});
