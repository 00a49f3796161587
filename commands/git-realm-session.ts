import { holdSession, startSession, stopSession, troubleOf } from '../lib/actions/view/sessions.ts';
import { command, verb } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { startedText } from '../lib/cli/render/sessions.ts';

/** `git realm session`: be seen at work in this repository, and hear what others change. */
export default command({
  name: 'session',
  summary: 'Announce your work in this repository to other sessions',
  verbs: [
    verb({
      name: 'start',
      summary: 'Start a session in the background',
      options: [
        { name: 'rfc', value: '<title>', summary: 'the topic you are working on, shown to others' },
        {
          name: 'domain',
          value: '<domain>',
          repeat: true,
          summary: 'a domain you are working in (default: all domains of this repository)',
          complete: 'domain',
        },
        { name: 'foreground', summary: 'run in the foreground, for a service manager' },
      ],
      examples: [
        {
          run: 'git realm session start --rfc training-metrics-v2',
          why: 'show others what you are working on',
        },
      ],
      async run(_args, options, invocation) {
        const context = contextOf(invocation);
        const chosen = { rfc: options.rfc, domains: options.domain };
        if (!options.foreground) {
          const result = await startSession(context, chosen);
          return { result, text: () => startedText(result) };
        }
        try {
          const { signal } = invocation;
          const { ended } = await holdSession(context, { ...chosen, kind: 'session', signal }, () => {});
          await ended;
        } catch (error) {
          context.note(troubleOf(error));
        }
        return { untilSignal: true };
      },
    }),
    verb({
      name: 'stop',
      summary: 'Stop the session of this checkout',
      options: [],
      async run(_args, _options, invocation) {
        const result = await stopSession(contextOf(invocation));
        const pids = result.stopped.map(({ pid }) => pid).join(', ');
        return { result, text: pids === '' ? 'no session was running' : `stopped: pid ${pids}` };
      },
    }),
  ],
});
