import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '../../src/api/api';
import { MiB, bytesOf, fileOf, refusal, sameBytes } from '../fakes';
import { gate, reaches, setUp } from '../set-up';

const bytes = bytesOf(1.5 * MiB);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An upload that is paused while the server completes it. */
async function pausedWhileVerifying() {
  const set = setUp(fileOf(bytes));
  const completing = gate();
  vi.spyOn(set.server as Api, 'complete').mockImplementationOnce((_id, _digests, signal) => {
    completing.open();
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
  });
  const run = set.upload.run();
  await completing.passed;
  set.upload.pause();
  await run;
  return set;
}

async function settled(work: Promise<void>): Promise<void> {
  const ended = vi.fn();
  void work.then(ended);
  while (ended.mock.calls.length === 0) {
    await new Promise(setImmediate);
    await vi.advanceTimersByTimeAsync(1000);
  }
}

describe('Cancelling', () => {
  it('removes what the server has', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    const hold = gate();
    server.before = call => (call === 'chunk 3' ? hold.passed : undefined);
    void upload.run();
    await reaches(upload, 'uploading');
    await upload.cancel();
    expect(upload.state).toBe('cancelled');
    expect(server.sessions.size).toBe(0);
  });

  it('removes a session whose begin was still under way', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    const answer = gate();
    const asked = gate();
    server.before = call => {
      if (call !== 'begin') return undefined;
      asked.open();
      return answer.passed;
    };
    void upload.run();
    await asked.passed;
    const cancelled = upload.cancel();
    answer.open();
    await cancelled;
    expect(server.calls).toEqual(['begin', 'cancel']);
    expect(server.sessions.size).toBe(0);
  });
});

describe('Cancelling what the server completes', () => {
  it('shows the file that is already there', async () => {
    const { upload, server } = await pausedWhileVerifying();
    await server.complete('session1', { md5: '', contentHash: '' });
    await settled(upload.cancel());
    expect(upload.state).toBe('done');
    expect(upload.result?.url).toBe('/files/session1');
    expect(server.count('cancel')).toBe(0);
  });

  it('waits for the file where the server is not through yet', async () => {
    const { upload, server } = await pausedWhileVerifying();
    server.get('session1').state = 'completing';
    server.before = async call => {
      if (call === 'session' && server.count('session') === 3)
        await server.complete('session1', { md5: '', contentHash: '' });
    };
    await settled(upload.cancel());
    expect(upload.state).toBe('done');
    expect(server.count('cancel')).toBe(0);
  });

  it('looks again where the server refuses, and cancels what did not become a file', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    server.before = call => {
      if (call === 'chunk 1') throw refusal(400, 'invalid-request');
      if (call === 'cancel' && server.count('cancel') === 1) throw refusal(409, 'session-conflict');
    };
    await upload.run();
    await settled(upload.cancel());
    expect(upload.state).toBe('cancelled');
    expect(server.calls.slice(-3)).toEqual(['cancel', 'session', 'cancel']);
    expect(server.sessions.size).toBe(0);
  });

  it('lets go of a paused upload of which nothing was published', async () => {
    const { upload, server } = await pausedWhileVerifying();
    await settled(upload.cancel());
    expect(upload.state).toBe('cancelled');
    expect(server.sessions.size).toBe(0);
  });
});

it('Starting over can be paused while the server is out of reach', async () => {
  const { upload, server } = setUp(fileOf(bytes));
  const held = server.hold(bytesOf(bytes.length, 3), [0, 1, 2, 3, 4, 5]);
  await upload.run();
  expect(upload.state).toBe('conflict');
  server.before = () => {
    throw refusal(503, 'http-503');
  };
  upload.startOver();
  const run = upload.run();
  while (vi.getTimerCount() === 0) await new Promise(setImmediate);
  upload.pause();
  await run;
  expect(upload.state).toBe('paused');
  expect(vi.getTimerCount()).toBe(0);
  server.before = () => undefined;
  upload.resume();
  await upload.run();
  expect(upload.state).toBe('done');
  expect(server.sessions.has(held)).toBe(false);
  expect(sameBytes(server.stored[0] ?? bytesOf(0), bytes)).toBe(true);
});
