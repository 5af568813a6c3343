import { expect, it } from 'vitest';
import { FileChangedError } from '../../src/hashing/file-changed';
import { type Reply, type Request, WorkerHasher } from '../../src/hashing/hasher';
import { bytesOf, fileOf } from '../fakes';

class FakeWorker {
  readonly asked: Request[] = [];
  onmessage?: (event: { data: Reply }) => void;
  onerror?: () => void;
  terminated = false;

  postMessage(request: Request) {
    this.asked.push(request);
  }
  terminate() {
    this.terminated = true;
  }
  reply(reply: Omit<Reply, 'call'>, to = this.asked.at(-1)) {
    this.onmessage?.({ data: { ...reply, call: to?.call ?? 0 } });
  }
}

function open() {
  const workers: FakeWorker[] = [];
  const hasher = new WorkerHasher(() => {
    workers.push(new FakeWorker());
    return workers.at(-1) as unknown as Worker;
  });
  return { workers, hasher, worker: () => workers.at(-1) ?? new FakeWorker() };
}

it('Gives every answer to its question, and remembers the position', async () => {
  const { hasher, worker } = open();
  const digests = hasher.open(fileOf(bytesOf(10)));
  const first = digests.block(0);
  const firstAsked = worker().asked.at(-1);
  const second = digests.block(1);
  worker().reply({ text: 'second', position: 20 });
  worker().reply({ text: 'first', position: 10 }, firstAsked);
  expect(await Promise.all([first, second])).toEqual(['first', 'second']);
  expect(digests.position).toBe(10);
});

it('Serves all files with one worker, each under its own key', () => {
  const { hasher, workers, worker } = open();
  const files = [fileOf(bytesOf(10)), fileOf(bytesOf(20))];
  for (const file of files) void hasher.open(file).block(0);
  expect(workers).toHaveLength(1);
  expect(new Set(worker().asked.map(request => request.file)).size).toBe(2);
  expect(worker().asked.map(request => request.source)).toEqual(files);
});

it('Gives the worker a file with the first question about it, and takes it away at the end', () => {
  const { hasher, worker } = open();
  const unused = hasher.open(fileOf(bytesOf(10)));
  const digests = hasher.open(fileOf(bytesOf(20)));
  void digests.block(0);
  void digests.block(1);
  unused.close();
  digests.close();
  expect(worker().asked.map(({ action, source }) => [action, source?.size])).toEqual([
    ['block', 20],
    ['block', undefined],
    ['close', undefined],
  ]);
});

it('Tells a file that changed from a bug', async () => {
  const { hasher, worker } = open();
  const digests = hasher.open(fileOf(bytesOf(10)));
  const changed = digests.chunk(0, 10);
  worker().reply({ error: 'changed' });
  await expect(changed).rejects.toBeInstanceOf(FileChangedError);
  const bug = digests.chunk(0, 10);
  worker().reply({ error: 'TypeError' });
  await expect(bug).rejects.toThrow('TypeError');
});

it('Does not wait for a worker that stopped, and starts another for the next file', async () => {
  const { hasher, workers, worker } = open();
  const digests = hasher.open(fileOf(bytesOf(10)));
  const waiting = digests.finish();
  worker().onerror?.();
  await expect(waiting).rejects.toThrow('stopped');
  expect(worker().terminated).toBe(true);
  await expect(digests.finish()).rejects.toThrow('stopped'); // the new one does not know the file
  const next = hasher.open(fileOf(bytesOf(10))).block(0);
  worker().reply({ text: 'digest' });
  expect(await next).toBe('digest');
  expect(workers).toHaveLength(2);
});
