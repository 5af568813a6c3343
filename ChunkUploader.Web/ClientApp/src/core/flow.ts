import { blockSize } from '../hashing/digester';
import type { BeginFields, Challenge, Session, SessionChange, StoredFile } from './api';
import { sendBytes } from './bytes';
import { compareReceived } from './compare';
import { FileTooLargeError } from './file-too-large';
import { ApiError } from './http';
import { sleep } from './retry';
import { ConflictError, type Run } from './run';
import { sendMissing } from './send';

/** Chunks can only be missing at the end if the server lost some; it will not lose them for ever. */
const completionRounds = 5;
/** Files from this size on may be asked for before they are sent. */
const worthAsking = 64 * 1024;

/** The way of one file, from the first request to the stored file. Restartable: what is done is not done again. */
export async function uploadFile(run: Run): Promise<StoredFile> {
  run.counters.read = run.counters.toRead = 0;
  run.enter('checking');
  const { file, limits } = run;
  if (file.size > limits.maxFileSize) throw new FileTooLargeError(limits.maxFileSize);
  const isSmall = file.size <= limits.wholeFile;
  let session = run.session || !isSmall || (await asksFirst(run)) ? await openSession(run) : await sendWhole(run);
  if (isSmall) run.known.lastWasThere = session.state === 'proof' || session.candidate === true;
  let isTold = run.session === undefined && isHashed(run);
  if (session.state === 'receiving' && !isTold && (session.candidate === true || isHashed(run))) {
    session = await tellDigests(run, session);
    isTold = true;
  }
  if (session.state === 'proof' && session.challenge) session = await prove(run, session, session.challenge);
  if (session.file) return session.file;
  if (session.receivedCount > 0 && !run.isOurs(session)) await compareReceived(run, session);
  run.markOurs(session);
  return finish(run, session, isTold);
}

async function openSession(run: Run): Promise<Session> {
  const known = run.session;
  if (known) {
    await lock(run, known);
    const session = await look(run, known);
    if (session.size !== run.file.size) throw new ConflictError();
    return session;
  }

  const { digests, limits } = run;
  const { chunkWish } = limits;
  const fields: BeginFields = {
    ...describe(run),
    firstBlock: await digests.block(0),
    ...(chunkWish === undefined ? {} : { chunkSize: chunkWish }),
    ...(isHashed(run) ? await digests.finish() : {}),
  };
  // The first chunk is hashed while the server answers. A file that cannot be read fails when it is sent.
  const hashing = digests.advance(Math.min(run.file.size, limits.wholeFile)).catch(() => undefined);
  // Not aborted on its way: a session that the answer would have named could not be cancelled.
  const session = await run.call(async () => run.remember(await run.api.begin(fields)));
  await hashing;
  return !session.file && (await lock(run, session)) ? look(run, session) : session;
}

/** @returns whether another tab had the session until now */
async function lock(run: Run, session: Session): Promise<boolean> {
  const hasWaited = await run.lock(session);
  if (hasWaited) run.enter('checking');
  return hasWaited;
}

async function look(run: Run, { id }: Session): Promise<Session> {
  return run.remember(await run.call(() => run.api.session(id, run.signal)));
}

/** Where the last file was there, so may be this one; of very few bytes, asking costs more than sending. */
async function asksFirst({ file, known, digests, whole }: Run): Promise<boolean> {
  if (!known.lastWasThere || whole.isSent || file.size < worthAsking) return false;
  await digests.advance(file.size);
  return true;
}

/** A file of one chunk takes one request: asking first would cost as much as sending it. */
async function sendWhole(run: Run): Promise<Session> {
  const { file, whole } = run;
  if (file.size === 0) return run.call(async () => run.remember(await run.api.begin(describe(run))));
  const { sha256, content, ...digests } = await run.digests.whole();
  run.signal.throwIfAborted();
  const fields = { id: whole.id, ...describe(run), ...digests, ...(sha256[0] === undefined ? {} : { firstBlock: sha256[0] }) };
  const bytes = { offset: 0, length: file.size, sha256, ...(content ? { content } : {}) };
  return sendBytes(run, bytes, 0, run.signal, async ({ body, ...transfer }) => {
    const stored = whole.isSent ? await findWhole(run) : undefined;
    if (stored) return stored;
    whole.isSent = true;
    run.enter('uploading');
    // Once all is sent it may be stored already: from then on it is not aborted.
    const sent = () => {
      if (!transfer.signal.aborted) run.enter('verifying');
    };
    const session = run.remember(await run.api.sendWhole(fields, body, { ...transfer, onSent: sent }));
    run.markOurs(session);
    return session;
  });
}

/** The answer to an earlier request that was lost on its way back. */
async function findWhole(run: Run): Promise<Session | undefined> {
  try {
    const session = run.remember(await run.api.session(run.whole.id, run.signal));
    run.markOurs(session);
    return session;
  } catch (error) {
    if (ApiError.hasCode(error, 'upload-not-found')) return undefined;
    throw error;
  }
}

function describe({ file, relativePath }: Run): BeginFields {
  return {
    fileName: file.name,
    size: file.size,
    lastModified: file.lastModified,
    ...(file.type === '' ? {} : { contentType: file.type }),
    ...(relativePath === undefined ? {} : { relativePath }),
  };
}

function isHashed({ digests, file }: Run): boolean {
  return digests.position === file.size;
}

/** The server may have the file: hashing it first costs less than sending it. */
async function tellDigests(run: Run, session: Session): Promise<Session> {
  const { digests, file, counters } = run;
  if (digests.position < file.size) run.enter('hashing');
  counters.toRead = file.size;
  while (digests.position < file.size) {
    await digests.advance(Math.min(digests.position + blockSize, file.size));
    run.signal.throwIfAborted();
    counters.read = digests.position;
    run.moved();
  }
  const all = await digests.finish();
  return apply(run, session, await run.call(() => run.api.digests(session.id, all, run.signal)));
}

/** The proof only saves time: where it is refused, the bytes are sent, however soon the server would hear another. */
async function prove(run: Run, session: Session, challenge: Challenge): Promise<Session> {
  const answer = await run.digests.answer(challenge);
  const offer = () => run.api.proof(session.id, answer, run.signal).catch((error: unknown): SessionChange => {
    if (isRefusal(error)) return { state: 'receiving', challenge: null };
    throw error;
  });
  return apply(run, session, await run.call(offer));
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && ![404, 408].includes(error.status);
}

function apply(run: Run, session: Session, change: SessionChange): Session {
  return run.remember({ ...session, candidate: false, ...change });
}

/** Another may have brought the file up meanwhile. Nothing is lost where this fails: the chunks go on. */
async function offerDigests({ api, digests, signal }: Run, { id }: Session): Promise<StoredFile | undefined> {
  try {
    const { challenge, file } = await api.digests(id, await digests.finish(), signal);
    if (!challenge) return file ?? undefined;
    return (await api.proof(id, await digests.answer(challenge), signal)).file ?? undefined;
  } catch {
    return undefined;
  }
}

async function finish(run: Run, session: Session, isTold: boolean): Promise<StoredFile> {
  for (let round = 1; ; round++) {
    const { id } = session;
    const file = await sendMissing(run, session, isTold ? undefined : () => offerDigests(run, session));
    if (file) return file;
    run.enter('verifying');
    try {
      return await complete(run, id);
    } catch (error) {
      if (!ApiError.hasCode(error, 'chunks-missing') || round === completionRounds) throw error;
      session = await look(run, session);
    }
  }
}

async function complete(run: Run, id: string): Promise<StoredFile> {
  const digests = await run.digests.finish();
  for (;;) {
    const { file, retryAfter = 1 } = await run.call(() => run.api.complete(id, digests, run.signal));
    if (file) return file;
    await sleep(Math.max(retryAfter, 0.25) * 1000, run.signal);
  }
}
