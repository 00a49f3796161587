import path from 'node:path';
import type { ExportDrift } from '../../checkout/drift.ts';
import type { Level } from '../../checkout/levels.ts';
import { readExport } from '../../checkout/reading.ts';
import type { Finding } from '../../findings/types.ts';
import type { Workspace } from '../open/workspace.ts';

/** The level from which a document and its code are read, beside the work tree. */
type CodeLevel = Extract<Level, 'worktree' | 'head'>;

/**
 * Where an export is a document, and says which code implements it (`--with routes=<path>`): operations that one of the two does not
 * have. Findings are warnings: the contract is the document.
 */
export async function routeFindings(
  workspace: Workspace,
  exported: ExportDrift,
  level: CodeLevel,
): Promise<Finding[]> {
  const { extract, source_files: sources = [] } = exported.entry;
  if (extract === undefined || typeof extract.routes !== 'string') return [];
  const { routes } = extract;
  const name = `${exported.domain}/${exported.contract}`;
  const directory = path.join(workspace.repo.commonDir, 'realm');
  const written = await filesAt(workspace, sources, level);
  const reading = await readExport({ directory, name: `document ${name}` }, written, extract);
  if (reading.kind !== 'value') return [];
  const code = await filesAt(workspace, [routes], level);
  const read = await readExport({ directory, name: `routes ${name}` }, code, { detector: 'http-routes' });
  const warning = (id: string, message: string, more: Partial<Finding> = {}): Finding => ({
    ...{ id: `${name}:${id}`, level: 'warning', message, partOf: `${name}:routes` },
    ...more,
  });
  if (read.kind !== 'value') {
    const why = read.kind === 'absent' ? `'${routes}' matches no file` : read.error.message;
    return [warning('routes-unread', `${name}: the routes are not read: ${why}`)];
  }
  const { besideRoutes } = await import('../../kinds/openapi/uses/beside.ts');
  const beside = await besideRoutes(reading.extraction.schema, read.extraction.schema);
  if (typeof beside === 'string')
    return [warning('routes-unread', `${name}: the document and the routes are not compared: ${beside}`)];
  const places = new Map(read.extraction.parts.map((part) => [part.value, part]));
  const lines = new Map(reading.extraction.parts.map((part) => [part.value, part]));
  const doubt = beside.unread[0] === undefined ? '' : ` (${beside.unread[0]})`;
  return [
    ...beside.undocumented.map((operation) => {
      const at = places.get(operation);
      return warning(
        `undocumented:${operation}`,
        `${name}: ${operation} is not in the document`,
        at === undefined ? {} : { path: at.path, line: at.line },
      );
    }),
    ...beside.notImplemented.map((operation) => {
      const at = lines.get(operation);
      return warning(
        `not-implemented:${operation}`,
        `${name}: no route was found for ${operation}${doubt}`,
        at === undefined ? {} : { path: at.path, line: at.line },
      );
    }),
  ];
}

async function filesAt({ levels, heads }: Workspace, specs: readonly string[], level: CodeLevel) {
  if (level === 'worktree') return (await levels.inCheckout(specs)).worktree;
  return heads.head === null ? [] : levels.inCommit(heads.head, specs);
}
