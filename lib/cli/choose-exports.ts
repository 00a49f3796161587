import { type DetectedExport, type ExportPreview, exportOf } from '../actions/contract/detect.ts';
import type { JoinPreview } from '../actions/join/join.ts';
import { counted } from '../count.ts';
import { RealmError } from '../errors.ts';
import { contractName } from '../names.ts';
import { exportLines, foundLines } from './render/join.ts';

/** One line that somebody typed; `null`: the input has ended. */
export type Question = (prompt: string) => Promise<string | null>;

interface Choice {
  preview: ExportPreview;
  name: string;
  taken: boolean;
}

/**
 * Shows what was found and lets somebody take, leave and rename exports until they press Enter. Resolves with those taken, or
 * `null` where they want nothing of it.
 */
export async function chooseExports(
  { realm, repo, detected }: JoinPreview,
  say: (lines: readonly string[]) => void,
  question: Question,
): Promise<DetectedExport[] | null> {
  const choices = detected.previews.map(
    (preview): Choice => ({ preview, name: preview.name, taken: preview.left_out === null }),
  );
  say(choices.flatMap((choice, at) => [markLine(choice, at), ...exportLines(choice.preview).slice(1)]));
  say(foundLines({ ...detected, previews: [], exports: [] }, realm));
  for (;;) {
    const taken = choices.filter(({ taken }) => taken);
    say([
      '',
      `Enter: register ${repo} in realm ${realm} with ${counted(taken.length, 'export')}; <number>: take or leave one;`,
      '<number> <name>: rename one; q: quit, nothing is changed',
    ]);
    const answer = (await question('> '))?.trim();
    if (answer === undefined || /^(?:q|quit|n|no)$/i.test(answer)) return null;
    if (answer === '' || /^y(?:es)?$/i.test(answer))
      return taken.map(({ preview, name }) => exportOf({ ...preview, name }));
    const problem = change(choices, answer);
    say(problem === undefined ? choices.map(markLine) : [problem]);
  }
}

const markLine = ({ preview, name, taken }: Choice, at: number): string => {
  const why = preview.left_out === null ? '' : `: ${preview.left_out.why}`;
  return `${String(at + 1).padStart(2)} [${taken ? 'x' : ' '}] ${exportLines({ ...preview, name })[0]}${why}`;
};

/** Does what was typed; what is wrong with it, if anything. */
function change(choices: readonly Choice[], answer: string): string | undefined {
  const renamed = /^(\d+)\s+([^\s\d,]\S*)$/.exec(answer);
  if (renamed !== null) return rename(choices, Number(renamed[1]), renamed[2] ?? '');
  const numbers = answer.split(/[\s,]+/).map(Number);
  const marked = numbers.map((number) => choices[number - 1]);
  if (marked.includes(undefined)) return `'${answer}' is not a number from 1 to ${choices.length}`;
  for (const choice of marked) if (choice !== undefined) choice.taken = !choice.taken;
  return undefined;
}

function rename(choices: readonly Choice[], number: number, wanted: string): string | undefined {
  const choice = choices[number - 1];
  if (choice === undefined) return `'${number}' is not a number from 1 to ${choices.length}`;
  if (choices.some((other) => other !== choice && other.name.toLowerCase() === wanted.toLowerCase()))
    return `another export is called '${wanted}'`;
  try {
    choice.name = contractName(wanted);
    choice.taken = true;
    return undefined;
  } catch (error) {
    if (error instanceof RealmError) return error.message;
    throw error;
  }
}
