import { command, verb } from '../lib/cli/command.ts';
import { flowOf } from '../lib/cli/flow.ts';
import { startedText } from '../lib/cli/render/sessions.ts';
import { holdSession, startSession, stopSession, troubleOf } from '../lib/flow/sessions.ts';

/** `git realm session`: be seen at work in this repository, and hear what others change. */
export default command({
  name: 'session',
  summary: 'Start or stop being seen at work in this repository',
  verbs: [
    verb({
      name: 'start',
      summary: 'Start a session in the background',
      options: [
        { name: 'rfc', value: '<title>', summary: 'the RFC you work on, shown to others' },
        {
          name: 'domain',
          value: '<domain>',
          repeat: true,
          summary: 'a domain you work in (default: all of this repository)',
          complete: 'domain',
        },
        { name: 'foreground', summary: 'stay in this process, for a service manager' },
      ],
      examples: [
        { run: 'git realm session start --rfc training-metrics-v2', why: 'others see what you work on' },
      ],
      async run(_args, options, context) {
        const flow = flowOf(context);
        const chosen = { rfc: options.rfc, domains: options.domain };
        if (!options.foreground) {
          const result = await startSession(flow, chosen);
          return { result, text: () => startedText(result) };
        }
        try {
          const { signal } = context;
          const { ended } = await holdSession(flow, { ...chosen, kind: 'session', signal }, () => {});
          await ended;
        } catch (error) {
          flow.note(troubleOf(error));
        }
        return { untilSignal: true };
      },
    }),
    verb({
      name: 'stop',
      summary: 'Stop the session of this checkout',
      options: [],
      async run(_args, _options, context) {
        const result = await stopSession(flowOf(context));
        const pids = result.stopped.map(({ pid }) => pid).join(', ');
        return { result, text: pids === '' ? 'no session was running' : `stopped: pid ${pids}` };
      },
    }),
  ],
});
