import { describe, expect, it } from 'vitest';
import { Queue } from '../../src/queue/queue';
import type { Upload } from '../../src/upload/upload';
import { FakeServer } from '../fake-server';
import { DirectHasher, KiB, bytesOf, fileOf, refusal, strictLimits } from '../fakes';
import { gate } from '../set-up';

function open(server = new FakeServer()) {
  const queue = new Queue({ api: server, hasher: new DirectHasher() });
  strictLimits(queue.limits);
  return { server, queue, all: () => [...queue.uploads] };
}

const pick = (...names: string[]) => names.map((name, i) => ({ file: fileOf(bytesOf(600 * KiB, i), name) }));

function idle(queue: Queue): Promise<void> {
  return new Promise(resolve => {
    const look = () => {
      if (queue.isBusy) setImmediate(look);
      else resolve();
    };
    look();
  });
}

describe('The queue', () => {
  it('brings up all files, in the order in which they came', async () => {
    const { queue, server, all } = open();
    const finished: string[] = [];
    queue.observe({
      added: () => undefined,
      removed: () => undefined,
      changed: ({ state, file }) => {
        if (state === 'done') finished.push(file.name);
      },
    });
    queue.add(pick('a', 'b', 'c', 'd', 'e'));
    expect(queue.isBusy).toBe(true);
    await idle(queue);
    expect(all().map(upload => upload.state)).toEqual(Array(5).fill('done'));
    expect(finished.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(server.stored).toHaveLength(5);
  });

  it('has three files under way at a time, and three chunks over all of them', async () => {
    const { queue, server, all } = open();
    const hold = gate();
    let busiest = 0;
    let sending = 0;
    server.before = async call => {
      if (!call.startsWith('chunk')) return;
      busiest = Math.max(busiest, ++sending);
      await hold.passed;
      sending--;
    };
    queue.add(pick('a', 'b', 'c', 'd', 'e'));
    while (busiest < 3) await new Promise(setImmediate);
    for (let i = 0; i < 100; i++) await new Promise(setImmediate);
    expect(all().map(upload => upload.state === 'waiting')).toEqual([false, false, false, true, true]);
    expect(server.count('begin')).toBe(3);
    expect(busiest).toBe(3);
    hold.open();
    await idle(queue);
    expect(busiest).toBe(3);
  });

  it('goes on past files that fail or are paused, and takes them up again', async () => {
    const { queue, server, all } = open();
    server.before = call => {
      if (call === 'begin' && server.count('begin') === 1) throw refusal(400, 'invalid-request');
    };
    queue.add(pick('a', 'b', 'c', 'd'));
    all()[3]?.pause();
    await idle(queue);
    expect(all().map(upload => upload.state)).toEqual(['failed', 'done', 'done', 'paused']);
    all()[0]?.retry();
    all()[3]?.resume();
    await idle(queue);
    expect(all().map(upload => upload.state)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('starts an upload again that is paused and wanted again in one breath', async () => {
    const { queue, all } = open();
    queue.add(pick('a'));
    all()[0]?.pause();
    all()[0]?.resume();
    await idle(queue);
    expect(all()[0]?.state).toBe('done');
  });

  it('lets a file that is picked again take the place of its stopped upload', async () => {
    const { queue, server, all } = open();
    const removed: Upload[] = [];
    queue.observe({ added: () => undefined, changed: () => undefined, removed: upload => removed.push(upload) });
    server.before = call => {
      if (call === 'chunk 1') throw refusal(400, 'invalid-request');
    };
    queue.add(pick('a'));
    await idle(queue);
    const [failed] = all();
    server.before = () => undefined;
    queue.add(pick('a'));
    await idle(queue);
    expect(removed).toEqual([failed]);
    expect(all().map(upload => upload.state)).toEqual(['done']);
    expect(server.sessions.size).toBe(1);
  });

  it('leaves out a file that is picked again while it waits or runs', async () => {
    const { queue, server, all } = open();
    const hold = gate();
    server.before = () => hold.passed;
    queue.add(pick('a', 'b', 'c', 'd'));
    queue.add([...pick('a', 'b', 'c', 'd', 'e'), ...pick('a')]);
    expect(all().map(upload => upload.file.name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    const [{ file } = { file: fileOf(bytesOf(0)) }] = pick('a');
    queue.add([{ file: new File([file], 'a', { lastModified: file.lastModified + 1 }) }]); // a newer one
    queue.add([{ file, relativePath: 'folder/a' }]);
    expect(all()).toHaveLength(7);
    hold.open();
    await idle(queue);
    queue.add(pick('a')); // done by now: whoever picks it again wants it again
    expect(all()).toHaveLength(8);
    await idle(queue);
  });

  it('does not let go of an upload that runs', async () => {
    const { queue, server, all } = open();
    const hold = gate();
    server.before = () => hold.passed;
    queue.add(pick('a'));
    const [upload] = all();
    if (upload) queue.remove(upload);
    expect(all()).toHaveLength(1);
    hold.open();
    await idle(queue);
    if (upload) queue.remove(upload);
    expect(all()).toHaveLength(0);
  });
});
