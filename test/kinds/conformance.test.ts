import t from 'tap';
import type { Extraction, SourceFile } from '../../lib/detect/types.ts';
import { RealmError } from '../../lib/errors.ts';
import { chooseKind } from '../../lib/kinds/choose.ts';
import { kindNamed, kindOf, kinds, useNamed } from '../../lib/kinds/index.ts';
import { readUse } from '../../lib/kinds/read.ts';
import { detectorOf } from '../../lib/kinds/readers.ts';
import type { Content, Kind } from '../../lib/kinds/types.ts';
import { type Sample, samples } from './samples.ts';

const file = (path: string, text: string | Uint8Array): SourceFile => ({
  path,
  bytes: typeof text === 'string' ? Buffer.from(text) : text,
});

const kindOfSample = ({ kind }: Sample): Kind => {
  const found = kindNamed(kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return found;
};

const offer = async (sample: Sample, text: string): Promise<Extraction> => {
  const [reader = ''] = kindOfSample(sample).readers;
  return (await detectorOf(reader)).extract([file(sample.path, text)], sample.options ?? {});
};

const contentOf = ({ value, schema }: Extraction): Content => ({ value, schema });

t.test('every kind has a sample here, and every sample a kind', async (t) => {
  t.same(
    kinds.map((kind) => kind.name),
    samples.map((sample) => sample.kind),
  );
});

t.test('a kind recognises its own files and none of the others', async (t) => {
  for (const sample of samples) {
    const chosen = await chooseKind([file(sample.path, sample.text)]);
    t.equal(chosen.kind.name, sample.kind, `${sample.path} is of kind ${sample.kind}`);
    t.match(chosen.why, /\w/, 'with a reason');
    t.ok(chosen.kind.readers.includes(chosen.reader), `${chosen.reader} is its reader`);
    for (const other of kinds.filter((kind) => kind.name !== sample.kind)) {
      const claim = await other.recognise(file(sample.path, sample.text));
      const mine = await kindOfSample(sample).recognise(file(sample.path, sample.text));
      t.ok(claim === null || claim.confidence < (mine?.confidence ?? 0), `${other.name} does not outbid it`);
    }
  }
});

t.test('what no kind may claim: empty, binary, cut short, something else', async (t) => {
  const cut = (sample: Sample): string => sample.text.slice(0, Math.floor(sample.text.length / 3));
  for (const sample of samples) {
    for (const [what, other] of [
      ['an empty file', file(sample.path, '')],
      ['bytes', file(sample.path, Buffer.from([0, 159, 146, 150, 0, 1]))],
      ['a word', file('notes.txt', 'hello\n')],
    ] as const) {
      await t.rejects(chooseKind([other]), { code: 'not-recognised' }, `${what} as ${sample.path}`);
      await t.rejects(chooseKind([other], kindOfSample(sample)), { code: 'not-recognised' });
    }
    const short = await chooseKind([file(sample.path, cut(sample))]).catch((error: unknown) => error);
    const extraction = await offer(sample, cut(sample)).catch(() => null);
    const read =
      extraction !== null &&
      extraction.parts.length > 0 &&
      !extraction.unresolved.some((unresolved) => unresolved.gap);
    t.ok(
      short instanceof RealmError || !read || sample.kind === 'value',
      `${sample.path} cut short is refused, or nothing is read from it`,
    );
  }
});

t.test('an offer names file and line of each part, and other files offer nothing', async (t) => {
  for (const sample of samples) {
    const extraction = await offer(sample, sample.text);
    t.not(extraction.parts.length, 0, `${sample.kind}: there are parts`);
    const lines = sample.text.split('\n').length;
    for (const part of extraction.parts) {
      t.equal(part.path, sample.path);
      t.ok(part.line >= 1 && part.line <= lines, `${sample.kind}: ${part.pointer} in line ${part.line}`);
    }
    for (const other of samples) {
      if (other.kind === sample.kind || sample.kind === 'value') continue;
      const [reader = ''] = kindOfSample(sample).readers;
      const found = await (await detectorOf(reader)).extract([file(other.path, other.text)], {});
      t.equal(found.parts.length, 0, `${reader} reads nothing from ${other.path}`);
    }
  }
});

t.test('a contract that names no kind is of the kind of its content', async (t) => {
  for (const sample of samples) {
    const { value, schema } = await offer(sample, sample.text);
    t.equal(kindOf({ value, schema }).name, sample.kind);
    t.equal(kindOf({ kind: sample.kind, value: null, schema: {} }).name, sample.kind, 'the name counts');
  }
  t.equal(kindOf({ value: null, schema: {} }).name, 'value', 'nothing is a value');
  t.equal(kindOf({}).name, 'value');
});

t.test(
  'compare: equal to itself and to another spelling; a break has a witness or a reason, a rule and a place',
  async (t) => {
    for (const sample of samples) {
      const kind = kindOfSample(sample);
      const old = contentOf(await offer(sample, sample.text));
      const same = contentOf(await offer(sample, sample.same));
      const now = contentOf(await offer(sample, sample.broken));
      for (const other of [old, same]) {
        const { verdict, changes } = await kind.compare(old, other);
        t.same([verdict, changes], [{ verdict: 'equal' }, []], `${sample.kind}: equal, with no changes`);
      }
      const { verdict, changes } = await kind.compare(old, now);
      t.equal(verdict.verdict, 'breaking', `${sample.kind}: it breaks`);
      t.ok(changes.some((change) => change.breaking));
      for (const change of changes) {
        t.match(
          change.rule,
          new RegExp(`^${sample.kind === 's3' ? '(s3|value)' : sample.kind}/`),
          `${sample.kind}: a rule`,
        );
        if (change.breaking)
          t.ok(
            change.witness !== undefined || (change.reason ?? '') !== '' || 'reason' in verdict,
            'a witness or a reason',
          );
      }
      const back = await kind.compare(now, old);
      t.not(back.verdict.verdict, 'equal', 'the way back is a change too');
    }
  },
);

t.test('cover: yes only for what was read and goes with the contract', async (t) => {
  for (const sample of samples) {
    const kind = kindOfSample(sample);
    const { binding, quiet } = sample;
    const use = useNamed(kind, binding.use);
    if (use === undefined) throw new Error(`no use ${binding.use}`);
    const content = contentOf(await offer(sample, sample.text));
    const coverOf = async (path: string, text: string | Uint8Array) =>
      kind.cover(content, await readUse(use, [file(path, text)], binding.options ?? {}));

    const yes = await coverOf(binding.path, binding.text);
    t.match(yes, { answer: 'yes' }, `${sample.kind}: covered`);
    t.ok(yes.answer === 'yes' && yes.looked > 0, 'something was read');
    for (const [what, text] of [
      ['an empty file', ''],
      ['nothing of the kind', quiet.text],
      ['bytes', Buffer.from([0, 159, 146, 150, 0, 1])],
      ['cut short', binding.text.slice(0, Math.floor(binding.text.length / 2))],
      ['a word', 'hello\n'],
    ] as const) {
      const answer = await coverOf(binding.path, text);
      t.not(answer.answer, 'yes', `${sample.kind}: ${what} proves nothing`);
      if (answer.answer === 'unknown') t.match(answer.why, /\w/, 'with the reason');
    }
    for (const other of samples) {
      if (other.kind === sample.kind) continue;
      const answer = await coverOf(binding.path, other.text);
      t.not(answer.answer, 'yes', `${sample.kind}: a file of kind ${other.kind} proves nothing`);
    }
  }
});

t.test('cover: no, with what is missing, where the other side does not have it', async (t) => {
  for (const sample of samples) {
    const kind = kindOfSample(sample);
    const { binding } = sample;
    const use = useNamed(kind, binding.use);
    if (use === undefined) throw new Error(`no use ${binding.use}`);
    // Who needs more, or offers less, than the binding was written for.
    const text =
      kind.direction === 'offers'
        ? sample.broken
        : sample.text.replace('runs/b', 'other/b').replace('rate: 100', 'rate: 200');
    const content = contentOf(await offer(sample, text));
    const answer = await kind.cover(
      content,
      await readUse(use, [file(binding.path, binding.text)], binding.options ?? {}),
    );
    t.equal(answer.answer, 'no', `${sample.kind}: not covered`);
    if (answer.answer === 'no') t.not(answer.missing.length, 0);
  }
});

t.test('a grant that a denial or a condition may take away proves nothing', async (t) => {
  const [s3] = kinds;
  const use = s3 === undefined ? undefined : useNamed(s3, 'iam-paths');
  if (s3 === undefined || use === undefined) throw new Error('no s3');
  const [sample] = samples;
  if (sample === undefined) throw new Error('no sample');
  const content = contentOf(await offer(sample, sample.text));
  const allow = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::acme/runs/*' };
  const answerOf = async (...Statement: object[]) =>
    s3.cover(content, await readUse(use, [file('policy.json', JSON.stringify({ Statement }))], {}));
  t.match(await answerOf(allow), { answer: 'yes' });
  t.match(await answerOf(allow, { ...allow, Effect: 'Deny' }), {
    answer: 'unknown',
    why: /policy\.json:1: a Deny/,
  });
  const Condition = { Bool: { 'aws:SecureTransport': 'true' } };
  t.match(await answerOf({ ...allow, Condition }), { answer: 'unknown', why: /condition/ });
  const elsewhere = { ...allow, NotResource: allow.Resource, Resource: undefined };
  t.match(await answerOf(allow, elsewhere), { answer: 'yes' }, 'another grant takes nothing away');
});
