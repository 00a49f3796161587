import { command } from '../lib/cli/command.ts';
import { document } from '../lib/cli/envelope.ts';
import { flowOf } from '../lib/cli/flow.ts';
import { eventText, sessionsText } from '../lib/cli/render/sessions.ts';
import { sessionsOf } from '../lib/flow/sessions.ts';
import { watchRealm } from '../lib/flow/watch.ts';
import { visibleJson } from '../lib/visible.ts';

/** `git realm sessions`: who is at work in the realm, now or as a live view. */
export default command({
  name: 'sessions',
  summary: 'Show who is at work in the realm, and live what they change',
  options: [
    { name: 'watch', alias: 'w', summary: 'stay, and show changes as they happen; Ctrl-C ends' },
    { name: 'rfc', value: '<title>', summary: 'with --watch: the RFC you work on, shown to others' },
    {
      name: 'domain',
      value: '<domain>',
      repeat: true,
      summary: 'with --watch: a domain you work in (default: all of this repository)',
      complete: 'domain',
    },
  ],
  examples: [
    { run: 'git realm sessions', why: 'who is at work, by repository' },
    { run: 'git realm sessions --watch', why: 'in a second terminal: what the others change' },
  ],
  async run(_args, options, context) {
    const flow = flowOf(context);
    if (!options.watch) {
      const result = await sessionsOf(flow);
      return { result, text: () => sessionsText(result, context) };
    }
    const { signal } = context;
    await watchRealm(flow, { rfc: options.rfc, domains: options.domain, signal }, (event) =>
      context.stdout.write(
        context.json ? `${visibleJson(document(event), 0)}\n` : `${eventText(event, new Date(), context)}\n`,
      ),
    );
    return { untilSignal: true };
  },
});
