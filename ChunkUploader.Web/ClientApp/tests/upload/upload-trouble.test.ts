import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { maxAttempts } from '../../src/api/retry';
import { MiB, bytesOf, fileOf, networkError, refusal, sameBytes } from '../fakes';
import { failing, gate, reaches, setUp } from '../set-up';

const bytes = bytesOf(1.5 * MiB + 7); // seven chunks of 256 KiB
const large = bytesOf(9 * MiB); // more than the block that begin reads and keeps

const { signal } = new AbortController();

beforeEach(() => {
  // Only the waits are faked: reading a file and compiling WebAssembly take their real turns.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('When the network breaks', () => {
  it('the chunk is sent again, once it is certain that it can still be read', async () => {
    const { upload, server, states, hasher } = setUp(fileOf(large));
    server.chunkSize = 4 * MiB;
    server.before = failing('chunk 1', 2, networkError);
    const done = upload.run();
    await reaches(upload, 'reconnecting');
    expect(upload.message).toBe('The server cannot be reached');
    while (upload.isRunning) await vi.advanceTimersByTimeAsync(15_000);
    await done;
    expect(states).toContain('reconnecting');
    expect(states.at(-1)).toBe('done');
    expect(server.count('chunk 1')).toBe(3);
    const again = hasher.reads.slice(3);
    expect(hasher.reads.slice(0, 3)).toEqual([[0, 4 * MiB], [4 * MiB, 4 * MiB], [8 * MiB, 1 * MiB]]);
    expect(again).toEqual([[4 * MiB, 4 * MiB], [4 * MiB, 4 * MiB]]);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), large)).toBe(true);
  });

  it('on the side of the server for good, the upload fails, and can be tried again from where it was', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    server.before = failing('chunk 3', maxAttempts, () => refusal(502, 'http-502'));
    const done = upload.run();
    await reaches(upload, 'reconnecting');
    while (upload.isRunning) await vi.advanceTimersByTimeAsync(15_000);
    await done;
    expect(upload.state).toBe('failed');
    upload.retry();
    await upload.run();
    expect(upload.state).toBe('done');
    expect(server.count('begin')).toBe(1);
    expect(server.count('chunk 0')).toBe(1);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), bytes)).toBe(true);
  });

  it('every request waits and goes on', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    const failures = [failing('begin', 1, networkError), failing('complete', 1, networkError)];
    server.before = call => {
      for (const fail of failures) fail(call);
    };
    const done = upload.run();
    await reaches(upload, 'reconnecting');
    while (upload.isRunning) await vi.advanceTimersByTimeAsync(1000);
    await done;
    expect(upload.state).toBe('done');
    expect([server.count('begin'), server.count('complete')]).toEqual([2, 2]);
  });
});

it('A network that fails because the file changed is told as that', async () => {
  const { upload, server, hasher } = setUp(fileOf(large));
  server.before = call => {
    if (!call.startsWith('chunk')) return;
    hasher.unreadable = true;
    throw networkError();
  };
  await upload.run();
  expect(upload.state).toBe('failed');
  expect(upload.message).toBe('The file changed or can no longer be read');
});

describe('A pause', () => {
  it('in the middle of a chunk aborts it; going on sends it and what is missing', async () => {
    const { upload, server, hasher, slots } = setUp(fileOf(bytes));
    const stuck = gate();
    const third = gate();
    server.before = call => {
      if (call !== 'chunk 2') return undefined;
      third.open();
      return stuck.passed;
    };
    const run = upload.run();
    await third.passed;
    upload.pause();
    expect(upload.state).toBe('paused');
    await run;
    expect(upload.counters.inFlight.size).toBe(0);
    const places = [1, 2, 3, 4].map(() => slots.ahead.acquire(signal)); // all four are free again
    for (const release of await Promise.all(places)) release();
    server.before = () => undefined;
    upload.resume();
    await upload.run();
    expect(upload.state).toBe('done');
    expect(server.count('chunk 0')).toBe(1);
    expect(server.count('chunk 2')).toBe(2);
    expect(server.count('begin')).toBe(1);
    expect(server.count('blocks')).toBe(0); // what this page sent itself is not compared
    expect(hasher.closed).toBe(1);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), bytes)).toBe(true);
  });

  it('while reconnecting leaves no timer behind', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    server.before = failing('begin', Infinity, networkError);
    const run = upload.run();
    await reaches(upload, 'reconnecting');
    upload.pause();
    await run;
    expect(upload.state).toBe('paused');
    expect(vi.getTimerCount()).toBe(0);
  });
});
