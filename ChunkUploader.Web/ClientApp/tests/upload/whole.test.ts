import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Limits } from '../../src/upload/limits';
import { FakeServer } from '../fake-server';
import { KiB, MiB, bytesOf, fileOf, networkError, refusal, sameBytes } from '../fakes';
import { failing, gate, reaches, setUp } from '../set-up';

const bytes = bytesOf(1.5 * MiB + 7);
const open = (content = bytes, server = new FakeServer()) => setUp(fileOf(content), server, new Limits());

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('A small file', () => {
  it('takes one request, with its digests', async () => {
    const { upload, server, states, hasher } = open();
    await upload.run();
    expect(states).toEqual(['checking', 'uploading', 'verifying', 'done']);
    expect(server.calls).toEqual(['whole']);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), bytes)).toBe(true);
    expect(hasher.reads).toEqual([[0, bytes.length]]);
    expect(hasher.closed).toBe(1);
  });

  it('of a few bytes is sent from memory, where it was read to be hashed', async () => {
    const few = bytesOf(200 * KiB);
    const { upload, server, hasher } = open(few);
    const sendWhole = vi.spyOn(server, 'sendWhole');
    await upload.run();
    expect(sendWhole.mock.calls[0]?.[1]).toBeInstanceOf(Uint8Array);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), few)).toBe(true);
    expect(hasher.reads).toEqual([[0, few.length]]);
  });

  it('of more bytes is sent as the file, not as a slice, for which the page would wait', async () => {
    const { upload, server } = open();
    const sendWhole = vi.spyOn(server, 'sendWhole');
    await upload.run();
    expect(sendWhole.mock.calls[0]?.[1]).toBe(upload.file);
  });

  it('is sent again where it was spoilt on the way or the network broke', async () => {
    const { upload, server } = open();
    const failures = [failing('whole', 1, () => refusal(422, 'digest-mismatch')), failing('whole', 2, networkError)];
    server.before = call => {
      for (const fail of failures) fail(call);
    };
    const done = upload.run();
    await reaches(upload, 'reconnecting');
    while (upload.isRunning) await vi.advanceTimersByTimeAsync(1000);
    await done;
    expect(upload.state).toBe('done');
    expect(server.count('whole')).toBe(4);
  });

  it('is not stored a second time where only the answer was lost', async () => {
    const { upload, server } = open();
    const sendWhole = server.sendWhole.bind(server);
    vi.spyOn(server, 'sendWhole').mockImplementationOnce(async (...args) => {
      await sendWhole(...args);
      throw networkError();
    });
    const done = upload.run();
    await reaches(upload, 'reconnecting');
    while (upload.isRunning) await vi.advanceTimersByTimeAsync(1000);
    await done;
    expect(server.calls).toEqual(['whole', 'session']);
    expect(server.stored).toHaveLength(1);
    expect(upload.result?.url).toBe(`/files/${upload.whole.id}`);
  });

  it('is not stored a second time by a new try, after its answers were refused for long', async () => {
    const { upload, server } = open();
    const sendWhole = server.sendWhole.bind(server);
    vi.spyOn(server, 'sendWhole').mockImplementationOnce(async (...args) => {
      await sendWhole(...args);
      throw refusal(403, 'http-403'); // a proxy's own
    });
    await upload.run();
    expect(upload.state).toBe('failed');
    upload.retry();
    await upload.run();
    expect(upload.state).toBe('done');
    expect(server.stored).toHaveLength(1);
  });

  it('that has left is waited for, though it is cancelled: then it is there', async () => {
    const { upload, server } = open();
    const answer = gate();
    const whole = server.sendWhole.bind(server);
    vi.spyOn(server, 'sendWhole').mockImplementation(async (fields, body, progress) => {
      progress.onSent?.();
      await answer.passed;
      return whole(fields, body, { ...progress, signal: new AbortController().signal });
    });
    const run = upload.run();
    await reaches(upload, 'verifying');
    const cancelled = upload.cancel();
    answer.open();
    await run;
    await cancelled;
    expect(upload.state).toBe('done');
    expect(server.count('cancel')).toBe(0);
  });
});

describe('A proxy that refuses large requests', () => {
  const strict = (limit: number) => {
    const server = new FakeServer();
    const sendChunk = server.sendChunk.bind(server);
    vi.spyOn(server, 'sendWhole').mockRejectedValue(refusal(413, 'http-413'));
    vi.spyOn(server, 'sendChunk').mockImplementation((id, chunk, signal) =>
      (chunk.body as Blob).size > limit ? Promise.reject(refusal(413, 'http-413')) : sendChunk(id, chunk, signal));
    return server;
  };

  it('gets smaller ones, of a new session', async () => {
    const server = strict(600 * KiB);
    const { upload, limits } = open(bytesOf(9 * MiB), server);
    server.chunkSize = 8 * MiB;
    await upload.run();
    expect(upload.state).toBe('done');
    expect(limits.chunkWish).toBe(512 * KiB);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), bytesOf(9 * MiB))).toBe(true);
    expect(server.sessions.size).toBe(1);
  });

  it('gets chunks of a file that would have been sent whole', async () => {
    const server = strict(300 * KiB);
    const { upload } = open(bytes, server);
    await upload.run();
    expect(upload.state).toBe('done');
    expect(server.stored).toHaveLength(1);
    expect(server.calls.filter(call => call.startsWith('chunk'))).toHaveLength(7);
  });

  it('of any size ends the upload in its words', async () => {
    const server = strict(0);
    const { upload } = open(bytesOf(9 * MiB), server);
    await upload.run();
    expect(upload.state).toBe('failed');
    expect(upload.message).toBe('Refused: http-413');
  });
});

describe('Digests that are known while chunks are on their way', () => {
  const large = bytesOf(24 * MiB);

  it('may turn the rest into an instant upload', async () => {
    const { upload, server } = setUp(fileOf(large));
    server.chunkSize = 4 * MiB;
    const held = gate();
    server.before = call => (/chunk [345]/.test(call) ? held.passed : undefined);
    vi.spyOn(server, 'digests').mockImplementation(async (id, digests) => {
      server.offer = () => ({ nonce: 'ab'.repeat(32), ranges: [[5, 10]] });
      return FakeServer.prototype.digests.call(server, id, digests);
    });
    await upload.run();
    expect(upload.state).toBe('done');
    expect(upload.result?.instant).toBe(true);
    expect(server.count('complete')).toBe(0);
  });

  it('that the server does not know change nothing', async () => {
    const { upload, server } = setUp(fileOf(large));
    server.chunkSize = 4 * MiB;
    server.before = failing('digests', 1, () => refusal(429, 'too-many-requests', 60));
    await upload.run();
    expect(upload.state).toBe('done');
    expect(server.count('digests')).toBe(1);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), large)).toBe(true);
  });
});
