import { Applications } from '../../detect/preview/applications.ts';
import { noiseReasons } from '../../detect/preview/noise.ts';
import { isExample, isGenerated, isProduct } from '../../detect/product.ts';
import { MAX_DOCUMENT_BYTES, type SourceFile } from '../../detect/types.ts';
import { kinds } from '../../kinds/index.ts';
import { detectorOf } from '../../kinds/readers.ts';
import { Confidence, type Kind } from '../../kinds/types.ts';
import { kebabName } from '../../names.ts';
import type { ExportPreview } from './detect.ts';

/** Interface documents that were found among the files of a repository. */
interface Found {
  kind: Kind;
  reader: string;
  file: SourceFile;
}

/** What may be an interface document, by its name. */
const DOCUMENT = /\.(?:ya?ml|json|graphqls?|gql|sdl|proto|avsc|avpr)$/i;
/** Documents that are offered, at most; a repository with more of them keeps other people's. */
export const MOST = 200;

/** Collects the interface documents among files as they go by; each kind decides by content. */
export class Documents {
  private readonly found: Found[] = [];
  /** More were there than are offered: how many files were not looked into. */
  left = 0;
  private readonly offering = kinds.filter(({ offered }) => offered !== undefined);

  /** `readLarge`: documents may be larger than code, whose bytes are left out then. */
  constructor(private readonly readLarge: (path: string) => Promise<SourceFile | null>) {}

  async look(given: SourceFile): Promise<void> {
    if (!DOCUMENT.test(given.path) || isGenerated(given.path)) return;
    if ((given.size ?? 0) > MAX_DOCUMENT_BYTES) return;
    if (this.found.length >= MOST) {
      this.left += 1;
      return;
    }
    const file = given.size === undefined ? given : await this.readLarge(given.path);
    if (file === null) return;
    for (const kind of this.offering) {
      const claim = await kind.recognise(file);
      if (claim?.confidence !== Confidence.certain) continue;
      this.found.push({ kind, reader: claim.reader, file });
      return;
    }
  }

  /** Was it read as a document, however large? */
  has(path: string): boolean {
    return this.found.some(({ file }) => file.path === path);
  }

  /** What they are offered as; `taken`: names that are given already. */
  async offers(paths: readonly string[], taken: Iterable<string>): Promise<ExportPreview[]> {
    const applications = new Applications(paths);
    const groups = new Map<string, Found[]>();
    for (const found of this.found) {
      const { path } = found.file;
      const { offered } = found.kind;
      const alone = offered === 'each' ? path : offered === 'folder' ? ownFolder(path) : '';
      const key = JSON.stringify([found.reader, leftOut(path), applications.folderOf(path), alone]);
      groups.set(key, [...(groups.get(key) ?? []), found]);
    }
    const names = new Set(taken);
    const offers: ExportPreview[] = [];
    for (const group of groups.values()) {
      const [first] = group;
      if (first === undefined) continue;
      const folder = applications.folderOf(first.file.path);
      if (first.kind.offered === 'folder') await this.beside(group, ownFolder(first.file.path), paths);
      const offer = await offerOf(group, folder, (name) => free(name, names));
      if (offer !== null) offers.push(offer);
    }
    return offers;
  }

  /** Adds what belongs to a folder, and is not recognised by itself: the values of a chart. */
  private async beside(group: Found[], folder: string, paths: readonly string[]): Promise<void> {
    const path = folder === '' ? 'values.yaml' : `${folder}/values.yaml`;
    const [first] = group;
    if (first === undefined || !paths.includes(path) || group.some(({ file }) => file.path === path)) return;
    const file = await this.readLarge(path);
    if (file !== null) group.push({ ...first, file });
  }
}

/** The folder that a document belongs to as a whole: the custom resources of a chart are in folders of their own. */
const ownFolder = (path: string): string =>
  path.slice(0, Math.max(path.lastIndexOf('/'), 0)).replace(/(?:^|\/)(?:crds|templates)(?:\/.*)?$/, '');

/** Why a document is seldom what others depend on. */
function leftOut(path: string): ExportPreview['left_out'] {
  if (!isProduct(path) || isExample(path)) return { class: 'examples', why: noiseReasons.examples };
  if (/^\.github\/actions\//.test(path)) return { class: 'own', why: "for this repository's own workflows" };
  return null;
}

async function offerOf(
  group: readonly Found[],
  folder: string,
  free: (name: string) => string,
): Promise<ExportPreview | null> {
  const [first] = group;
  if (first === undefined) return null;
  const files = group.map(({ file }) => file);
  const { parts } = await (await detectorOf(first.reader)).extract(files, {});
  if (parts.length === 0) return null;
  return {
    name: free(nameOf(first, folder)),
    detector: first.reader,
    folder,
    source_files: sourcesOf(
      files.map(({ path }) => path),
      first.kind,
    ),
    values: parts.map(({ value, path, line, how }) => ({
      ...{ key: '', value, path, line, how, elsewhere: 0, covers: [] },
    })),
    folded: 0,
    left_out: leftOut(first.file.path),
  };
}

/** The folder that holds them all, where it is not the repository itself: a file that is added later belongs to them. */
function sourcesOf(paths: readonly string[], { offered }: Kind): string[] {
  const [first = '', ...others] = paths;
  const own = offered === 'folder' ? ownFolder(first) : '';
  if (own !== '') return [own];
  if (others.length === 0) return [first];
  let folder = first.slice(0, Math.max(0, first.lastIndexOf('/')));
  while (folder !== '' && !others.every((path) => path.startsWith(`${folder}/`)))
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
  return folder === '' ? [...paths].sort() : [folder];
}

/** `billing-openapi` after the application; a file that stands for itself is called by its own name. */
function nameOf({ kind, file }: Found, folder: string): string {
  const stem = file.path.slice(file.path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
  const above = file.path.split('/').at(-2) ?? '';
  const application = folder.slice(folder.lastIndexOf('/') + 1);
  if (kind.offered === 'folder') {
    const own = ownFolder(file.path) || folder;
    return kebabName(`${own.slice(own.lastIndexOf('/') + 1)}-${kind.name}`.replace(/^-/, ''));
  }
  if (kind.offered === 'together')
    return kebabName(application === '' ? kind.name : `${application}-${kind.name}`);
  // `action.yml`, `openapi.yaml`: what is called after its kind is named after its folder.
  const isPlain = /^(?:action|openapi|swagger|template|index|main|api)$/i.test(stem);
  const own = isPlain ? application || above : stem;
  const name = kebabName(own);
  if (isPlain && name === '') return kebabName(stem);
  return isPlain ? kebabName(`${name}-${stem}`) : name;
}

function free(name: string, taken: Set<string>): string {
  const base = name.slice(0, 90) || 'interface';
  let own = base;
  for (let number = 2; taken.has(own); number++) own = `${base}-${number}`;
  taken.add(own);
  return own;
}
