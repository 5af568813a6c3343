import type { Api, StoredFile } from '../api/api';
import { ApiError } from '../api/http';
import { sleep, withRetries } from '../api/retry';

const lookAgainAfter = 1000;

/**
 * Gives up a session. A server that was completing it goes on with that: then the file that it became comes back.
 *
 * @param lookFirst whether all bytes are in, so that it may be completed already: the server ends such a session, too,
 * but its file stays
 */
export async function discard(
  api: Api, id: string, signal: AbortSignal, lookFirst: boolean,
): Promise<StoredFile | undefined> {
  try {
    for (let look = lookFirst; ; look = true) {
      const session = look ? await withRetries(() => api.session(id, signal), { signal }) : undefined;
      if (session?.file) return session.file;
      if (session?.state !== 'completing' && (await isCancelled(api, id, signal))) return undefined;
      await sleep(lookAgainAfter, signal);
    }
  } catch (error) {
    if (ApiError.hasCode(error, 'upload-not-found')) return undefined;
    throw error;
  }
}

async function isCancelled(api: Api, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    await withRetries(() => api.cancel(id), { signal });
    return true;
  } catch (error) {
    if (ApiError.hasCode(error, 'session-conflict')) return false;
    throw error;
  }
}
