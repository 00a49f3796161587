import type { DemoEvent, DemoResult } from '../../actions/join/demo.ts';
import { shellWord } from '../../shell-word.ts';
import { paint } from '../terminal.ts';

/** One thing that happens in the demonstration, as a session on a terminal shows it. */
export function demoText(event: DemoEvent, paper: { readonly colour: boolean }): string {
  switch (event.kind) {
    case 'say':
      return `\n${paint(paper, 'cyan', `# ${event.text}`)}\n`;
    case 'command':
      return `${paint(paper, 'bold', `$ ${event.command}`)}\n`;
    case 'output':
      return event.text.endsWith('\n') ? event.text : `${event.text}\n`;
    case 'edit': {
      const added = event.added.map((line) => `${paint(paper, 'green', `+ ${line}`)}\n`);
      return `${paint(paper, 'dim', `(${event.path} is edited)`)}\n${added.join('')}`;
    }
  }
}

/** What to do next, now that it is over. */
export function demoEnd(result: DemoResult): string {
  const seconds = (result.milliseconds / 1000).toFixed(1);
  const done = `\n${result.commands.length} commands in ${seconds} s, all as expected.`;
  if (!result.kept) return done;
  return [
    done,
    `Everything is in ${result.folder}`,
    `To continue there:  . ${shellWord(result.environment)}`,
    `To remove it:       rm -r ${shellWord(result.folder)}`,
  ].join('\n');
}
