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
  summary: 'Show and change whose signatures and logins the realm trusts',
  verbs: [
    verb({
      name: 'list',
      summary: 'Show who may sign, and whom each server login stands for',
      async run(_args, _options, invocation) {
        const shown = await showTrust(contextOf(invocation));
        return { result: shown, text: trustText(shown) };
      },
    }),
    verb({
      name: 'allow',
      summary: 'Trust a key to sign for a person',
      args: [
        { name: 'address', summary: 'e-mail address of its owner' },
        { name: 'key', summary: 'a public ssh key or its file, or the file of an armoured gpg key' },
      ],
      options: [
        {
          name: 'until',
          value: '<day>',
          summary: 'the date until which the key is trusted, such as 2027-01-31 (ssh only)',
        },
      ],
      async run(args, options, invocation) {
        const done = await allowKey(contextOf(invocation), args.address, args.key, options.until ?? null);
        return outcome(done, `${args.address} may sign with this key`);
      },
    }),
    verb({
      name: 'revoke',
      summary: 'Stop trusting all keys of a person',
      args: [{ name: 'address', summary: 'e-mail address' }],
      async run(args, _options, invocation) {
        const done = await revokeKeys(contextOf(invocation), args.address);
        return outcome(done, `no key is trusted to sign for ${args.address} any more`);
      },
    }),
    verb({
      name: 'require',
      summary: 'Require every realm commit to be signed',
      options: [{ name: 'off', summary: 'stop requiring signatures' }],
      async run(_args, options, invocation) {
        const done = await requireSignatures(contextOf(invocation), !options.off);
        return outcome(
          done,
          options.off ? 'signatures are no longer required' : 'signatures are now required',
        );
      },
    }),
    verb({
      name: 'login',
      summary: "Map a login of the realm's server to a person",
      args: [
        { name: 'login', summary: 'the user name on the server' },
        { name: 'address', summary: 'e-mail address' },
      ],
      async run(args, _options, invocation) {
        const done = await mapLogin(contextOf(invocation), args.login, args.address);
        return outcome(done, `login ${args.login} stands for ${args.address}`);
      },
    }),
  ],
  defaultVerb: 'list',
  exits: { 1: 'you are not an approver of the realm' },
});
