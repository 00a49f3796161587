import { sessionsOf } from '../lib/actions/view/sessions.ts';
import { watchRealm } from '../lib/actions/view/watch.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { document } from '../lib/cli/envelope.ts';
import { eventText, sessionsText } from '../lib/cli/render/sessions.ts';
import { visibleJson } from '../lib/visible.ts';

/** `git realm sessions`: who is at work in the realm, now or as a live view. */
export default command({
  name: 'sessions',
  summary: 'Show active sessions in the realm, and watch their changes live',
  options: [
    {
      name: 'watch',
      alias: 'w',
      summary: 'keep running and show changes as they happen; press Ctrl-C to stop',
    },
    { name: 'rfc', value: '<title>', summary: 'with --watch: the topic you are working on, shown to others' },
    {
      name: 'domain',
      value: '<domain>',
      repeat: true,
      summary: 'with --watch: a domain you are working in (default: all domains of this repository)',
      complete: 'domain',
    },
  ],
  examples: [
    { run: 'git realm sessions', why: 'active sessions by repository' },
    { run: 'git realm sessions --watch', why: 'in a second terminal: watch what others change' },
  ],
  async run(_args, options, invocation) {
    const context = contextOf(invocation);
    if (!options.watch) {
      const result = await sessionsOf(context);
      return { result, text: () => sessionsText(result, invocation) };
    }
    const { signal } = invocation;
    await watchRealm(context, { rfc: options.rfc, domains: options.domain, signal }, (event) =>
      invocation.stdout.write(
        invocation.json
          ? `${visibleJson(document(event), 0)}\n`
          : `${eventText(event, new Date(), invocation)}\n`,
      ),
    );
    return { untilSignal: true };
  },
});
