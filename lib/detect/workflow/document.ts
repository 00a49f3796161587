import type { JsonObject } from '../../json.ts';
import { type Interface, interfaceIn, schemaOf } from '../../kinds/workflow/interface.ts';
import { readData } from '../data/document.ts';
import type { Part } from '../types.ts';

/**
 * What a workflow, an action or a component declares, as the schema of a contract, with the line of each part; a text says why
 * the file declares nothing. Throws `SyntaxError`.
 */
export async function readWorkflow(
  path: string,
  text: string,
): Promise<{ value: null; schema: JsonObject; parts: Part[] } | string> {
  const { value, lines } = await readData(path, text);
  const found = interfaceIn(value, path);
  if (typeof found === 'string') return found;
  const parts = placesOf(found).map(
    ([pointer, name]): Part => ({
      ...{
        pointer,
        value: name,
        path,
        line: lineOf(lines, pointer),
        how: `what ${words[found.form]} declares`,
      },
    }),
  );
  return { value: null, schema: schemaOf(found), parts };
}

const words = { workflow: 'a reusable workflow', action: 'an action', component: 'a component' } as const;

function placesOf({ form, inputs, secrets, outputs, permissions }: Interface): [string, string][] {
  const found: [string, string][] = [
    ...inputs.map(({ pointer, name }): [string, string] => [pointer, `input ${name}`]),
    ...secrets.map(({ pointer, name }): [string, string] => [pointer, `secret ${name}`]),
    ...outputs.map(({ pointer, name }): [string, string] => [pointer, `output ${name}`]),
    ...[...permissions].map(([name, { pointer, access }]): [string, string] => [
      pointer,
      `permission ${name}: ${access}`,
    ]),
  ];
  return found.length > 0 ? found : [['', `the ${form}`]];
}

/** The line of a pointer, or of what it stands in. */
function lineOf(lines: ReadonlyMap<string, number>, pointer: string): number {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const line = lines.get(at);
    if (line !== undefined || at === '') return line ?? 1;
  }
}
