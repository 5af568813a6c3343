import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backOff, isRetriable, maxAttempts, sleep, withRetries } from '../../src/api/retry';
import { networkError, refusal } from '../fakes';

const { signal } = new AbortController();

describe('Whether asking again can help', () => {
  it.each([
    ['no answer at all', networkError()],
    ['an error of the server', refusal(500, 'http-500')],
    ['a proxy without its server', refusal(502, 'http-502')],
    ['too many requests', refusal(429, 'too-many-requests')],
    ['a body that came too slowly', refusal(408, 'http-408')],
    ['a conflict that passes', refusal(409, 'chunk-busy', 1)],
    ['a full disk that is being cleared', refusal(507, 'storage-full', 60)],
  ])('yes: %s', (_, error) => {
    expect(isRetriable(error)).toBe(true);
  });

  it.each([
    ['a conflict that stays', refusal(409, 'chunk-differs')],
    ['a bad request, whatever it says', refusal(400, 'invalid-request', 1)],
    ['not found', refusal(404, 'upload-not-found')],
    ['too large', refusal(413, 'file-too-large')],
    ['a digest that differs', refusal(422, 'digest-mismatch')],
    ['a full disk', refusal(507, 'storage-full')],
    ['a bug', new TypeError('x is undefined')],
    ['a stop', new DOMException('stopped', 'AbortError')],
  ])('no: %s', (_, error) => {
    expect(isRetriable(error)).toBe(false);
  });
});

describe('The wait before the next try', () => {
  it('doubles from half a second up to fifteen', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 40].map(failures => backOff(failures, 0, () => 1));
    expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it('is spread over the whole range', () => {
    expect(backOff(3, 0, () => 0)).toBe(0);
    expect(backOff(3, 0, () => 0.25)).toBe(500);
  });

  it('is never shorter than the server asked for', () => {
    expect(backOff(1, 30, () => 1)).toBe(30_000);
    expect(backOff(6, 1, () => 1)).toBe(15_000);
  });
});

describe('RetryingCalls with retries', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('go on until one succeeds', async () => {
    const call = vi.fn<() => Promise<string>>();
    call.mockRejectedValueOnce(networkError()).mockRejectedValueOnce(refusal(503, 'http-503')).mockResolvedValue('done');
    const answer = withRetries(call, { signal });
    await vi.runAllTimersAsync();
    expect(await answer).toBe('done');
    expect(call).toHaveBeenCalledTimes(3);
  });

  it('end at once with a final error', async () => {
    const call = vi.fn(() => Promise.reject(refusal(404, 'upload-not-found')));
    await expect(withRetries(call, { signal })).rejects.toMatchObject({ status: 404 });
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('survive a night without a network', async () => {
    const morning = Date.now() + 12 * 3_600_000;
    const call = () => (Date.now() < morning ? Promise.reject(networkError()) : Promise.resolve('done'));
    const answer = withRetries(call, { signal });
    await vi.runAllTimersAsync();
    expect(await answer).toBe('done');
  });

  it('survive a server that is broken for three minutes, and end some day', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const call = vi.fn(() => Promise.reject(refusal(502, 'http-502')));
    const started = Date.now();
    const answer = expect(withRetries(call, { signal })).rejects.toMatchObject({ code: 'http-502' });
    await vi.runAllTimersAsync();
    await answer;
    expect(call).toHaveBeenCalledTimes(maxAttempts);
    expect(Date.now() - started).toBeGreaterThan(180_000);
  });

  it('end with the reason when they are stopped between two tries', async () => {
    const controller = new AbortController();
    const call = vi.fn(() => Promise.reject(networkError()));
    const onWait = () => {
      queueMicrotask(() => {
        controller.abort(new Error('paused'));
      });
    };
    await expect(withRetries(call, { signal: controller.signal, onWait })).rejects.toThrow('paused');
    expect(call).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ask again as soon as the machine is online', async () => {
    let online: (() => void) | undefined;
    vi.stubGlobal('addEventListener', (name: string, handler: () => void) => {
      if (name === 'online') online = handler;
    });
    const waiting = sleep(15_000, signal, true);
    online?.();
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ask again as soon as the page is looked at, not when it is hidden', async () => {
    const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
    vi.stubGlobal('document', page);
    const ended = vi.fn();
    const waiting = sleep(15_000, signal, true).then(ended);
    page.dispatchEvent(new Event('visibilitychange'));
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).not.toHaveBeenCalled();
    page.visibilityState = 'visible';
    page.dispatchEvent(new Event('visibilitychange'));
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
  });
});
