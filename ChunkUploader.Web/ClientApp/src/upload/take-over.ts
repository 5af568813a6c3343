import type { Api, Session } from '../api/api';
import { ApiError } from '../api/http';
import { type Retries, sleep, withRetries } from '../api/retry';

const lookAgainAfter = 1000;

/** What a link carries by which an upload goes on on another device: `…/#resume=ID.SECRET`. */
export interface ResumeLink {
  readonly id: string;
  readonly secret: string;
}

export function readResumeLink(url: string): ResumeLink | undefined {
  const [, id, secret] = /#resume=(\w+)\.([\w-]+)$/.exec(url) ?? [];
  return id !== undefined && secret !== undefined ? { id, secret } : undefined;
}

/** Makes this visitor the owner of an upload. One that is being completed is waited for: it comes with its file. */
export async function takeOver(api: Api, { id, secret }: ResumeLink, retries: Retries): Promise<Session> {
  for (;;) {
    const session = await withRetries(() => api.takeOver(id, secret), retries);
    if (session.state !== 'completing') return session;
    await sleep(lookAgainAfter, retries.signal);
  }
}

/**
 * Asks what has become of a session that is not found any more. One that is lost, as the visitor's cookie was, is taken
 * back by the link that it came with.
 *
 * @returns undefined where it is gone for good
 * @throws ApiError `upload-taken-over` where another device goes on with it
 */
export async function reclaim(api: Api, { resumeUrl }: Session, signal: AbortSignal): Promise<Session | undefined> {
  const link = readResumeLink(resumeUrl ?? '');
  try {
    return link && (await takeOver(api, link, { signal }));
  } catch (error) {
    if (ApiError.hasCode(error, 'upload-not-found')) return undefined;
    throw error;
  }
}
