import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Queue } from '../../src/queue/queue';
import { readResumeLink, takeOver } from '../../src/upload/take-over';
import { FakeServer } from '../fake-server';
import { DirectHasher, MiB, bytesOf, fileOf, refusal, sameBytes, strictLimits } from '../fakes';
import { failing, gate, setUp } from '../set-up';
import { until } from '../until';

const bytes = bytesOf(1.5 * MiB + 7); // seven chunks of 256 KiB
const { signal } = new AbortController();

it.each([
  ['/#resume=0af.x-_9', { id: '0af', secret: 'x-_9' }],
  ['https://example.com/base/#resume=0af.x', { id: '0af', secret: 'x' }],
  ['/#resume=0af', undefined],
  ['/#other', undefined],
  ['', undefined],
])('The link %s is read', (url, link) => {
  expect(readResumeLink(url)).toEqual(link);
});

describe('An upload that another device took over', () => {
  it('while it was sent says so, and begins no second one', async () => {
    const { upload, server, states } = setUp(fileOf(bytes));
    server.before = call => {
      if (call === 'chunk 4') server.takeAway('session1');
    };
    await upload.run();
    expect(states.at(-1)).toBe('moved');
    expect([upload.message, upload.session]).toEqual(['', undefined]);
    expect([server.count('begin'), server.count('take-over secret')]).toEqual([1, 1]);
    await upload.cancel();
    expect(upload.state).toBe('moved');
    expect(server.count('cancel')).toBe(0);
  });

  it('while it was paused says so when it is to go on', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    const third = gate();
    server.before = call => {
      if (call !== 'chunk 2') return undefined;
      third.open();
      return new Promise(() => undefined);
    };
    const run = upload.run();
    await third.passed;
    upload.pause();
    await run;
    server.before = () => undefined;
    server.takeAway('session1');
    upload.resume();
    await upload.run();
    expect(upload.state).toBe('moved');
    expect(server.count('begin')).toBe(1);
  });

  it('is uploaded anew where its file is picked again', async () => {
    const server = new FakeServer();
    const queue = new Queue({ api: server, hasher: new DirectHasher() });
    strictLimits(queue.limits);
    server.before = call => {
      if (call === 'chunk 4') server.takeAway('session1');
    };
    queue.add([{ file: fileOf(bytes) }]);
    await until(() => [...queue.uploads][0]?.state === 'moved');
    server.before = () => undefined;
    queue.add([{ file: fileOf(bytes) }]);
    await until(() => [...queue.uploads][0]?.state === 'done');
    expect(queue.uploads.size).toBe(1);
  });
});

it('An upload that only this browser has lost, as its cookie went, is taken back', async () => {
  const { upload, server } = setUp(fileOf(bytes));
  server.before = failing('chunk 4', 1, () => refusal(404, 'upload-not-found'));
  await upload.run();
  expect(upload.state).toBe('done');
  expect([server.count('begin'), server.count('take-over secret'), server.count('chunk 0')]).toEqual([1, 1, 1]);
});

describe('A file that is picked for a session', () => {
  const resume = async (file: File) => {
    const server = new FakeServer();
    const session = await server.session(server.hold(bytes, [0, 1, 2, 3]));
    const queue = new Queue({ api: server, hasher: new DirectHasher() });
    queue.add([{ file, session }]);
    const [upload] = queue.uploads;
    await until(() => upload && !queue.isBusy);
    return { server, upload };
  };

  it('continues it under whatever name and date, after a comparison', async () => {
    const { server, upload } = await resume(new File([bytes], 'copy of film.mp4', { lastModified: 1 }));
    expect(upload?.state).toBe('done');
    expect([server.count('begin'), server.count('blocks'), server.count('chunk')]).toEqual([0, 1, 3]);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), bytes)).toBe(true);
  });

  it('and is not it leaves what is there as it is', async () => {
    const { server, upload } = await resume(fileOf(bytesOf(bytes.length - 1)));
    expect(upload?.state).toBe('conflict');
    expect([server.count('begin'), server.count('chunk')]).toEqual([0, 0]);
  });
});

describe('Taking over', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('waits for what is being completed', async () => {
    const server = new FakeServer();
    const id = server.hold(bytes, [0]);
    server.get(id).state = 'completing';
    const taken = takeOver(server, { id, secret: 's' }, { signal });
    await vi.advanceTimersByTimeAsync(1500);
    server.get(id).state = 'completed';
    await vi.advanceTimersByTimeAsync(1000);
    expect((await taken).state).toBe('completed');
    expect(server.count('take-over s')).toBe(3);
  });
});
