import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '../../src/api/api';
import { ApiError } from '../../src/api/http';
import type { Upload } from '../../src/upload/upload';
import { KiB, MiB, bytesOf, fileOf, networkError } from '../fakes';
import { failing, setUp } from '../set-up';
import { until } from '../until';

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
  vi.spyOn(api, 'sendChunk').mockImplementation((id, fields, transfer) => {
    for (const loaded of [1000, chunk, chunk + 500]) transfer.onProgress(loaded);
    return send(id, fields, transfer);
  });
  server.before = failing('chunk 3', 1, networkError);
  const done = upload.run();
  while (upload.isRunning) await vi.advanceTimersByTimeAsync(1000);
  await done;
  expect(upload.state).toBe('done');
  expect(traffic.total).toBe(8 * chunk);
  expect(traffic.failures).toBe(1);
});

it('Every chunk keeps to the pace, those that are sent again included', async () => {
  const { upload, server, limits } = setUp(fileOf(bytes));
  const settled: number[] = [];
  const take = limits.pace.take.bind(limits.pace);
  const paced = vi.spyOn(limits.pace, 'take').mockImplementation(async (size, signal) => {
    const settle = await take(size, signal);
    return sent => {
      settled.push(sent);
      settle(sent);
    };
  });
  server.before = failing('chunk 3', 1, networkError);
  const done = upload.run();
  while (upload.isRunning) await vi.advanceTimersByTimeAsync(1000);
  await done;
  expect(upload.state).toBe('done');
  expect(paced.mock.calls.map(([size]) => size)).toEqual(Array.from({ length: 8 }, () => chunk));
  expect(settled.sort((a, b) => a - b)).toEqual([0, ...Array.from({ length: 7 }, () => chunk)]);
});

describe('Where answers do not come', () => {
  const noAnswer = () => new ApiError(0, 'no-answer', 'The connection went silent');
  const run = async (upload: Upload) => {
    const done = upload.run();
    while (upload.isRunning) await vi.advanceTimersByTimeAsync(15_000);
    await done;
  };

  it('again and again, chunks become smaller, unless something has arrived', async () => {
    const { upload, server } = setUp(fileOf(bytesOf(9 * MiB)));
    server.chunkSize = 8 * MiB;
    server.before = call => {
      if (call.startsWith('chunk') && server.chunkSize > 2 * MiB) throw noAnswer();
    };
    await run(upload);
    expect(upload.state).toBe('done');
    expect(server.count('begin')).toBe(2);
    expect(server.chunkSize).toBe(2 * MiB);
  });

  it('to what has begun to arrive, they are waited for longer', async () => {
    const { upload, server } = setUp(fileOf(bytesOf(9 * MiB)));
    server.chunkSize = 8 * MiB;
    const waits: number[] = [];
    const send = server.sendChunk.bind(server);
    vi.spyOn(server, 'sendChunk').mockImplementation((id, fields, transfer) => {
      if (fields.index === 1) waits.push(transfer.answerTime);
      return send(id, fields, transfer);
    });
    server.before = async call => {
      if (!call.startsWith('chunk 1')) return;
      await until(() => server.get('session1').chunks.has(0));
      if (waits.length < 4) throw noAnswer();
    };
    await run(upload);
    expect(upload.state).toBe('done');
    expect(server.count('begin')).toBe(1);
    expect(server.count('chunk 0')).toBe(1);
    expect(waits).toEqual([1, 2, 4, 8].map(times => times * (waits[0] ?? 0)));
  });
});
