import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

/** A loose object as a pack carries it. */
export interface RawObject {
  type: 'commit' | 'tree' | 'blob';
  bytes: Buffer;
}

/** What no git client sends: refs of any name, and objects of any bytes. */
export interface RawPush {
  updates: { ref: string; old: string; new: string }[];
  objects: RawObject[];
  /** Commits that are said to have no parents here, as a shallow clone says it. */
  shallow?: string[];
}

export const NOTHING = '0'.repeat(40);

export const oidOf = ({ type, bytes }: RawObject): string =>
  createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');

/** The request of a push (gitprotocol-pack(5)): one command for each ref, then the pack. */
export function requestOf({ updates, objects, shallow = [] }: RawPush): Buffer {
  const cut = shallow.map((oid) => packet(`shallow ${oid}`));
  const commands = updates.map((update, index) =>
    packet(
      `${update.old} ${update.new} ${update.ref}${index === 0 ? '\0 report-status side-band-64k' : ''}\n`,
    ),
  );
  return Buffer.concat([...cut, ...commands, Buffer.from('0000'), pack(objects)]);
}

/** Pushes over smart http. Exit status 0 where the server took every ref; the text is all it said. */
export async function rawOverHttp(url: string, push: RawPush): Promise<{ code: number; stderr: string }> {
  const { username, password, origin, pathname } = new URL(url);
  const response = await fetch(`${origin}${pathname}/git-receive-pack`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      'content-type': 'application/x-git-receive-pack-request',
    },
    body: requestOf(push),
  });
  return said(Buffer.from(await response.arrayBuffer()), push);
}

/** Pushes over ssh, by the command that a client's `GIT_SSH_COMMAND` names. */
export function rawOverSsh(
  url: string,
  ssh: string,
  push: RawPush,
): Promise<{ code: number; stderr: string }> {
  const { username, hostname, port, pathname } = new URL(url);
  const path = pathname.replace(/^\/(?=[^/]+$)/, '');
  const command = `exec ${ssh} -p ${port} ${username}@${hostname} "git-receive-pack '${path}'"`;
  return new Promise((done) => {
    const child = spawn('sh', ['-c', command], { stdio: ['pipe', 'pipe', 'ignore'] });
    const out: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
    child.stdin.on('error', () => undefined);
    child.stdin.end(requestOf(push));
    child.on('close', () => done(said(Buffer.concat(out), push)));
  });
}

/** What a server answered, out of its packets: the advertisement of refs, its report and what its hooks printed. */
function said(answer: Buffer, { updates }: RawPush): { code: number; stderr: string } {
  let text = '';
  for (let at = 0; at + 4 <= answer.length; ) {
    const size = Number.parseInt(answer.toString('latin1', at, at + 4), 16);
    text += answer.toString('utf8', at + 5, at + Math.max(size, 4));
    at += Math.max(size, 4);
  }
  return { code: updates.every(({ ref }) => text.includes(`ok ${ref}\n`)) ? 0 : 1, stderr: text };
}

const packet = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
};

const TYPES = { commit: 1, tree: 2, blob: 3 };

/** A pack without deltas (gitformat-pack(5)). */
function pack(objects: readonly RawObject[]): Buffer {
  const head = Buffer.alloc(12);
  head.write('PACK');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(objects.length, 8);
  const body = Buffer.concat([head, ...objects.flatMap(entry)]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}

function entry({ type, bytes }: RawObject): Buffer[] {
  const header: number[] = [];
  let byte = (TYPES[type] << 4) | (bytes.length & 15);
  for (let rest = bytes.length >> 4; rest > 0; rest >>= 7) {
    header.push(byte | 0x80);
    byte = rest & 0x7f;
  }
  return [Buffer.from([...header, byte]), deflateSync(bytes)];
}
