import type { ASTNode, DefinitionNode } from 'graphql';
import { pointerToken } from '../../json.ts';

/** The 1-based line of each part of an SDL by its pointer: `/Query/user/id`; nothing where it does not parse. */
export async function graphqlLines(sdl: string): Promise<Map<string, number>> {
  const { parse } = await import('graphql');
  const lines = new Map<string, number>();
  const note = (pointer: string, node: ASTNode): void => {
    const line = node.loc?.startToken.line;
    if (line !== undefined && !lines.has(pointer)) lines.set(pointer, line);
  };
  const walk = (pointer: string, node: Parts): void => {
    for (const part of [...(node.fields ?? []), ...(node.values ?? []), ...(node.arguments ?? [])]) {
      if (!part.name) continue;
      const at = `${pointer}/${pointerToken(part.name.value)}`;
      note(at, part as ASTNode);
      walk(at, part);
    }
  };
  let definitions: readonly DefinitionNode[];
  try {
    ({ definitions } = parse(sdl, { maxTokens: 1_000_000 }));
  } catch {
    return lines;
  }
  for (const node of definitions) {
    if (!('name' in node) || !node.name) continue;
    const at = `/${node.kind === 'DirectiveDefinition' ? '@' : ''}${pointerToken(node.name.value)}`;
    note(at, node);
    walk(at, node as Parts);
    for (const member of 'types' in node ? (node.types ?? []) : [])
      note(`${at}/${pointerToken(member.name.value)}`, member);
  }
  return lines;
}

/** Whatever of a node has parts with names. */
interface Parts {
  name?: { value: string };
  fields?: readonly Parts[];
  values?: readonly Parts[];
  arguments?: readonly Parts[];
}
