import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApi } from '../../src/api/api';
import { parseRetryAfter, send, toError } from '../../src/api/http';
import { isRetriable } from '../../src/api/retry';

/** What the page does to its requests, and the answer that the test gives. */
class FakeRequest {
  readonly headers: Record<string, string> = {};
  static last: FakeRequest;
  upload: { onprogress?: (event: { loaded: number }) => void; onload?: () => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onloadend?: () => void;
  status = 0;
  responseText = '';
  aborted = false;
  opened: string[] = [];
  body: unknown;
  private retryAfter: string | null = null;

  constructor() {
    FakeRequest.last = this;
  }
  open(...opened: string[]) {
    this.opened = opened;
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  send(body: unknown) {
    this.body = body;
  }
  abort() {
    this.aborted = true;
    this.onloadend?.();
  }
  getResponseHeader() {
    return this.retryAfter;
  }
  answer(status: number, text: string, retryAfter: string | null = null) {
    Object.assign(this, { status, responseText: text, retryAfter });
    this.onload?.();
    this.onloadend?.();
  }
  fail() {
    this.onerror?.();
    this.onloadend?.();
  }
}

beforeEach(() => {
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('A request', () => {
  it('gives the answer with its Retry-After', async () => {
    const answer = send('GET', '/uploads');
    FakeRequest.last.answer(202, '{"state":"completing"}', '3');
    expect(await answer).toEqual({ status: 202, body: { state: 'completing' }, retryAfter: 3 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['a page of a network or a sign-on in its place', 200, '<!DOCTYPE html>'],
    ['nothing', 200, ''],
    ['that somebody has to sign in', 401, '<html>'],
    ['that somebody may not do that', 403, 'Forbidden'],
    ['that the proxy wants a password', 407, ''],
    ['that the network does', 511, ''],
    ['a sign-on in JSON', 401, '{"message":"Unauthorized"}'],
    ['a refusal that is not in the words of this API', 403, '{"error":"forbidden"}'],
    ['that a proxy finds no such server', 404, '404 page not found'],
    ['that a proxy does not let it pass', 400, '<html>'],
    ['nor that method', 405, '<html>'],
    ['nor from that country', 451, '<html>'],
    ['a code of its own', 401, '{"code":"login_required"}'],
    ['a message of its own', 403, '{"code":"E17","message":"no"}'],
  ])('that is answered with %s has not reached the server', async (_, status, text) => {
    const answer = send('POST', '/x');
    FakeRequest.last.answer(status, text);
    const error: unknown = await answer.catch((error: unknown) => error);
    expect(error).toMatchObject({ status: 0, code: 'intercepted' });
    expect(isRetriable(error)).toBe(true);
  });

  it('that is refused by the server has reached it', async () => {
    const answer = send('POST', '/x');
    FakeRequest.last.answer(403, '{"code":"cross-site","title":"No"}');
    await expect(answer).rejects.toMatchObject({ status: 403, code: 'cross-site' });
    const gone = send('DELETE', '/x');
    FakeRequest.last.answer(204, '');
    expect((await gone).status).toBe(204);
  });

  it.each([[413, ''], [408, ''], [411, ''], [414, ''], [429, ''], [431, ''], [502, '<html>']])(
    'that something in between answers with %i keeps its status, which says what to do', async (status, text) => {
      const answer = send('POST', '/x');
      FakeRequest.last.answer(status, text);
      await expect(answer).rejects.toMatchObject({ status, code: `http-${status}` });
    });

  it('tells how much has left', async () => {
    const loaded: number[] = [];
    const answer = send('POST', '/x', { onProgress: bytes => loaded.push(bytes) });
    FakeRequest.last.upload.onprogress?.({ loaded: 10 });
    FakeRequest.last.upload.onprogress?.({ loaded: 20 });
    FakeRequest.last.answer(200, '{}');
    await answer;
    expect(loaded).toEqual([10, 20]);
  });

  it('without a server is a network error', async () => {
    const answer = send('GET', '/x');
    FakeRequest.last.fail();
    await expect(answer).rejects.toMatchObject({ status: 0, code: 'network' });
  });

  it('that goes silent is given up, one that moves is not', async () => {
    const answer = send('POST', '/x').catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(29_000);
    FakeRequest.last.upload.onprogress?.({ loaded: 1 });
    await vi.advanceTimersByTimeAsync(29_000);
    expect(FakeRequest.last.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(FakeRequest.last.aborted).toBe(true);
    expect(await answer).toMatchObject({ status: 0, code: 'network' });
  });

  it('all of which has left is waited for as long as is said', async () => {
    const answer = send('POST', '/x', { answerTime: 90_000 }).catch((error: unknown) => error);
    FakeRequest.last.upload.onload?.();
    await vi.advanceTimersByTimeAsync(89_999);
    expect(FakeRequest.last.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(FakeRequest.last.aborted).toBe(true);
    expect(await answer).toMatchObject({ status: 0, code: 'no-answer' });
  });

  it('that is not aborted once all has left tells when that is, and gives its answer', async () => {
    const controller = new AbortController();
    const onSent = vi.fn();
    const answer = send('POST', '/x', { signal: controller.signal, onSent });
    FakeRequest.last.upload.onload?.();
    expect(onSent).toHaveBeenCalledTimes(1);
    controller.abort(new Error('paused'));
    expect(FakeRequest.last.aborted).toBe(false);
    FakeRequest.last.answer(200, '{}');
    expect((await answer).status).toBe(200);
  });

  it('that is stopped ends with the reason', async () => {
    const controller = new AbortController();
    const answer = send('POST', '/x', { signal: controller.signal });
    controller.abort(new Error('paused'));
    await expect(answer).rejects.toThrow('paused');
    expect(FakeRequest.last.aborted).toBe(true);
    await expect(send('POST', '/x', { signal: controller.signal })).rejects.toThrow('paused');
  });
});

describe('A refusal', () => {
  it('carries the code, the words and what else the problem says', () => {
    const body = { code: 'chunks-missing', title: 'Chunks are missing', detail: 'Two', missing: [[0, 1]] };
    const error = toError({ status: 409, body });
    expect(error).toMatchObject({ status: 409, code: 'chunks-missing', message: 'Chunks are missing', detail: 'Two' });
    expect(error.extensions.missing).toEqual([[0, 1]]);
  });

  it('of a proxy, which knows no codes, says what can be known', () => {
    expect(toError({ status: 413, body: undefined })).toMatchObject({
      code: 'http-413',
      message: 'A proxy in front of the server refuses requests of this size',
    });
    expect(toError({ status: 502, body: undefined }).code).toBe('http-502');
  });
});

describe('Retry-After', () => {
  it.each([
    [null, undefined],
    ['', undefined],
    ['soon', undefined],
    ['7', 7],
    ['-1', 0],
    ['2592000', 600],
    ['Wed, 21 Oct 2037 07:28:10 GMT', 600],
    ['Wed, 21 Oct 2015 07:28:10 GMT', 10],
    ['Wed, 21 Oct 2015 07:27:00 GMT', 0],
  ])('%s', (header, seconds) => {
    expect(parseRetryAfter(header, Date.UTC(2015, 9, 21, 7, 28, 0))).toBe(seconds);
  });
});

describe('A small file', () => {
  it('is sent as a form that needs no other process of the browser', async () => {
    const { signal } = new AbortController();
    const transfer = { signal, onProgress: () => undefined, answerTime: 1 };
    const fields = { fileName: 'a.txt', size: 3, md5: 'm', contentHash: 'c' };
    const sent = createApi(new URL('https://a.test/')).sendWhole(fields, new TextEncoder().encode('abc'), transfer);
    const request = FakeRequest.last;
    request.answer(200, '{"id":"a","state":"completed"}');
    await sent;
    expect(request.body).toBeInstanceOf(Uint8Array);
    expect(request.headers['Content-Type']).toMatch(/^multipart\/form-data; boundary=/);
  });
});

describe('The form of a chunk', () => {
  it('has its fields before the bytes, and only the fields that are known', async () => {
    const { signal } = new AbortController();
    const chunk = { index: 4, sha256: ['aa', 'bb'], body: new Blob(['bytes']) };
    const sent = createApi(new URL('https://a.test/base/')).sendChunk('a/b', chunk, { signal, onProgress: () => undefined, answerTime: 1 });
    const request = FakeRequest.last;
    request.answer(200, '{"index":4}');
    await sent;
    expect(request.opened).toEqual(['POST', 'https://a.test/base/uploads/a%2Fb/chunks']);
    expect([...(request.body as FormData).keys()]).toEqual(['index', 'sha256', 'file']);
    expect((request.body as FormData).get('sha256')).toBe('aa,bb');
  });
});

it('Addresses in answers are absolute, whatever page asks', async () => {
  const { signal } = new AbortController();
  const api = createApi(new URL('https://a.test/share/'));
  const file = { id: 'f', name: 'n', size: 1, url: '/share/files/f', downloadUrl: '/share/files/f/download', previewUrl: null };
  const session = { id: 'a', state: 'completed', resumeUrl: '/share/#resume=a.b', file };
  const complete = { ...file, url: 'https://a.test/share/files/f', downloadUrl: 'https://a.test/share/files/f/download' };
  for (const [place, body] of [session, [session]].entries()) {
    const answer = place === 0 ? api.session('a', signal) : api.list().then(([first]) => first);
    FakeRequest.last.answer(200, JSON.stringify(body));
    expect(await answer).toMatchObject({ resumeUrl: 'https://a.test/share/#resume=a.b', file: complete });
  }
});

describe('The owner', () => {
  const fields = { fileName: 'a.txt', size: 3, md5: 'm', contentHash: 'c' };

  it.each([
    ['is named by every request', 'o'.repeat(32)],
    ['is not named where the page has a cookie', undefined],
  ])('%s', async (_, owner) => {
    const { signal } = new AbortController();
    const api = createApi(new URL('https://a.test/'), owner);
    const transfer = { signal, onProgress: () => undefined, answerTime: 1 };
    const requests = [
      () => api.limits(),
      () => api.begin(fields),
      () => api.sendWhole(fields, new TextEncoder().encode('abc'), transfer),
      () => api.list(),
      () => api.session('a', signal),
      () => api.sendChunk('a', { index: 0, sha256: [], body: new Blob([]) }, transfer),
      () => api.blocks('a', 0, 1, signal),
      () => api.digests('a', fields, signal),
      () => api.proof('a', 'x', signal),
      () => api.complete('a', fields, signal),
      () => api.takeOver('a', 'x'),
      () => api.cancel('a'),
    ];
    const left = vi.fn((...call: [string, RequestInit]) => Promise.resolve(new Response(call[0])));
    vi.stubGlobal('fetch', left);
    api.cancelOnLeave('a');
    expect(new Headers(left.mock.calls[0]?.[1].headers).get('X-Upload-Owner') ?? undefined).toBe(owner);
    expect(requests).toHaveLength(Object.keys(api).length - 1);
    for (const request of requests) {
      const answer = request();
      const isList = FakeRequest.last.opened.join() === 'GET,https://a.test/uploads';
      if (request === requests.at(-1)) FakeRequest.last.answer(204, '');
      else FakeRequest.last.answer(200, isList ? '[]' : '{"id":"a","state":"receiving","index":0,"digests":[],"maxFileSize":1,"chunkSize":1}');
      await answer;
      expect(FakeRequest.last.headers['X-Upload-Owner']).toBe(owner);
    }
    for (const request of requests) {
      const answer = request().catch((error: unknown) => error);
      FakeRequest.last.answer(200, '{"welcome":"Please sign in"}');
      expect(await answer, String(request)).toMatchObject({ code: 'intercepted' });
    }
  });
});
