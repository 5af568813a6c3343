import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Api } from '../../src/core/api';
import { KiB, bytesOf, fileOf, networkError } from '../fakes';
import { failing, setUp } from '../set-up';

const chunk = 256 * KiB;
const bytes = bytesOf(7 * chunk);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('What leaves is counted once, without the form around it, and again where it leaves again', async () => {
  const { upload, server, traffic } = setUp(fileOf(bytes));
  const api: Api = server;
  const send = server.sendChunk.bind(server);
  vi.spyOn(api, 'sendChunk').mockImplementation((id, fields, signal, onProgress) => {
    for (const loaded of [1000, chunk, chunk + 500]) onProgress(loaded);
    return send(id, fields, signal);
  });
  server.before = failing('chunk 3', 1, networkError);
  const done = upload.run();
  while (upload.isRunning) await vi.advanceTimersByTimeAsync(1000);
  await done;
  expect(upload.state).toBe('done');
  expect(traffic.total).toBe(8 * chunk);
  expect(traffic.failures).toBe(1);
});

it('Every chunk keeps to the pace', async () => {
  const { upload, limits } = setUp(fileOf(bytes));
  const paced = vi.spyOn(limits, 'pace');
  await upload.run();
  expect(upload.state).toBe('done');
  expect(paced.mock.calls.map(([size]) => size)).toEqual(Array.from({ length: 7 }, () => chunk));
});
