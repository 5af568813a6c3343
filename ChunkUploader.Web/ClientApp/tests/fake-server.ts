import type { Api, BeginFields, Body, ChunkFields, Digests, ServerLimits, Session, SessionChange, StoredFile, Transfer } from '../src/api/api';
import { blockSize } from '../src/hashing/digester';
import { toHex, wasm } from '../src/hashing/sha256';
import { abortable, KiB, refusal, sameBytes, sessionOf, storedFile } from './fakes';

interface Held {
  readonly fields: BeginFields;
  readonly bytes: Uint8Array;
  readonly chunks: Set<number>;
  state: Session['state'];
  candidate?: boolean;
  challenge?: Session['challenge'];
  file?: StoredFile;
}

/** The server in memory. `before` sees every call first and fails it by throwing. */
export class FakeServer implements Api {
  readonly calls: string[] = [];
  readonly sessions = new Map<string, Held>();
  readonly stored: Uint8Array[] = [];
  private readonly elsewhere = new Set<string>();
  before: (call: string) => void | Promise<void> = () => undefined;
  chunkSize = 256 * KiB;
  /** The challenge for these digests, where the server has the file; with it, every new file is a candidate. */
  offer: ((digests: Digests) => Session['challenge']) | undefined;
  acceptsProofs = true;
  private lastId = 0;

  count(call: string): number {
    return this.calls.filter(made => made.startsWith(call)).length;
  }

  /** Opens a session that holds the given chunks of these bytes, as an earlier page would have left it. */
  hold(bytes: Uint8Array<ArrayBuffer>, chunks: number[], name = 'film.mp4', wanted?: string): string {
    const id = this.open({ fileName: name, size: bytes.length }, wanted);
    const held = this.get(id);
    held.bytes.set(bytes);
    for (const index of chunks) held.chunks.add(index);
    return id;
  }

  limits(): Promise<ServerLimits> {
    return Promise.resolve({ maxFileSize: 2 ** 40, chunkSize: 8 * 1024 * KiB });
  }

  async begin(fields: BeginFields): Promise<Session> {
    await this.enter('begin');
    for (const [id, { fields: other, state }] of this.sessions)
      if (state === 'receiving' && other.fileName === fields.fileName && other.size === fields.size)
        return this.tell(id);
    this.chunkSize = fields.chunkSize ?? this.chunkSize;
    const id = this.open(fields);
    const { md5, contentHash } = fields;
    if (this.offer && (md5 === undefined || contentHash === undefined)) this.get(id).candidate = true;
    else if (md5 !== undefined && contentHash !== undefined) this.tryOffer(id, { md5, contentHash });
    if (fields.size === 0) this.publish(id);
    return this.tell(id);
  }

  async sendWhole(fields: BeginFields, body: Body, { onProgress, onSent, signal }: Transfer): Promise<Session> {
    await abortable(this.enter('whole'), signal);
    const bytes = await bytesIn(body);
    onProgress(bytes.length);
    onSent?.();
    if (fields.firstBlock !== (await digestsOf(bytes))[0]) throw refusal(422, 'digest-mismatch');
    this.chunkSize = bytes.length;
    const wasThere = this.stored.some(stored => sameBytes(stored, bytes));
    const id = this.hold(bytes, [0], fields.fileName, fields.id);
    this.publish(id);
    return wasThere ? { ...this.tell(id), candidate: true } : this.tell(id);
  }

  async list(): Promise<Session[]> {
    await this.enter('list');
    return [...this.sessions.keys()].map(id => this.tell(id));
  }

  async session(id: string): Promise<Session> {
    await this.enter('session');
    return this.tell(id);
  }

  async sendChunk(id: string, { index, sha256, body }: ChunkFields, { signal }: Transfer): Promise<void> {
    await abortable(this.enter(`chunk ${index}`), signal);
    const bytes = await bytesIn(body);
    if (sha256.join() !== (await digestsOf(bytes)).join()) throw refusal(422, 'chunk-digest-mismatch');
    const held = this.get(id);
    held.bytes.set(bytes, index * this.chunkSize);
    held.chunks.add(index);
  }

  async blocks(id: string, first: number, count: number): Promise<(string | null)[]> {
    await this.enter('blocks');
    const { bytes, chunks } = this.get(id);
    const isIn = (block: number) => {
      const end = Math.min((block + 1) * blockSize, bytes.length);
      for (let at = block * blockSize; at < end; at += this.chunkSize)
        if (!chunks.has(Math.floor(at / this.chunkSize))) return false;
      return true;
    };
    const all = await digestsOf(bytes);
    return all.slice(first, first + count).map((digest, i) => (isIn(first + i) ? digest : null));
  }

  async digests(id: string, digests: Digests): Promise<SessionChange> {
    await this.enter('digests');
    this.tryOffer(id, digests);
    return this.tell(id);
  }

  async proof(id: string, answer: string): Promise<SessionChange> {
    await this.enter(`proof ${answer}`);
    const held = this.get(id);
    held.state = 'receiving';
    if (this.acceptsProofs) this.publish(id, true);
    return this.tell(id);
  }

  async complete(id: string, { md5 }: Digests): Promise<SessionChange> {
    await this.enter(`complete ${md5}`);
    const { chunks } = this.get(id);
    if (chunks.size < (this.tell(id).chunkCount ?? 0)) throw refusal(409, 'chunks-missing');
    this.publish(id);
    return this.tell(id);
  }

  async takeOver(id: string, secret: string): Promise<Session> {
    await this.enter(`take-over ${secret}`);
    if (this.elsewhere.has(id)) throw refusal(410, 'upload-taken-over');
    return this.tell(id);
  }

  /** Another device goes on with a session. */
  takeAway(id: string): void {
    this.elsewhere.add(id);
    this.sessions.delete(id);
  }

  cancelOnLeave(id: string): void {
    this.calls.push('cancelOnLeave');
    this.sessions.delete(id);
  }

  async cancel(id: string): Promise<void> {
    await this.enter('cancel');
    this.sessions.delete(id);
  }

  private async enter(call: string): Promise<void> {
    this.calls.push(call);
    await this.before(call);
  }

  private tryOffer(id: string, digests: Digests): void {
    const challenge = this.offer?.(digests);
    if (challenge) Object.assign(this.get(id), { state: 'proof', challenge });
  }

  private open(fields: BeginFields, id = `session${++this.lastId}`): string {
    this.sessions.set(id, { fields, bytes: new Uint8Array(fields.size), chunks: new Set(), state: 'receiving' });
    return id;
  }

  get(id: string): Held {
    const held = this.sessions.get(id);
    if (!held) throw refusal(404, 'upload-not-found');
    return held;
  }

  private publish(id: string, instant = false): void {
    const held = this.get(id);
    const { fileName: name, size } = held.fields;
    held.state = 'completed';
    held.file = storedFile({ id, name, size, url: `/files/${id}`, downloadUrl: `/files/${id}/download`, instant });
    if (!instant) this.stored.push(held.bytes);
  }

  private tell(id: string): Session {
    const { fields, chunks, state, candidate, challenge, file } = this.get(id);
    const chunkCount = Math.ceil(fields.size / this.chunkSize);
    return sessionOf({
      ...{ id, state, fileName: fields.fileName, size: fields.size, chunkSize: this.chunkSize, chunkCount },
      receivedCount: chunks.size,
      received: [...chunks].sort((a, b) => a - b).map(index => [index, index]),
      ...{ relativePath: fields.relativePath ?? null, candidate: candidate ?? null },
      ...{ challenge: challenge ?? null, file: file ?? null },
      resumeUrl: state === 'completed' ? null : `/#resume=${id}.secret`,
    });
  }
}

async function bytesIn(body: Body): Promise<Uint8Array<ArrayBuffer>> {
  return body instanceof Uint8Array ? body : new Uint8Array(await body.arrayBuffer());
}

async function digestsOf(bytes: Uint8Array): Promise<string[]> {
  const digests: string[] = [];
  for (let at = 0; at < bytes.length; at += blockSize)
    digests.push(toHex(await wasm(new Uint8Array(bytes.slice(at, at + blockSize)))));
  return digests;
}
