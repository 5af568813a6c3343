import { type EncodedForm, type FormFields, encodeForm, formOf } from './form';
import { type Answer, type RequestOptions, intercepted, isRecord, send, sendOnLeave } from './http';
import type { components, paths } from './schema';

type Schemas = components['schemas'];

/** The fields of a call's form, without the file that some have behind them. */
type Form<Path extends keyof paths> = paths[Path] extends {
  post: { requestBody?: { content: { 'multipart/form-data': infer Fields } } };
} ? Omit<Fields, 'file'> : never;

export type SessionState = Schemas['SessionState'];
export type StoredFile = Schemas['File'];
export type Challenge = Schemas['Challenge'];
export type Session = Schemas['Session'];

/** First and last index, both inclusive. */
export type IndexRange = Session['received'][number];

export type Digests = Form<'/uploads/{id}/digests'>;
export type BeginFields = Form<'/uploads'>;

/** Bytes of a file: where it is on the disk, or little of it in memory. */
export type Body = Blob | Uint8Array<ArrayBuffer>;

/** What the server takes, in bytes. */
export type ServerLimits = Schemas['Limits'];

export interface ChunkFields {
  readonly index: number;
  /** Hex SHA-256 of each 4 MiB piece of this chunk. */
  readonly sha256: readonly string[];
  readonly body: Body;
}

/** What a call about a session may tell; the fields it leaves out are as before. */
export type SessionChange = Partial<Session> & { readonly retryAfter?: number };

/** The way of a request's bytes. */
export interface Transfer {
  readonly signal: AbortSignal;
  readonly onProgress: (loaded: number) => void;
  /** All bytes have left; with it, the signal aborts nothing from then on. */
  readonly onSent?: () => void;
  /** Milliseconds to wait for the answer then. */
  readonly answerTime: number;
}

/** The upload API, one function an endpoint. Every function rejects with an ApiError or the signal's reason. */
export interface Api {
  limits(): Promise<ServerLimits>;
  begin(fields: BeginFields): Promise<Session>;
  /** Begins and ends an upload in one request; the digests are those of the body. */
  sendWhole(fields: BeginFields & Digests, body: Body, transfer: Transfer): Promise<Session>;
  list(): Promise<readonly Session[]>;
  session(id: string, signal: AbortSignal): Promise<Session>;
  sendChunk(id: string, chunk: ChunkFields, transfer: Transfer): Promise<void>;
  /** The digests of `count` (at most 256) blocks, null where a block is not all in. */
  blocks(id: string, first: number, count: number, signal: AbortSignal): Promise<readonly (string | null)[]>;
  digests(id: string, digests: Digests, signal: AbortSignal): Promise<SessionChange>;
  proof(id: string, answer: string, signal: AbortSignal): Promise<SessionChange>;
  complete(id: string, digests: Digests, signal: AbortSignal): Promise<SessionChange>;
  takeOver(id: string, secret: string): Promise<Session>;
  cancel(id: string): Promise<void>;
  /** The same for a page that is being left: the request outlives it, and nobody hears the answer. */
  cancelOnLeave(id: string): void;
}

/**
 * @param application its address, with a slash at its end; addresses in answers are made absolute by it
 * @param owner whose uploads they are; undefined: the visitor's, who has a cookie
 */
export function createApi(application: URL, owner?: string): Api {
  const headers = owner === undefined ? {} : { 'X-Upload-Owner': owner };
  const call = (method: string, url: string, options: RequestOptions = {}) => send(method, url, { ...options, headers });
  const uploads = new URL('uploads', application).href;
  const sessionIn = (answer: Answer) => absolute(readSession(answer), application);
  const of = (id: string) => `${uploads}/${encodeURIComponent(id)}`;

  return {
    async limits() {
      const { body } = await call('GET', `${uploads}/limits`);
      if (!isRecord(body) || typeof body.maxFileSize !== 'number' || typeof body.chunkSize !== 'number') throw intercepted();
      return { maxFileSize: body.maxFileSize, chunkSize: body.chunkSize };
    },
    async begin(fields) {
      return sessionIn(await call('POST', uploads, { body: formOf({ ...fields }) }));
    },
    async sendWhole(fields, body, transfer) {
      return sessionIn(await call('POST', uploads, { body: withFile({ ...fields }, body), ...transfer }));
    },
    async list() {
      return listIn<Session>((await call('GET', uploads)).body).map(session => absolute(session, application));
    },
    async session(id, signal) {
      return sessionIn(await call('GET', of(id), { signal }));
    },
    async sendChunk(id, { index, sha256, body }, transfer) {
      const form = withFile({ index, sha256: sha256.join(',') }, body);
      const { body: receipt } = await call('POST', `${of(id)}/chunks`, { body: form, ...transfer });
      if (!isRecord(receipt) || receipt.index !== index) throw intercepted();
    },
    async blocks(id, first, count, signal) {
      const { body } = await call('GET', `${of(id)}/blocks?first=${first}&count=${count}`, { signal });
      return listIn<string | null>(isRecord(body) ? body.digests : undefined);
    },
    async digests(id, digests, signal) {
      return sessionIn(await call('POST', `${of(id)}/digests`, { body: formOf({ ...digests }), signal }));
    },
    async proof(id, answer, signal) {
      return sessionIn(await call('POST', `${of(id)}/proof`, { body: formOf({ answer }), signal }));
    },
    async complete(id, digests, signal) {
      const answer = await call('POST', `${of(id)}/complete`, { body: formOf({ ...digests }), signal });
      const { retryAfter } = answer;
      return { ...sessionIn(answer), ...(retryAfter === undefined ? {} : { retryAfter }) };
    },
    async takeOver(id, secret) {
      return sessionIn(await call('POST', `${of(id)}/take-over`, { body: formOf({ secret }) }));
    },
    async cancel(id) {
      const { status } = await call('DELETE', of(id));
      if (status !== 204) throw intercepted();
    },
    cancelOnLeave(id) {
      sendOnLeave('DELETE', of(id), headers);
    },
  };
}

/** What the server says of itself, as another site's page can use it. */
function absolute(session: Session, { href }: URL): Session {
  const at = (address: string) => new URL(address, href).href;
  const { file, resumeUrl } = session;
  return {
    ...session,
    ...(resumeUrl == null ? {} : { resumeUrl: at(resumeUrl) }),
    ...(file == null ? {} : { file: absoluteFile(file, at) }),
  };
}

function absoluteFile(file: StoredFile, at: (address: string) => string): StoredFile {
  const { url, downloadUrl, previewUrl } = file;
  return {
    ...file,
    url: at(url),
    downloadUrl: at(downloadUrl),
    ...(previewUrl == null ? {} : { previewUrl: at(previewUrl) }),
  };
}

function readSession({ body }: Answer): Session {
  if (!isRecord(body) || typeof body.id !== 'string' || typeof body.state !== 'string') throw intercepted();
  return body as unknown as Session;
}

function listIn<T>(value: unknown): T[] {
  if (!Array.isArray(value)) throw intercepted();
  return value as T[];
}

/** The file is last: the server reads the fields first, then streams the bytes. */
function withFile(fields: FormFields, body: Body): FormData | EncodedForm {
  if (body instanceof Uint8Array) return encodeForm(fields, body);
  const form = formOf(fields);
  form.append('file', body, 'file');
  return form;
}
