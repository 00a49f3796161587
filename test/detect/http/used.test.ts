import t from 'tap';
import { httpCalls } from '../../../lib/detect/http/detectors.ts';

/** What the one call of a file reads: `total, lines.*.sku`, with `…` where it may read more. */
async function reads(path: string, text: string): Promise<string> {
  const { parts } = await httpCalls.extract([{ path, bytes: new TextEncoder().encode(text) }], {});
  const use = parts[0]?.value as { reads?: string[]; whole?: string[] } | undefined;
  const isWhole = use?.whole?.includes('response') === true;
  return [...(use?.reads ?? []), ...(isWhole ? [] : ['…'])].join(', ');
}

const typescript = (body: string): string =>
  `import axios from 'axios';\nexport async function f(id: string) {\n${body}\n}\n`;

const table: [name: string, body: string, reads: string][] = [
  [
    'a member of what was taken out',
    'const { data } = await axios.get("/i/" + id);\nreturn data.total;',
    'total',
  ],
  ['several', 'const { data } = await axios.get("/i/" + id);\nreturn data.total + data.tax;', 'tax, total'],
  ['a nested pattern', 'const { data: { total } } = await axios.get("/i/" + id);\nreturn total;', 'total'],
  ['through the result', 'const r = await axios.get("/i/" + id);\nreturn r.data.total;', 'total'],
  [
    'all of it is given back',
    'const { data } = await axios.get("/i/" + id);\nlog(data.total);\nreturn data;',
    'total, …',
  ],
  [
    'all of it is handed on',
    'const { data } = await axios.get("/i/" + id);\nsave(data);\nreturn data.total;',
    'total, …',
  ],
  [
    'all of it in an object',
    'const { data } = await axios.get("/i/" + id);\nreturn { data, total: data.total };',
    'total, …',
  ],
  [
    'all of it in a text',
    'const { data } = await axios.get("/i/" + id);\nlog(`<$' + '{data}>`);\nreturn data.total;',
    'total, …',
  ],
  [
    'all of it spread',
    'const { data } = await axios.get("/i/" + id);\nreturn { ...data, total: data.total };',
    'total, …',
  ],
  ['the request is given back', 'return axios.get("/i/" + id);', '…'],
  ['each of a list', 'const { data } = await axios.get("/i");\nreturn data.map((one) => one.sku);', '*.sku'],
  [
    'each of a list, handed on',
    'const { data } = await axios.get("/i");\nreturn data.map((one) => show(one));',
    '…',
  ],
  [
    'a rest of a pattern',
    'const { data: { total, ...rest } } = await axios.get("/i/" + id);\nreturn [total, rest];',
    'total, …',
  ],
];

t.test('which properties of a response are read, and whether that is all', async (test) => {
  for (const [name, body, expected] of table)
    test.equal(await reads('src/a.ts', typescript(body)), expected, name);
});

t.test('the same in Python', async (test) => {
  const python = (body: string): string => `import requests\n\ndef f(id):\n${body}\n`;
  const fetched = '    r = requests.get(f"https://a.example/i/{id}")\n';
  test.equal(await reads('a.py', python(`${fetched}    return r.json()["total"]`)), 'total');
  test.equal(
    await reads(
      'a.py',
      python(`${fetched}    found = r.json()\n    return found["total"], found.get("tax")`),
    ),
    'tax, total',
  );
  test.equal(await reads('a.py', python(`${fetched}    return r.json()`)), '…');
  test.equal(
    await reads('a.py', python(`${fetched}    found = r.json()\n    save(found)\n    return found["total"]`)),
    'total, …',
  );
});
