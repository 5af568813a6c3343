import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MiB, bytesOf, fileOf, refusal, sameBytes } from '../fakes';
import { failing, reaches, setUp } from '../set-up';

const bytes = bytesOf(1.5 * MiB + 7); // seven chunks of 256 KiB
const large = bytesOf(9 * MiB); // more than the block that begin reads and keeps

beforeEach(() => {
  // Only the waits are faked: reading a file and compiling WebAssembly take their real turns.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('What the server says', () => {
  it('of a chunk that was spoilt on the way: it is sent again', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    server.before = failing('chunk 4', 2, () => refusal(422, 'chunk-digest-mismatch'));
    await upload.run();
    expect(upload.state).toBe('done');
    expect(server.count('chunk 4')).toBe(3);
  });

  it('of a chunk that is always spoilt: the upload fails', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    server.before = failing('chunk 4', Infinity, () => refusal(422, 'chunk-digest-mismatch'));
    await upload.run();
    expect(upload.state).toBe('failed');
    expect(server.count('chunk 4')).toBe(4);
  });

  it('of a session that is gone: the upload begins again, once', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    const fail = failing('chunk 5', 1, () => refusal(404, 'upload-not-found'));
    server.before = call => {
      if (call === 'chunk 5' && server.count('chunk 5') === 1) server.sessions.clear();
      fail(call);
    };
    await upload.run();
    expect(upload.state).toBe('done');
    expect(server.count('begin')).toBe(2);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), bytes)).toBe(true);

    const second = setUp(fileOf(bytes));
    const missing = ['chunk 5', 'take-over'].map(call => failing(call, Infinity, () => refusal(404, 'upload-not-found')));
    second.server.before = call => {
      for (const fail of missing) fail(call);
    };
    await second.upload.run();
    expect(second.upload.state).toBe('failed');
    expect(second.server.count('begin')).toBe(2);
  });

  it.each([[413, 'file-too-large'], [507, 'storage-full'], [400, 'invalid-request']])(
    'with %i %s ends the upload in its words',
    async (status, code) => {
      const { upload, server } = setUp(fileOf(bytes));
      server.before = failing('begin', Infinity, () => refusal(status, code));
      await upload.run();
      expect(upload.state).toBe('failed');
      expect(upload.message).toBe(`Refused: ${code}`);
      expect(server.count('begin')).toBe(1);
    },
  );

  it('with a refusal keeps no memory of a file whose first block is all that was read', async () => {
    const { upload, server, hasher } = setUp(fileOf(large));
    server.before = failing('begin', 1, () => refusal(507, 'storage-full'));
    await upload.run();
    expect(hasher.closed).toBe(1);
    upload.retry();
    await upload.run();
    expect(upload.state).toBe('done');
    expect(sameBytes(server.stored[0] ?? bytesOf(0), large)).toBe(true);
  });

  it('of chunks that got lost: they are sent', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    server.before = call => {
      if (call.startsWith('complete') && server.count('complete') === 1) server.get('session1').chunks.delete(6);
    };
    await upload.run();
    expect(upload.state).toBe('done');
    expect(server.count('chunk 6')).toBe(2);
  });

  it('of digests that differ: nothing is kept, and the next try sends all anew', async () => {
    const { upload, server, hasher } = setUp(fileOf(bytes));
    server.before = failing('complete', 1, () => refusal(422, 'digest-mismatch'));
    await upload.run();
    expect(upload.state).toBe('failed');
    expect(hasher.closed).toBe(1);
    upload.retry();
    await upload.run();
    expect(upload.state).toBe('done');
    expect(server.count('cancel')).toBe(1);
    expect(server.count('chunk 0')).toBe(2);
  });

  it('while it is completing: the question is asked again when it wants', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    const complete = vi.spyOn(server, 'complete');
    complete.mockResolvedValueOnce({ state: 'completing', retryAfter: 5 });
    const done = upload.run();
    await reaches(upload, 'verifying');
    while (vi.getTimerCount() === 0) await new Promise(setImmediate);
    await vi.advanceTimersByTimeAsync(4999);
    expect(complete).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    await done;
    expect(upload.state).toBe('done');
  });
});

it('A file that can no longer be read fails with these words', async () => {
  const { upload, server, hasher } = setUp(fileOf(large));
  server.before = call => {
    if (call === 'begin') hasher.unreadable = true;
  };
  await upload.run();
  expect(upload.state).toBe('failed');
  expect(upload.message).toBe('The file changed or can no longer be read');
});
