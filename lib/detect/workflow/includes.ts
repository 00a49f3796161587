import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { pinOf } from '../repository.ts';
import { type Caller, type FoundCall, passesIn } from './caller.ts';

/** An entry of `include`, or why it is not read. */
interface Found {
  found: FoundCall | string;
  pointer: string;
  what: string;
}

/** The components and files of other projects that a GitLab pipeline includes (GitLab Docs, "CI/CD YAML", `include`). */
export function includesIn(caller: Caller): Found[] {
  const { include } = caller.document;
  const list = Array.isArray(include) ? include : [include];
  return list.flatMap((entry, nth) => {
    const pointer = Array.isArray(include) ? `/include/${nth}` : '/include';
    if (typeof entry === 'string') return fileOf(caller, { local: entry }, pointer);
    return isObject(entry) ? fileOf(caller, entry, pointer) : [];
  });
}

function fileOf(caller: Caller, entry: JsonObject, pointer: string): Found[] {
  const passes = passesIn(caller, entry.inputs, `${pointer}/inputs`);
  if (typeof entry.component === 'string') {
    const { component } = entry;
    return [{ found: componentCall(component, passes, pointer), pointer, what: component }];
  }
  if (typeof entry.project === 'string') {
    const files = (Array.isArray(entry.file) ? entry.file : [entry.file]).map((file) => String(file ?? ''));
    const ref = typeof entry.ref === 'string' ? pinOf(entry.ref) : {};
    const { project } = entry;
    return files.map((file) => {
      const subject = `${project}/${file.replace(/^\//, '')}${typeof entry.ref === 'string' ? `@${entry.ref}` : ''}`;
      if (/[$*]/.test(project + file))
        return { found: 'which one it includes is only known at run time', pointer, what: subject };
      const use = { subject, paths: [file.replace(/^\//, '')], ...ref, passes };
      return {
        found: { repository: { path: project.replace(/^\//, '') }, pointer, use },
        pointer,
        what: subject,
      };
    });
  }
  if (typeof entry.local === 'string' && !/^https?:/.test(entry.local)) {
    const path = entry.local.replace(/^\//, '');
    const use = { subject: `./${path}`, paths: [path], passes };
    return [{ found: { repository: { path: '.' }, pointer, use }, pointer, what: path }];
  }
  const remote = entry.remote ?? entry.local;
  return typeof remote === 'string' ? remoteCall(remote, passes, pointer) : [];
}

/** `$CI_SERVER_FQDN/group/project/name@version`. */
function componentCall(component: string, passes: JsonValue[], pointer: string): FoundCall | string {
  const [, host = '', path = '', name = '', version = ''] =
    /^([^/]+)\/(.+)\/([^/@]+)@(.+)$/.exec(component) ?? [];
  if (path === '') return "it does not have the form 'host/project/name@version'";
  if (/\$/.test(path + name)) return 'which one it includes is only known at run time';
  return {
    repository: { path, ...(host.includes('$') ? {} : { host: host.toLowerCase() }) },
    pointer,
    use: {
      ...{ subject: component, paths: [`templates/${name}.yml`, `templates/${name}/template.yml`] },
      ...{ ...pinOf(version), passes },
    },
  };
}

/** `https://gitlab.com/group/project/-/raw/main/templates/build.yml`. */
function remoteCall(remote: string, passes: JsonValue[], pointer: string): Found[] {
  const [, host = '', path = '', ref = '', file = ''] =
    /^https?:\/\/([^/]+)\/(.+)\/-\/raw\/([^/]+)\/([^?]+)/.exec(remote) ?? [];
  if (path === '') return [];
  const use = { subject: remote, paths: [file], ...pinOf(ref), passes };
  return [{ found: { repository: { host: host.toLowerCase(), path }, pointer, use }, pointer, what: remote }];
}
