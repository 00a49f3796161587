/**
 * `lib/detect/graphql`: the GraphQL operations that a client sends, read from documents and from texts in code.
 */

import type { FragmentDefinitionNode, OperationDefinitionNode } from 'graphql';
import type { JsonObject } from '../../json.ts';
import { sortUnresolved } from '../found-paths.ts';
import { bytesMatch, decode, pause } from '../limits.ts';
import { isGenerated } from '../product.ts';
import { readsLanguages } from '../syntax/languages.ts';
import type { Detector, Part, SourceFile, Unresolved } from '../types.ts';
import { type GraphqlText, graphqlTexts } from './texts.ts';

const readsCode = readsLanguages('typescript', 'javascript', 'python', 'go', 'java', 'json');
const trigger = /\b(?:gql|graphql)\b|\b(?:query|mutation|subscription|fragment)\s+\w|\bquery\s*[({]/;

/** Tokens of one text, at most. */
const MOST_TOKENS = 100_000;

/** Reads the operations that a client sends; each one is a use, with the fragments that it needs. */
export const graphqlOperations: Detector = {
  name: 'graphql-operations',
  summary: 'GraphQL operations that a client sends',
  roles: ['import'],
  reads: (path) => /\.(?:graphql|gql)$/i.test(path) || readsCode(path),
  triggers: (bytes) => bytesMatch(bytes, trigger),
  async extract(files) {
    const unresolved: Unresolved[] = [];
    const definitions = new Definitions();
    for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
      await pause();
      if (isGenerated(file.path) || !(this.reads(file.path) && this.triggers(file.bytes))) continue;
      unresolved.push(...(await definitions.add(file)));
    }
    const parts = definitions.uses(unresolved);
    const value = { uses: parts.map((part) => part.value) };
    return { value, schema: {}, parts, unresolved: sortUnresolved(unresolved) };
  },
};

/** A definition as it is written, with its place. */
interface Written<Node> {
  node: Node;
  text: string;
  path: string;
  line: number;
}

/** The operations and fragments of all files. */
class Definitions {
  private readonly operations: Written<OperationDefinitionNode>[] = [];
  private readonly fragments = new Map<string, Written<FragmentDefinitionNode>>();

  /** Takes the definitions of a file; returns what could not be read. */
  async add(file: SourceFile): Promise<Unresolved[]> {
    const { path } = file;
    const no = (why: string, line: number, gap: boolean): Unresolved[] => [
      { path, line, what: 'a GraphQL document', why, ...(gap ? { gap: true as const } : {}) },
    ];
    const source = decode(file);
    if (typeof source !== 'string') return no(source.why, source.line, true);
    let texts: GraphqlText[];
    try {
      texts = await graphqlTexts(path, source);
    } catch (error) {
      if (error instanceof SyntaxError) return no(`it does not parse: ${error.message}`, 1, true);
      throw error;
    }
    const open: Unresolved[] = [];
    for (const text of texts) {
      const why = await this.take(path, text);
      if (why !== null) open.push(...no(why.why, why.line, false));
    }
    return open;
  }

  private async take(path: string, found: GraphqlText): Promise<{ why: string; line: number } | null> {
    const { parse } = await import('graphql');
    const { text, line, hole } = found;
    if (hole !== undefined) return { why: 'part of it is only known at run time', line: hole.line };
    if (text.trim() === '') return null;
    try {
      for (const node of parse(text, { maxTokens: MOST_TOKENS }).definitions) {
        const { loc } = node;
        if (loc === undefined) continue;
        const at = line + loc.startToken.line - 1;
        const written = { text: text.slice(loc.start, loc.end), path, line: at };
        if (node.kind === 'OperationDefinition') this.operations.push({ ...written, node });
        else if (node.kind === 'FragmentDefinition')
          this.fragments.set(node.name.value, { ...written, node });
      }
    } catch (error) {
      const at = (error as { locations?: { line: number }[] }).locations?.[0]?.line ?? 1;
      // A text that only looks like GraphQL is somebody's own.
      if (found.isNamed)
        return { why: `it is not GraphQL: ${(error as Error).message}`, line: line + at - 1 };
    }
    return null;
  }

  /** Each operation with its fragments; one of which a fragment is missing goes to `unresolved`. */
  uses(unresolved: Unresolved[]): Part[] {
    const parts: Part[] = [];
    for (const { node, text, path, line } of this.operations) {
      const subject = `${node.operation} ${node.name?.value ?? '(without a name)'}`;
      const needed = new Map<string, Written<FragmentDefinitionNode>>();
      const missing = this.gather(text, needed);
      if (missing !== null) {
        const why = `fragment '${missing}' is not in the files that are read`;
        unresolved.push({ path, line, what: subject, why });
        continue;
      }
      const fragments = [...needed.values()].map(
        (fragment): JsonObject => ({
          at: `${fragment.path}:${fragment.line}`,
          document: fragment.text,
        }),
      );
      const value = { subject, document: text, ...(fragments.length === 0 ? {} : { fragments }) };
      parts.push({ pointer: `/uses/${parts.length}`, value, path, line, how: node.operation });
    }
    return parts;
  }

  /** The fragments that a text spreads, and those that they spread; the name of one that is not there. */
  private gather(text: string, needed: Map<string, Written<FragmentDefinitionNode>>): string | null {
    const open = [text];
    for (let here = open.pop(); here !== undefined; here = open.pop())
      for (const [, name = ''] of here.matchAll(/\.\.\.\s*(?!on\b)([A-Za-z_]\w*)/g)) {
        if (needed.has(name)) continue;
        const fragment = this.fragments.get(name);
        if (fragment === undefined) return name;
        needed.set(name, fragment);
        open.push(fragment.text);
      }
    return null;
  }
}
