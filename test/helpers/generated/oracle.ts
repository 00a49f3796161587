import { spawnSync } from 'node:child_process';
import { parse } from 'yaml';
import type { Mutant } from './mutations.ts';
import { oidOf, treesOf } from './objects.ts';
import { address, MAIN, NOTES, OPS, PROPOSALS, type Update } from './realm.ts';

/**
 * What a push that was taken must be, told by git's own programs and a small table of who may change what: nothing here knows
 * how the judge goes about it. Returns why it should have been refused, or `null`.
 */
export function oracle(gitDir: string, env: NodeJS.ProcessEnv) {
  const run = (args: string[], input?: string) => {
    const done = spawnSync('git', [`--git-dir=${gitDir}`, ...args], {
      env,
      ...(input === undefined ? {} : { input }),
      maxBuffer: 1 << 28,
    });
    // A git that was killed says nothing about the push.
    if (done.status === null) throw new Error(`git ${args.join(' ')}: ${done.signal ?? done.error}`);
    return { code: done.status, bytes: done.stdout, text: done.stdout.toString('utf8') };
  };
  /** What git says where it must be able to answer. */
  const text = (args: string[]): string => {
    const done = run(args);
    if (done.code !== 0) throw new Error(`git ${args.join(' ')}: exit ${done.code}`);
    return done.text;
  };
  const shown = new Map<string, Buffer | null>();
  const show = (revision: string, path: string): Buffer | null => {
    const name = `${revision}:${path}`;
    const known = shown.get(name);
    if (known !== undefined) return known;
    const { code, bytes } = run(['cat-file', 'blob', name]);
    const found = code === 0 ? bytes : null;
    if (revision !== 'HEAD') shown.set(name, found);
    return found;
  };
  // A text may be anything.
  // biome-ignore lint/suspicious/noExplicitAny: what a stranger wrote
  const yaml = (revision: string, path: string): any => {
    try {
      return parse(show(revision, path)?.toString('utf8') ?? '') ?? {};
    } catch {
      return {};
    }
  };
  const maintain = (revision: string, repo: string, who: string): boolean =>
    repo !== undefined && [yaml(revision, `repos/${repo}.yaml`).maintainers ?? []].flat().includes(who);
  const approve = (revision: string, who: string): boolean =>
    [yaml(revision, 'realm.yaml').governance?.approvers ?? []].flat().includes(who);
  const known = (revision: string, who: string): boolean =>
    ['aperture', 'fungal', 'mole'].some((repo) => maintain(revision, repo, who));

  /** Would the server's git have the whole of it? */
  const isWhole = ({ updates }: Mutant): boolean => {
    const tips = updates.flatMap((update) => update.new ?? []);
    return (
      tips.length === 0 || run(['rev-list', '--objects', '--quiet', ...tips, '--not', '--all']).code === 0
    );
  };

  /** A commit that git would write again with the same bytes, by the actor, and the commits that a ref gains. */
  function commits(
    { old, new: tip }: Update,
    actor: string,
  ): { oid: string; parent: string | null; message: string }[] | string {
    const format = '--format=%H%x00%T%x00%P%x00%an <%ae>%x00%ad%x00%cn <%ce>%x00%cd%x00%ae%x00%ce%x01';
    const range = [
      'log',
      '--reverse',
      '--date=raw',
      '--no-show-signature',
      format,
      tip ?? '',
      ...(old === null ? [] : [`^${old}`]),
    ];
    const found = [];
    let last = old;
    for (const record of text(range).split('\x01\n').filter(Boolean)) {
      const [oid = '', tree, parent = '', author, authored, committer, committed, from, by] =
        record.split('\0');
      if (parent !== (last ?? '')) return `${oid} does not stand on what was there`;
      const raw = text(['cat-file', 'commit', oid]);
      const parents = parent === '' ? '' : `parent ${parent}\n`;
      const head = `tree ${tree}\n${parents}author ${author} ${authored}\ncommitter ${committer} ${committed}\n`;
      if (!raw.startsWith(`${head}\n`)) return `git would not write ${oid} like this`;
      if (from?.toLowerCase() !== actor || by?.toLowerCase() !== actor)
        return `${oid} is by ${from} and ${by}, pushed by ${actor}`;
      if (!isCanonical(oid)) return `git would not write the trees of ${oid} like this`;
      const message = raw.slice(head.length + 1);
      const said = /^Realm-Op: .*"by":"([^"]*)"/m.exec(message)?.[1];
      if (said !== undefined && said !== actor) return `the operation of ${oid} is by another`;
      found.push({ oid, parent: last, message });
      last = oid;
    }
    return last === tip ? found : 'what was there is not below it';
  }

  function isCanonical(oid: string): boolean {
    const files = new Map<string, string>();
    const folders: string[] = [];
    for (const line of text(['ls-tree', '-r', '-t', '-z', '--full-tree', oid]).split('\0').filter(Boolean)) {
      const [, mode, type, blob = '', path = ''] = /^(\d+) (\w+) (\w+)\t(.*)$/s.exec(line) ?? [];
      if (type === 'tree') folders.push(path);
      else if (mode !== '100644' || files.has(path)) return false;
      else files.set(path, blob);
    }
    const top = treesOf(files).at(-1);
    return (
      top !== undefined &&
      oidOf(top) === run(['rev-parse', `${oid}^{tree}`]).text.trim() &&
      new Set(folders).size === folders.length
    );
  }

  function changes(from: string, to: string): { path: string; gone: boolean; came: boolean }[] {
    const fields = text(['diff-tree', '-r', '-z', '--no-renames', '--name-status', from, to]).split('\0');
    const found = [];
    for (let at = 0; at + 1 < fields.length; at += 2)
      found.push({ path: fields[at + 1] ?? '', gone: fields[at] === 'D', came: fields[at] === 'A' });
    return found;
  }

  /** The table: why this person may not make this change of a file of the realm. */
  function table(
    from: string,
    to: string,
    { path, gone, came }: { path: string; gone: boolean; came: boolean },
    actor: string,
    approved: boolean,
  ): string | null {
    const bytes = gone ? null : show(to, path);
    if (
      !gone &&
      (bytes === null || bytes.length > 1 << 20 || !Buffer.from(bytes.toString('utf8')).equals(bytes))
    )
      return `'${path}' is not a text of at most a MiB`;
    const no = `'${actor}' may not change '${path}'`;
    const boss = approve(from, actor);
    const [top, name = '', third = '', last = ''] = path.split('/');
    const stem = (file: string) => file.replace(/\.yaml$/, '');
    const [was, is] = [yaml(from, path), gone ? {} : yaml(to, path)];
    if (/^(realm\.yaml|[^/]+\.(md|txt|rst|adoc)|trust\/(users\.yaml|allowed_signers))$/.test(path))
      return boss ? null : no;
    if (top === 'worktrees' && /^[^/]+\.yaml$/.test(path.slice(10))) return known(from, actor) ? null : no;
    if (/^forge\/[^/]+(\/[^/]+)?\/(issues|pulls)\/\d+\.yaml$/.test(path))
      return known(from, actor) ? null : no;
    if (top === 'repos' && path.endsWith('.yaml')) {
      if (!gone && is.name !== stem(path.slice(6))) return `'${path}' has another name`;
      return boss || (!came && maintain(from, stem(path.slice(6)), actor)) ? null : no;
    }
    if (top !== 'domains') return `'${path}' is nothing of a realm`;
    const members = (revision: string): string[] =>
      [yaml(revision, `domains/${name}/domain.yaml`).members ?? []].flat();
    if (third === 'domain.yaml')
      return members(came ? to : from).some((repo) => maintain(from, repo, actor)) || boss ? null : no;
    if (!gone && show(to, `domains/${name}/domain.yaml`) === null) return `'${path}' is in no domain`;
    if (third === 'governance.yaml') return boss ? null : no;
    if (third === 'bindings') {
      const own = [was.repo, is.repo]
        .filter((repo) => repo !== undefined)
        .every((repo) => maintain(from, repo, actor));
      const empty = [was, is].every(
        (side) => (side.exports ?? []).length + (side.imports ?? []).length === 0,
      );
      const member = members(from).some((repo) => maintain(from, repo, actor));
      const evicted = gone && boss && !members(from).includes(String(was.repo));
      return own || (empty && member) || evicted ? null : no;
    }
    if (third !== 'contracts') return `'${path}' is nothing of a realm`;
    if (!gone && is.name !== stem(last)) return `'${path}' has another name`;
    if (came) return maintain(from, is.owner, actor) ? null : no;
    if (!maintain(from, was.owner, actor) && !approved) return no;
    const lost = [was.value?.read ?? []]
      .flat()
      .filter((path: string) => ![is.value?.read ?? []].flat().includes(path));
    if (!gone && lost.length > 0 && !approved) return `'${path}' loses ${lost.join()} without approval`;
    return null;
  }

  function main(update: Update, actor: string): string | null {
    const gained = commits(update, actor);
    if (typeof gained === 'string') return gained;
    for (const { oid, parent, message } of gained) {
      const proposal = /"verb":"land","proposal":"([^"]+)"/.exec(message)?.[1];
      const approved = proposal !== undefined && approvedByBoss(proposal);
      if (message.startsWith('proposal: ')) return `${oid} is a proposal`;
      for (const change of changes(parent ?? '', oid)) {
        const why = table(parent ?? '', oid, change, actor, approved);
        if (why !== null) return why;
      }
    }
    return null;
  }

  const approvedByBoss = (id: string): boolean => {
    const note = run(['notes', '--ref', NOTES, 'show', run(['rev-parse', PROPOSALS + id]).text.trim()]).text;
    return note
      .split('\n')
      .some((record) => record.includes('"approval"') && record.includes(`"by":"${address('boss')}"`));
  };

  function proposal({ ref, new: tip }: Update, actor: string): string | null {
    const parent = run(['rev-parse', '-q', '--verify', `${tip}^`]).text.trim();
    const inMain = run(['merge-base', '--is-ancestor', parent || '0', MAIN]).code === 0;
    if (!inMain) return 'a proposal stands on the main branch';
    const gained = commits({ ref, old: parent, new: tip }, actor);
    if (typeof gained === 'string') return gained;
    if (!gained[0]?.message.includes(`"proposal":"${ref.slice(PROPOSALS.length)}"`))
      return 'a proposal of another name';
    return (
      changes(parent, tip ?? '')
        .map((landed) => table(parent, tip ?? '', landed, actor, true))
        .find((why) => why !== null) ?? null
    );
  }

  /** Every note by its object, as git reads it; `null`: something is there that is none, or twice. */
  function notesAt(tip: string | null): Map<string, string> | null {
    const notes = new Map<string, string>();
    if (tip === null) return notes;
    for (const line of text(['ls-tree', '-r', '-z', '--full-tree', tip]).split('\0').filter(Boolean)) {
      const [, mode, oid = '', path = ''] = /^(\d+) blob (\w+)\t(.*)$/s.exec(line) ?? [];
      const object = path.replaceAll('/', '');
      if (
        mode !== '100644' ||
        !/^([0-9a-f]{2}\/)*[0-9a-f]+$/.test(path) ||
        object.length !== 40 ||
        notes.has(object)
      )
        return null;
      const { code, bytes } = run(['cat-file', 'blob', oid]);
      if (code !== 0) throw new Error(`no blob ${oid}`);
      if (bytes.length > 1 << 20) return null;
      notes.set(object, bytes.toString('utf8'));
    }
    return notes;
  }

  function notes(update: Update, actor: string): string | null {
    const gained = commits(update, actor);
    if (typeof gained === 'string') return gained;
    for (const { oid, parent } of gained) {
      const [was, is] = [notesAt(parent), notesAt(oid)];
      if (was === null || is === null) return 'something among the notes is none';
      for (const object of new Set([...was.keys(), ...is.keys()])) {
        const [before, after] = [was, is].map((all) =>
          (all.get(object) ?? '').split('\n').filter(Boolean),
        ) as [string[], string[]];
        if (before.some((record) => !after.includes(record))) return 'a record is gone';
        for (const record of after.filter((added) => !before.includes(added)))
          if (!record.includes(`"by":"${actor}"`)) return 'a record by another';
      }
    }
    return null;
  }

  function journal({ ref, old, new: tip }: Update, actor: string): string | null {
    if (!known('HEAD', actor) && !approve('HEAD', actor)) return 'a stranger';
    const gained = commits({ ref, old, new: tip }, actor);
    if (typeof gained === 'string') return gained;
    for (const { oid } of gained) {
      if (text(['ls-tree', '-r', '--name-only', oid]) !== 'journal.json\n') return 'more than a journal';
      const record = JSON.parse(show(oid, 'journal.json')?.toString('utf8') ?? '') as {
        id?: string;
        by?: string;
      };
      if (ref !== OPS + record.id) return 'the journal of another operation';
      if (record.by !== undefined && record.by !== actor) return 'the journal of another person';
    }
    return null;
  }

  return {
    isWhole,
    /** Why the push should have been refused. */
    mistake({ updates, user }: Mutant): string | null {
      for (const update of updates) {
        const { ref, old, new: tip } = update;
        if (tip === null) return 'a ref is deleted';
        if (old === tip) continue;
        const rule =
          ref === MAIN
            ? main
            : ref === NOTES
              ? notes
              : ref.startsWith(PROPOSALS)
                ? proposal
                : ref.startsWith(OPS)
                  ? journal
                  : null;
        if (rule === null || /\.\./.test(ref)) return `no ref of a realm: ${ref}`;
        const why = rule(update, address(user));
        if (why !== null) return why;
      }
      return null;
    },
  };
}
