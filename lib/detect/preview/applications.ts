import { parse } from 'smol-toml';
import { kebabName } from '../../names.ts';
import { isGenerated } from '../product.ts';

/** A part of a repository that is built and named by itself. */
export interface Application {
  /** From the repository's root; '' for all of it. */
  folder: string;
  /** As its manifest has it, or its folder; undefined: nothing names it. Kebab-case. */
  name: string | undefined;
}

/** Files that make their folder a package, with what reads its name. */
const manifests: Record<string, (text: string) => unknown> = {
  'package.json': (text) => JSON.parse(text)?.name,
  'pyproject.toml': (text) => {
    const file = parse(text) as { project?: { name?: unknown }; tool?: { poetry?: { name?: unknown } } };
    return file.project?.name ?? file.tool?.poetry?.name;
  },
  'Cargo.toml': (text) => (parse(text) as { package?: { name?: unknown } }).package?.name,
  'go.mod': (text) => /^module[ \t]+"?([^\s"]+)/m.exec(text)?.[1]?.replace(/\/v\d+$/, ''),
};

const packages =
  /(?:^|\/)(?:package\.json|pyproject\.toml|Cargo\.toml|go\.mod|pom\.xml|build\.gradle(?:\.kts)?)$/;
/** Files that only say how something is deployed: what lies deepest may be a mere part of it. */
const deployed =
  /(?:^|\/)(?:serverless\.ya?ml|template\.ya?ml|cdk\.json|requirements\.txt|Pipfile|project\.json)$/;
/** Folders at the top that hold one application in each of their folders. */
const containers =
  /^((?:apps?|applications|services|packages|projects|microservices|lambdas?|functions|modules|components|cmd|workspaces)\/[^/]+)\//;

/** The applications of a repository, by the paths of its tracked files. */
export class Applications {
  private readonly packages: ReadonlySet<string>;
  private readonly deployed: ReadonlySet<string>;
  private readonly paths: ReadonlySet<string>;

  constructor(paths: Iterable<string>) {
    const own = [...paths].filter((path) => !isGenerated(path));
    this.paths = new Set(own.filter((path) => packages.test(path)));
    this.packages = new Set([...this.paths].map(folderOf));
    this.deployed = new Set(own.filter((path) => deployed.test(path)).map(folderOf));
  }

  /** The folder of the application that a file belongs to; '' where it is the repository's own. */
  folderOf(path: string): string {
    const around = foldersAround(path);
    const within = containers.exec(path)?.[1];
    const deepest = around.find((folder) => this.packages.has(folder));
    if (within !== undefined && (deepest === undefined || `${deepest}/`.startsWith(`${within}/`)))
      return within;
    return deepest ?? around.findLast((folder) => this.deployed.has(folder)) ?? within ?? '';
  }

  /** The manifests that may name an application, to be read before `named`. */
  manifestsOf(folder: string): string[] {
    const at = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
    return Object.keys(manifests)
      .map(at)
      .filter((path) => this.paths.has(path));
  }
}

/** The application in a folder, with the name that one of its manifests gives it. Never throws for a bad manifest. */
export function applicationIn(
  folder: string,
  files: readonly { path: string; bytes: Uint8Array }[],
): Application {
  for (const { path, bytes } of files) {
    const name = kebabName(lastWord(nameIn(path, bytes)));
    if (name !== '') return { folder, name };
  }
  const name = kebabName(folder.slice(folder.lastIndexOf('/') + 1));
  return { folder, name: name === '' ? undefined : name };
}

function nameIn(path: string, bytes: Uint8Array): string {
  try {
    const name = manifests[path.slice(path.lastIndexOf('/') + 1)]?.(Buffer.from(bytes).toString('utf8'));
    return typeof name === 'string' ? name : '';
  } catch {
    return '';
  }
}

/** Without the scope or the host that stands before a name: `@acme/billing`, `example.com/acme/billing`. */
const lastWord = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/** The folders that a file lies in, the nearest first, without the root. */
function foldersAround(path: string): string[] {
  const found: string[] = [];
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) found.push(folder);
  return found;
}
