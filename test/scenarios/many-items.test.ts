import { readFileSync, rmSync } from 'node:fs';
import t from 'tap';
import { nightly } from '../helpers/values/nightly.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { aperture, fungal, joinBoth } from '../helpers/world/story.ts';

/** What anybody who may push can leave in a realm: proposals, journals that move on, and notes. */
function stream(from: number, to: number, round: number): string {
  const who = `mole <mole@example.com> ${1767300000 + round} +0000\n`;
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const lines: string[] = [];
  for (let n = from; n < to; n++) {
    const id = (0xabc0000 + n).toString(16);
    const head = (ref: string, message: string) =>
      `commit ${ref}\nauthor ${who}committer ${who}${data(message)}`;
    const op = { verb: 'x', by: 'mole@example.com', proposed: true, proposal: id };
    const ref = `refs/realm/proposals/${id}`;
    lines.push(
      `${head(ref, `proposal: ${id} ${round}\n\nRealm-Op: ${JSON.stringify(op)}\n`)}from refs/heads/main\n`,
      `M 100644 inline repos/new-${id}.yaml\n${data(`name: new-${id}\nmaintainers: [mole@example.com]\n# ${round}`)}\n`,
    );
    const journal = { format: 1, id, at: '2026-01-02T00:00:00Z', by: 'mole@example.com', verb: 'push' };
    const on = round === 0 ? '' : `from refs/realm/ops/${id}^0\n`;
    lines.push(
      `${head(`refs/realm/ops/${id}`, `journal ${round}\n`)}${on}M 100644 inline journal.json\n`,
      `${data(JSON.stringify({ ...journal, branch: 'x', state: 'done', steps: [], round }))}\n`,
    );
    const said = { kind: 'approval', by: 'mole@example.com', at: '2026-01-02T00:00:00Z', changes: [] };
    lines.push(
      `${head('refs/notes/realm', 'notes\n')}${n === from && from + round > 0 ? 'from refs/notes/realm^0\n' : ''}`,
      `N inline ${ref}\n${data(`${JSON.stringify(said)}\n`)}\n`,
    );
  }
  return lines.join('');
}

const others = [
  ['proposals', '--all'],
  ['graph'],
  ['report', '--output', '../report.html'],
  ['log', 's3-access/s3-permissions'],
  ['check'],
];

t.test(
  'however many proposals, journals and notes a realm has, a command starts as many processes',
  async (t) => {
    const box = sandbox(t);
    const url = `file://${box.path('realm.git')}`;
    await box.git(['init', '-q', '--bare', 'realm.git']);
    await box.realm(['init', '--name', 'letemcook', '--path', 'seed', '--url', url]);
    const provider = await makeRepo(box, 'aperture', { tree: aperture });
    const consumer = await makeRepo(box, 'fungal-image-analysis', { tree: fungal });
    await joinBoth(box, provider, consumer, url);
    const commands = [
      ['fetch'],
      ['proposals'],
      ['status'],
      ['sync'],
      ['doctor'],
      ['inbox'],
      // These read the realm as those before do.
      ...(nightly ? others : []),
    ];
    const counted = async (): Promise<Record<string, number>> => {
      const counts: Record<string, number> = {};
      for (const words of commands) {
        const trace = box.path('trace');
        rmSync(trace, { force: true });
        const env = { GIT_TRACE2_EVENT: trace };
        const ran = await box.realm(words, { cwd: 'aperture', env, expect: 'any' });
        t.equal(ran.code, 0, `${words.join(' ')}: ${ran.stderr}`);
        counts[words.join(' ')] = readFileSync(trace, 'utf8').split('"event":"start"').length - 1;
      }
      return counts;
    };
    const plant = (from: number, to: number, round: number) =>
      box.git(['fast-import', '--quiet', '--force'], { cwd: 'realm.git', input: stream(from, to, round) });
    const many = nightly ? 3000 : 36;
    // There are some of each already: the first notes are taken over in another way than more of them.
    await plant(0, 3, 0);
    await counted();
    await plant(3, 6, 0);
    const few = await counted();
    t.comment(`3 new ones: ${JSON.stringify(few)}`);
    await plant(6, many, 0);
    t.same(await counted(), few, `${many - 6} new ones`);
    await plant(0, 3, 1);
    const fewMoved = await counted();
    t.comment(`3 that moved: ${JSON.stringify(fewMoved)}`);
    await plant(3, many, 1);
    t.same(await counted(), fewMoved, `${many - 3} that moved`);
    const all = await box.realm(['proposals', '--json'], { cwd: 'aperture' });
    const { proposals } = all.json() as { proposals: { state: string; records: unknown[] }[] };
    t.equal(proposals.length, many);
    t.ok(proposals.every(({ state }) => state === 'open'));

    const bad = (
      await box.git(['hash-object', '-w', '--stdin'], { cwd: 'realm.git', input: Buffer.from([255, 254]) })
    ).stdout.trim();
    const of = 'refs/realm/proposals/abc0000';
    await box.git(['notes', '--ref=realm', 'add', '-f', '-C', bad, of], { cwd: 'realm.git' });
    const why = /^ *its records are ignored: the note of [0-9a-f]{10} is not UTF-8 \(git realm doctor\)$/gm;
    for (const words of [['proposals'], ['proposals', 'show', 'abc0000']]) {
      const { stdout } = await box.realm(words, { cwd: 'aperture' });
      t.equal(stdout.match(why)?.length, 1, `${words.join(' ')}: of the one that it is about`);
    }
  },
);
