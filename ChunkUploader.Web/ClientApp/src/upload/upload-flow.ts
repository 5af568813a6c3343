import { blockSize } from '../hashing/digester';
import type { BeginFields, Challenge, Session, SessionChange, StoredFile } from '../api/api';
import { sendWithRetry } from './send-with-retry';
import { compareReceived } from './compare';
import { FileTooLargeError } from './file-too-large';
import { ApiError } from '../api/http';
import { sleep } from '../api/retry';
import { ConflictError, type UploadContext } from './upload-context';
import { sendMissing } from './send-missing';

/** Chunks can only be missing at the end if the server lost some; it will not lose them for ever. */
const completionRounds = 5;
/** Files from this size on may be asked for before they are sent. */
const worthAsking = 64 * 1024;

/** The way of one file, from the first request to the stored file. Restartable: what is done is not done again. */
export async function uploadFile(context: UploadContext): Promise<StoredFile> {
  context.counters.read = context.counters.toRead = 0;
  context.enter('checking');
  const { file, limits } = context;
  if (file.size > limits.maxFileSize) throw new FileTooLargeError(limits.maxFileSize);
  const isSmall = file.size <= limits.wholeFile;
  let session = context.session || !isSmall || (await asksFirst(context)) ? await openSession(context) : await sendWhole(context);
  if (isSmall) context.known.lastWasThere = session.state === 'proof' || session.candidate === true;
  let isTold = context.session === undefined && isHashed(context);
  if (session.state === 'receiving' && !isTold && (session.candidate === true || isHashed(context))) {
    session = await tellDigests(context, session);
    isTold = true;
  }
  if (session.state === 'proof' && session.challenge) session = await prove(context, session, session.challenge);
  if (session.file) return session.file;
  if (session.receivedCount > 0 && !context.isOurs(session)) await compareReceived(context, session);
  context.markOurs(session);
  return finish(context, session, isTold);
}

async function openSession(context: UploadContext): Promise<Session> {
  const known = context.session;
  if (known) {
    await lock(context, known);
    const session = await look(context, known);
    if (session.size !== context.file.size) throw new ConflictError();
    return session;
  }

  const { digests, limits } = context;
  const { chunkWish } = limits;
  const fields: BeginFields = {
    ...describe(context),
    firstBlock: await digests.block(0),
    ...(chunkWish === undefined ? {} : { chunkSize: chunkWish }),
    ...(isHashed(context) ? await digests.finish() : {}),
  };
  // The first chunk is hashed while the server answers. A file that cannot be read fails when it is sent.
  const hashing = digests.advance(Math.min(context.file.size, limits.wholeFile)).catch(() => undefined);
  // Not aborted on its way: a session that the answer would have named could not be cancelled.
  const session = await context.call(async () => context.remember(await context.api.begin(fields)));
  await hashing;
  return !session.file && (await lock(context, session)) ? look(context, session) : session;
}

/** @returns whether another tab had the session until now */
async function lock(context: UploadContext, session: Session): Promise<boolean> {
  const hasWaited = await context.lock(session);
  if (hasWaited) context.enter('checking');
  return hasWaited;
}

async function look(context: UploadContext, { id }: Session): Promise<Session> {
  return context.remember(await context.call(() => context.api.session(id, context.signal)));
}

/** Where the last file was there, so may be this one; of very few bytes, asking costs more than sending. */
async function asksFirst({ file, known, digests, whole }: UploadContext): Promise<boolean> {
  if (!known.lastWasThere || whole.isSent || file.size < worthAsking) return false;
  await digests.advance(file.size);
  return true;
}

/** A file of one chunk takes one request: asking first would cost as much as sending it. */
async function sendWhole(context: UploadContext): Promise<Session> {
  const { file, whole } = context;
  if (file.size === 0) return context.call(async () => context.remember(await context.api.begin(describe(context))));
  const { sha256, content, ...digests } = await context.digests.whole();
  context.signal.throwIfAborted();
  const fields = { id: whole.id, ...describe(context), ...digests, ...(sha256[0] === undefined ? {} : { firstBlock: sha256[0] }) };
  const bytes = { offset: 0, length: file.size, sha256, ...(content ? { content } : {}) };
  return sendWithRetry(context, bytes, 0, context.signal, async ({ body, ...transfer }) => {
    const stored = whole.isSent ? await findWhole(context) : undefined;
    if (stored) return stored;
    whole.isSent = true;
    context.enter('uploading');
    // Once all is sent it may be stored already: from then on it is not aborted.
    const sent = () => {
      if (!transfer.signal.aborted) context.enter('verifying');
    };
    const session = context.remember(await context.api.sendWhole(fields, body, { ...transfer, onSent: sent }));
    context.markOurs(session);
    return session;
  });
}

/** The answer to an earlier request that was lost on its way back. */
async function findWhole(context: UploadContext): Promise<Session | undefined> {
  try {
    const session = context.remember(await context.api.session(context.whole.id, context.signal));
    context.markOurs(session);
    return session;
  } catch (error) {
    if (ApiError.hasCode(error, 'upload-not-found')) return undefined;
    throw error;
  }
}

function describe({ file, relativePath }: UploadContext): BeginFields {
  return {
    fileName: file.name,
    size: file.size,
    lastModified: file.lastModified,
    ...(file.type === '' ? {} : { contentType: file.type }),
    ...(relativePath === undefined ? {} : { relativePath }),
  };
}

function isHashed({ digests, file }: UploadContext): boolean {
  return digests.position === file.size;
}

/** The server may have the file: hashing it first costs less than sending it. */
async function tellDigests(context: UploadContext, session: Session): Promise<Session> {
  const { digests, file, counters } = context;
  if (digests.position < file.size) context.enter('hashing');
  counters.toRead = file.size;
  while (digests.position < file.size) {
    await digests.advance(Math.min(digests.position + blockSize, file.size));
    context.signal.throwIfAborted();
    counters.read = digests.position;
    context.moved();
  }
  const all = await digests.finish();
  return apply(context, session, await context.call(() => context.api.digests(session.id, all, context.signal)));
}

/** The proof only saves time: where it is refused, the bytes are sent, however soon the server would hear another. */
async function prove(context: UploadContext, session: Session, challenge: Challenge): Promise<Session> {
  const answer = await context.digests.answer(challenge);
  const offer = () => context.api.proof(session.id, answer, context.signal).catch((error: unknown): SessionChange => {
    if (isRefusal(error)) return { state: 'receiving', challenge: null };
    throw error;
  });
  return apply(context, session, await context.call(offer));
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && ![404, 408].includes(error.status);
}

function apply(context: UploadContext, session: Session, change: SessionChange): Session {
  return context.remember({ ...session, candidate: false, ...change });
}

/** Another may have brought the file up meanwhile. Nothing is lost where this fails: the chunks go on. */
async function offerDigests({ api, digests, signal }: UploadContext, { id }: Session): Promise<StoredFile | undefined> {
  try {
    const { challenge, file } = await api.digests(id, await digests.finish(), signal);
    if (!challenge) return file ?? undefined;
    return (await api.proof(id, await digests.answer(challenge), signal)).file ?? undefined;
  } catch {
    return undefined;
  }
}

async function finish(context: UploadContext, session: Session, isTold: boolean): Promise<StoredFile> {
  for (let round = 1; ; round++) {
    const { id } = session;
    const file = await sendMissing(context, session, isTold ? undefined : () => offerDigests(context, session));
    if (file) return file;
    context.enter('verifying');
    try {
      return await complete(context, id);
    } catch (error) {
      if (!ApiError.hasCode(error, 'chunks-missing') || round === completionRounds) throw error;
      session = await look(context, session);
    }
  }
}

async function complete(context: UploadContext, id: string): Promise<StoredFile> {
  const digests = await context.digests.finish();
  for (;;) {
    const { file, retryAfter = 1 } = await context.call(() => context.api.complete(id, digests, context.signal));
    if (file) return file;
    await sleep(Math.max(retryAfter, 0.25) * 1000, context.signal);
  }
}
