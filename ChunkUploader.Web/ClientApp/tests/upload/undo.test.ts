import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '../../src/api/api';
import { Queue } from '../../src/queue/queue';
import type { Upload } from '../../src/upload/upload';
import { FakeServer } from '../fake-server';
import { DirectHasher, MiB, bytesOf, fileOf, refusal, sameBytes, strictLimits } from '../fakes';
import { gate, leavable, reaches, setUp } from '../set-up';
import { TabLocks } from '../tab-locks';
import { until } from '../until';

const bytes = bytesOf(1.5 * MiB);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An upload of which the server has three chunks, and that is held up in the fourth. */
async function halfSent(tabs = new TabLocks()) {
  const set = setUp(fileOf(bytes), undefined, undefined, undefined, tabs);
  const [isThere, hold] = [gate(), gate()];
  set.server.before = call => {
    if (call !== 'chunk 3') return undefined;
    isThere.open();
    return hold.passed;
  };
  const run = set.upload.run();
  await isThere.passed;
  await until(() => set.server.get('session1').chunks.size === 5);
  return { ...set, run, hold };
}

async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
}

describe('Cancelling that can be undone', () => {
  it('sends nothing more at once, and removes what the server has after ten seconds, not before', async () => {
    const { upload, server, run, hold } = await halfSent();
    upload.cancelSoon();
    expect(upload.state).toBe('cancelling');
    hold.open();
    await run;
    const sent = server.count('chunk');
    await pass(9_999);
    expect([upload.state, server.sessions.size, server.count('chunk')]).toEqual(['cancelling', 1, sent]);
    await pass(1);
    expect([upload.state, server.sessions.size, server.count('cancel')]).toEqual(['cancelled', 0, 1]);
    upload.undo(); // too late
    expect(upload.state).toBe('cancelled');
  });

  it('goes on where it was when it is undone, and sends nothing twice that is there', async () => {
    const { upload, server, run, hold } = await halfSent();
    upload.cancelSoon();
    hold.open();
    await run;
    await pass(9_000);
    upload.undo();
    expect(upload.state).toBe('waiting');
    const had = server.get('session1').chunks.size;
    const before = server.count('chunk');
    await upload.run();
    expect(upload.state).toBe('done');
    expect(server.count('chunk') - before).toBe(6 - had);
    expect([server.count('begin'), server.count('cancel')]).toEqual([1, 0]);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), bytes)).toBe(true);
    await pass(20_000);
    expect([upload.state, server.count('cancel')]).toEqual(['done', 0]);
  });

  it.each(['paused', 'failed', 'conflict'] as const)('is %s again where it was that', async state => {
    const { upload, server } = setUp(fileOf(bytes));
    if (state === 'conflict') server.hold(bytesOf(bytes.length, 3), [0, 1, 2, 3, 4, 5]);
    server.before = call => {
      if (state === 'failed' && call === 'chunk 1') throw refusal(400, 'invalid-request');
    };
    if (state === 'paused') upload.pause();
    else await upload.run();
    const { message } = upload;
    upload.cancelSoon();
    upload.undo();
    expect([upload.state, upload.message]).toEqual([state, message]);
    await pass(20_000);
    expect([upload.state, server.count('cancel')]).toEqual([state, 0]);
  });

  it('may be asked for twice, and begins no second time', async () => {
    const { upload, server } = await halfSent();
    upload.cancelSoon();
    await pass(6000);
    upload.cancelSoon();
    await pass(4000);
    expect([upload.state, server.count('cancel')]).toEqual(['cancelled', 1]);
  });

  it('shows the file where the server had it all and completed it', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    const completing = gate();
    vi.spyOn(server as Api, 'complete').mockImplementationOnce((_id, _digests, signal) => {
      completing.open();
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => { reject(signal.reason as Error); });
      });
    });
    const run = upload.run();
    await completing.passed;
    upload.cancelSoon();
    await run;
    await server.complete('session1', { md5: '', contentHash: '' });
    await pass(10_000);
    expect([upload.state, upload.result?.url]).toEqual(['done', '/files/session1']);
  });

  it('of a file that waits has nothing to remove', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    upload.cancelSoon();
    await pass(10_000);
    expect([upload.state, server.calls]).toEqual(['cancelled', []]);
  });
});

describe('Leaving the page', () => {
  it('cancels at once what was to be cancelled, by a request that outlives it, and only that', async () => {
    const page = leavable();
    const { upload, server, run, hold } = await halfSent();
    page.leave();
    expect(upload.state).toBe('uploading');
    upload.cancelSoon();
    hold.open();
    await run;
    page.leave();
    expect([upload.state, server.calls.slice(-1), server.sessions.size]).toEqual(['cancelled', ['cancelOnLeave'], 0]);
    await pass(20_000);
    expect(server.count('cancel')).toBe(1); // the page may be shown once more
  });

  it('leaves to the server what may be the bytes of another file', async () => {
    const page = leavable();
    const { upload, server } = setUp(fileOf(bytes));
    server.hold(bytesOf(bytes.length, 3), [0, 1, 2, 3, 4, 5]);
    await upload.run();
    upload.cancelSoon();
    await pass(0);
    page.leave();
    expect([upload.state, server.sessions.size, server.count('cancelOnLeave')]).toEqual(['cancelled', 1, 0]);
  });

  it.each([
    ['undone', (upload: Upload) => { upload.undo(); }],
    ['cancelled', (upload: Upload) => { void upload.cancel(); }],
    ['left to the server', (upload: Upload) => { upload.close(); }],
  ])('is not listened for once it is %s', (_, end) => {
    const { listeners } = leavable();
    const { upload } = setUp(fileOf(bytes));
    upload.cancelSoon();
    expect(listeners.size).toBe(1);
    end(upload);
    expect(listeners.size).toBe(0);
  });
});

describe('An upload that is being cancelled, and another tab', () => {
  /** That goes on with the same session, by a copy of the file that has another date. */
  function inOtherTab(server: FakeServer, tabs: TabLocks, file = new File([bytes], 'film.mp4', { lastModified: 1 })) {
    return setUp(file, server, undefined, undefined, tabs).upload;
  }

  it('are not at its session together: the other one waits, and begins anew', async () => {
    const tabs = new TabLocks();
    const { upload, server, hold } = await halfSent(tabs);
    upload.cancelSoon();
    hold.open();
    await pass(1000);
    const other = inOtherTab(server, tabs);
    const run = other.run();
    await reaches(other, 'elsewhere');
    await pass(9000);
    await run;
    expect([upload.state, other.state]).toEqual(['cancelled', 'done']);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), bytes)).toBe(true);
  });

  it.each([
    ['the same file', fileOf(bytes)],
    ['a copy of the file', undefined],
  ])('both end when it is undone, with %s, and send nothing twice', async (_, file) => {
    const tabs = new TabLocks();
    const { upload, server, hold } = await halfSent(tabs);
    upload.cancelSoon();
    hold.open();
    await pass(1000);
    const other = inOtherTab(server, tabs, file);
    const run = other.run();
    await reaches(other, 'elsewhere');
    const sent = server.count('chunk');
    upload.undo();
    await Promise.all([run, upload.run()]);
    expect([upload.state, other.state, server.stored.length]).toEqual(['done', 'done', 1]);
    expect(server.count('chunk') - sent).toBe(1);
  });

  it.each([
    ['its time has passed', 'cancelSoon', 10_000],
    ['its page is left', 'cancelSoon', 1000],
    ['its page is left at once', 'cancelSoon', 0],
    ['that is not to be undone', 'cancel', 0],
  ] as const)('go on there when %s', async (_, cancel, after) => {
    const page = leavable();
    const tabs = new TabLocks();
    const { upload, server, run, hold } = await halfSent(tabs);
    upload.pause();
    hold.open();
    await run;
    const [isThere, go] = [gate(), gate()];
    server.before = call => {
      if (!call.startsWith('chunk')) return undefined;
      isThere.open();
      return go.passed;
    };
    const other = inOtherTab(server, tabs);
    const otherRun = other.run();
    await isThere.passed;
    void upload[cancel]();
    if (after > 0) await pass(after);
    page.leave();
    await pass(0);
    expect([upload.state, server.sessions.size]).toEqual(['cancelled', 1]);
    go.open();
    await otherRun;
    expect([other.state, server.count('cancel')]).toEqual(['done', 0]);
  });

  it('are not at one session together where it is given up for another file', async () => {
    const tabs = new TabLocks();
    const { upload, server } = setUp(fileOf(bytes), undefined, undefined, undefined, tabs);
    const id = server.hold(bytesOf(bytes.length, 3), [0, 1, 2, 3, 4, 5]);
    await upload.run();
    expect(upload.state).toBe('conflict');
    const release = await tabs.hold(id);
    upload.startOver();
    const run = upload.run();
    await reaches(upload, 'elsewhere');
    expect(server.sessions.has(id)).toBe(true);
    release?.();
    await run;
    expect([upload.state, server.sessions.has(id)]).toEqual(['done', false]);
  });

  it('leave no lock behind, whatever becomes of it', async () => {
    const tabs = new TabLocks();
    const { upload, hold } = await halfSent(tabs);
    expect(tabs.isHeld('session1')).toBe(true);
    upload.pause();
    hold.open();
    await pass(0);
    expect(tabs.isHeld('session1')).toBe(false);
    upload.cancelSoon();
    await pass(0);
    expect(tabs.isHeld('session1')).toBe(true);
    upload.undo();
    expect(tabs.isHeld('session1')).toBe(false);
    upload.cancelSoon();
    upload.undo(); // before the lock was had
    await pass(0);
    expect(tabs.isHeld('session1')).toBe(false);
    upload.cancelSoon();
    await pass(10_000);
    expect([upload.state, tabs.isHeld('session1')]).toEqual(['cancelled', false]);
  });
});

describe('The moment in which it is cancelled', () => {
  it('ends undoing', async () => {
    const { upload, server, run, hold } = await halfSent();
    upload.cancelSoon();
    hold.open();
    await run;
    const answer = gate();
    server.before = call => (call === 'cancel' ? answer.passed : undefined);
    vi.advanceTimersByTime(10_000);
    expect(upload.state).toBe('cancelled');
    upload.undo();
    await pass(0);
    expect([upload.state, server.count('cancel')]).toEqual(['cancelled', 1]);
    answer.open();
  });
});

describe('Picking a file again that is being cancelled', () => {
  it('takes its upload up, which is not cancelled under it', async () => {
    const server = new FakeServer();
    const queue = new Queue({ api: server, hasher: new DirectHasher() });
    strictLimits(queue.limits);
    const [isThere, hold] = [gate(), gate()];
    server.before = call => {
      if (call !== 'chunk 3') return undefined;
      isThere.open();
      return hold.passed;
    };
    queue.add([{ file: fileOf(bytes) }]);
    await isThere.passed;
    const [first] = queue.uploads;
    first?.cancelSoon();
    hold.open();
    queue.add([{ file: fileOf(bytes) }]);
    const [second] = queue.uploads;
    expect([queue.uploads.size, second === first]).toEqual([1, false]);
    if (second) await reaches(second, 'done');
    await pass(20_000);
    expect([server.count('cancel'), server.stored.length]).toEqual([0, 1]);
  });
});
