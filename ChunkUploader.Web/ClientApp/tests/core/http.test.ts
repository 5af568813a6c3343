import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApi } from '../../src/core/api';
import { parseRetryAfter, send, toError } from '../../src/core/http';

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
    ['Wed, 21 Oct 2015 07:28:10 GMT', 10],
    ['Wed, 21 Oct 2015 07:27:00 GMT', 0],
  ])('%s', (header, seconds) => {
    expect(parseRetryAfter(header, Date.UTC(2015, 9, 21, 7, 28, 0))).toBe(seconds);
  });
});

describe('A small file', () => {
  it('is sent as a form that needs no other process of the browser', async () => {
    const { signal } = new AbortController();
    const progress = { signal, onProgress: () => undefined, onSent: () => undefined };
    const fields = { fileName: 'a.txt', size: 3, md5: 'm', contentHash: 'c' };
    const sent = createApi('/').sendWhole(fields, new TextEncoder().encode('abc'), progress);
    const request = FakeRequest.last;
    request.answer(200, '{}');
    await sent;
    expect(request.body).toBeInstanceOf(Uint8Array);
    expect(request.headers['Content-Type']).toMatch(/^multipart\/form-data; boundary=/);
  });
});

describe('The form of a chunk', () => {
  it('has its fields before the bytes, and only the fields that are known', async () => {
    const { signal } = new AbortController();
    const chunk = { index: 4, sha256: ['aa', 'bb'], body: new Blob(['bytes']) };
    const sent = createApi('/base/').sendChunk('a/b', chunk, signal, () => undefined);
    const request = FakeRequest.last;
    request.answer(200, '{}');
    await sent;
    expect(request.opened).toEqual(['POST', '/base/uploads/a%2Fb/chunks']);
    expect([...(request.body as FormData).keys()]).toEqual(['index', 'sha256', 'file']);
    expect((request.body as FormData).get('sha256')).toBe('aa,bb');
  });
});

describe('The owner', () => {
  const fields = { fileName: 'a.txt', size: 3, md5: 'm', contentHash: 'c' };

  it.each([
    ['is named by every request', 'o'.repeat(32)],
    ['is not named where the page has a cookie', undefined],
  ])('%s', async (_, owner) => {
    const { signal } = new AbortController();
    const api = createApi('/', owner);
    const progress = { signal, onProgress: () => undefined, onSent: () => undefined };
    const requests = [
      () => api.begin(fields),
      () => api.sendWhole(fields, new TextEncoder().encode('abc'), progress),
      () => api.list(),
      () => api.session('a', signal),
      () => api.sendChunk('a', { index: 0, sha256: [], body: new Blob([]) }, signal, () => undefined),
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
      FakeRequest.last.answer(200, '{"digests":[]}');
      await answer;
      expect(FakeRequest.last.headers['X-Upload-Owner']).toBe(owner);
    }
  });
});
