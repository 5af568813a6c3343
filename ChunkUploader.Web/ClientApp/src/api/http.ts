import { refusal, text } from '../texts/texts';
import { silenceLimit } from './answer-time';
import type { EncodedForm } from './form';

/** A refusal or failure of a request; `status` is 0 where no answer came at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    /**
     * The stable code of the problem details; `http-502` and the like without a body. Without an answer: `network`,
     * `no-answer` where all of the body had left, and `intercepted` where something else answered in the server's place.
     */
    readonly code: string,
    title: string,
    readonly detail?: string,
    /** Seconds, from the Retry-After header. */
    readonly retryAfter?: number,
    readonly extensions: Readonly<Record<string, unknown>> = {},
  ) {
    super(title);
  }

  static hasCode(error: unknown, ...codes: string[]): error is ApiError {
    return error instanceof ApiError && codes.includes(error.code);
  }
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter?: number;
}

export interface RequestOptions {
  readonly body?: FormData | EncodedForm;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Bytes of the body that have left this machine, form overhead included. */
  readonly onProgress?: (loaded: number) => void;
  /** Called when all of the body has left. With it, only until then the signal aborts the request. */
  readonly onSent?: () => void;
  /** Milliseconds to wait for an answer when all of the body has left. */
  readonly answerTime?: number;
}

/** What servers ask for is waited for, but not for days: they may be back long before. */
const longestRetryAfter = 600;

/** A request that outlives the page, which XMLHttpRequest cannot send; nobody is there for its answer. */
export function sendOnLeave(method: string, url: string, headers: Record<string, string> = {}): void {
  const all = { Accept: 'application/json', ...headers };
  void fetch(url, { method, headers: all, keepalive: true }).catch(() => undefined);
}

/** One request. XMLHttpRequest, as fetch does not tell how much of a body has been sent. */
export function send(method: string, url: string, options: RequestOptions = {}): Promise<Answer> {
  const { body, headers, signal, onProgress, onSent, answerTime = silenceLimit } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const request = new XMLHttpRequest();
    let isSent = false;
    const fail = (code: string, title: string) => {
      reject(new ApiError(0, code, title));
    };
    const onAbort = () => {
      request.abort();
      reject(signal?.reason as Error);
    };
    let watchdog: ReturnType<typeof setTimeout>;
    // A connection that died without a word (a phone that changed networks) never fails by itself.
    const heard = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => {
        request.abort();
        fail(isSent ? 'no-answer' : 'network', text('silent'));
      }, isSent ? answerTime : silenceLimit);
    };

    request.open(method, url);
    request.setRequestHeader('Accept', 'application/json');
    for (const [name, value] of Object.entries(headers ?? {})) request.setRequestHeader(name, value);
    request.upload.onprogress = event => {
      heard();
      onProgress?.(event.loaded);
    };
    request.upload.onload = () => {
      isSent = true;
      heard();
      if (!onSent) return;
      signal?.removeEventListener('abort', onAbort);
      onSent();
    };
    request.onprogress = heard;
    request.onerror = () => {
      fail('network', text('unreachable'));
    };
    request.onload = () => {
      const answer = read(request);
      if (isIntercepted(answer)) reject(intercepted());
      else if (isSuccess(answer.status)) resolve(answer);
      else reject(toError(answer));
    };
    request.onloadend = () => {
      clearTimeout(watchdog);
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort);
    heard();
    if (body instanceof FormData) request.send(body);
    else {
      if (body) request.setRequestHeader('Content-Type', body.contentType);
      request.send(body?.bytes ?? null);
    }
  });
}

function read(request: XMLHttpRequest): Answer {
  const retryAfter = parseRetryAfter(request.getResponseHeader('Retry-After'));
  return {
    status: request.status,
    body: parseJson(request.responseText),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

/** Refusals of proxies that will not pass by themselves, and what is asked again anyway: their status says more. */
const tellingStatuses = [408, 411, 413, 414, 429, 431];

/**
 * The server's answers are JSON, its refusals with a title and a code. What else comes is of networks, single sign-ons and proxies that
 * do not find the server, until somebody has signed in or started it.
 */
function isIntercepted({ status, body }: Answer): boolean {
  if (isSuccess(status)) return !isRecord(body) && status !== 204;
  return !isProblem(body) && (status === 511 || (status < 500 && !tellingStatuses.includes(status)));
}

function isProblem(body: unknown): boolean {
  return isRecord(body) && typeof body.title === 'string' && typeof body.code === 'string';
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** What answered is not the server: asking again helps as soon as it can be reached. */
export function intercepted(): ApiError {
  return new ApiError(0, 'intercepted', text('intercepted'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // an empty answer, or the HTML page of a proxy
  }
}

/** Seconds to wait, at most ten minutes; the header holds either seconds or a date. */
export function parseRetryAfter(header: string | null, now = Date.now()): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds : (Date.parse(header) - now) / 1000;
  return Number.isNaN(wait) ? undefined : Math.min(longestRetryAfter, Math.max(0, wait));
}

export function toError(answer: Answer): ApiError {
  const problem = isRecord(answer.body) ? answer.body : {};
  const field = (key: string) => (typeof problem[key] === 'string' ? problem[key] : undefined);
  const code = field('code') ?? `http-${answer.status}`;
  const translated = refusal(code);
  return new ApiError(
    answer.status,
    code,
    translated ?? field('title') ?? titleOf(answer.status),
    translated === undefined ? field('detail') : undefined, // which is in English
    answer.retryAfter,
    problem,
  );
}

/** Only proxies answer without problem details; 413 is the one that people can mend. */
function titleOf(status: number): string {
  return status === 413 ? text('proxyLimit') : text('answeredWith', { status: String(status) });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
