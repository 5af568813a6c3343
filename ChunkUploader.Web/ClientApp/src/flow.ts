import type { BeginFields, Challenge, Session, SessionChange, StoredFile } from './api';
import { compareReceived } from './compare';
import { blockSize } from './digester';
import { ApiError } from './http';
import { sleep } from './retry';
import type { Run } from './run';
import { sendMissing } from './send';

/** Chunks can only be missing at the end if the server lost some; it will not lose them for ever. */
const completionRounds = 5;

/** The way of one file, from the first request to the stored file. Restartable: what is done is not done again. */
export async function uploadFile(run: Run): Promise<StoredFile> {
  run.counters.read = run.counters.toRead = 0;
  run.enter('checking');
  let session = await openSession(run);
  if (session.candidate === true && session.state === 'receiving') session = await tellDigests(run, session);
  if (session.state === 'proof' && session.challenge) session = await prove(run, session, session.challenge);
  if (session.file) return session.file;
  if (session.receivedCount > 0 && !run.isOurs(session)) await compareReceived(run, session);
  run.markOurs(session);
  return finish(run, session);
}

async function openSession(run: Run): Promise<Session> {
  const known = run.session;
  if (known) return run.remember(await run.call(() => run.api.session(known.id, run.signal)));

  const { file, digests } = run;
  const fields: BeginFields = {
    fileName: file.name,
    size: file.size,
    lastModified: file.lastModified,
    ...(file.type === '' ? {} : { contentType: file.type }),
    ...(run.relativePath === undefined ? {} : { relativePath: run.relativePath }),
    ...(file.size === 0 ? {} : { firstBlock: await digests.block(0) }),
    ...(digests.position === file.size ? await digests.finish() : {}),
  };
  // Not aborted on its way: a session that the answer would have named could not be cancelled.
  return run.call(async () => run.remember(await run.api.begin(fields)));
}

/** The server may have the file: hashing it first costs less than sending it. */
async function tellDigests(run: Run, session: Session): Promise<Session> {
  const { digests, file, counters } = run;
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

async function finish(run: Run, session: Session): Promise<StoredFile> {
  for (let round = 1; ; round++) {
    await sendMissing(run, session);
    run.enter('verifying');
    try {
      return await complete(run, session.id);
    } catch (error) {
      if (!ApiError.hasCode(error, 'chunks-missing') || round === completionRounds) throw error;
      session = run.remember(await run.call(() => run.api.session(session.id, run.signal)));
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
