// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Queue } from '../../src/queue/queue';
import { HandOver } from '../../src/page/hand-over';
import { Question } from '../../src/page/question';
import { type KeptFile, KeptFiles, Keeping, openKept } from '../../src/page/handles';
import { UnfinishedList } from '../../src/page/unfinished';
import { FakeServer } from '../fake-server';
import { DirectHasher, KiB, MiB, bytesOf, fileOf, strictLimits } from '../fakes';
import { TabLocks } from '../tab-locks';
import { all } from '../roles';
import { open, unfinishedRows } from '../view';
import { until } from '../until';

/** What the browser would keep, without the browser. */
class Kept extends KeptFiles {
  readonly files = new Map<string, KeptFile>();
  writes = 0;

  override get(id: string) {
    return Promise.resolve(this.files.get(id));
  }

  override keep(id: string, file: KeptFile) {
    this.files.set(id, file);
    this.writes++;
    return Promise.resolve();
  }

  override forget(id: string) {
    this.files.delete(id);
    this.writes++;
    return Promise.resolve();
  }
}

type Tree = Readonly<Record<string, unknown>>;

const missing = () => Promise.reject(new DOMException('gone', 'NotFoundError'));
const fileHandle = (file: File) => ({ kind: 'file', name: file.name, getFile: () => Promise.resolve(file) });

function folderHandle(name: string, children: Tree, permission = { state: 'granted' }): FileSystemHandle {
  const give = (child: string) => (children[child] === undefined ? missing() : Promise.resolve(children[child]));
  return {
    ...{ kind: 'directory', name, getDirectoryHandle: give, getFileHandle: give },
    queryPermission: () => Promise.resolve(permission.state),
    requestPermission: () => Promise.resolve((permission.state = 'granted')),
  } as unknown as FileSystemHandle;
}

describe('A kept file', () => {
  const file = fileOf(bytesOf(3), 'c.bin');
  const inner = folderHandle('g', { h: folderHandle('h', { 'c.bin': fileHandle(file) }), 'c.bin': fileHandle(file) });
  const handle = folderHandle('f', { g: inner, 'c.bin': fileHandle(file) });

  it.each(['f/g/h/c.bin', 'f/g/c.bin', 'f/c.bin'])('of a folder is found by its path %s', async path => {
    expect(await openKept({ handle, path })).toBe(file);
  });

  it.each(['f/x/c.bin', 'f/g/x', 'f'])('that is not there any more is none: %s', async path => {
    expect(await openKept({ handle, path })).toBeUndefined();
  });

  it('of its own is found', async () => {
    expect(await openKept({ handle: fileHandle(file) as unknown as FileSystemHandle })).toBe(file);
  });
});

it('Small files are not worth a write each', async () => {
  const kept = new Kept();
  const keeping = new Keeping(kept);
  const queue = new Queue({ api: new FakeServer(), hasher: new DirectHasher() });
  const changed = vi.fn((upload: Parameters<Keeping['changed']>[0]) => {
    keeping.changed(upload);
  });
  queue.observe({ added: () => undefined, changed, removed: () => undefined });
  queue.add([{ file: fileOf(bytesOf(KiB)), relativePath: 'f/film.mp4', handle: folderHandle('f', {}) }]);
  await until(() => [...queue.uploads][0]?.state === 'done');
  expect(changed).toHaveBeenCalled();
  expect(kept.writes).toBe(0);
});

describe('After a reload', () => {
  const [one, two] = [bytesOf(MiB), bytesOf(MiB, 1)];

  beforeEach(() => {
    document.body.innerHTML = '';
  });

  async function reload(permission: { state: string }) {
    const server = new FakeServer();
    const kept = new Kept();
    const { root } = open(server);
    const handle = folderHandle('f', {
      'one.mp4': fileHandle(fileOf(one, 'one.mp4')), 'two.mp4': fileHandle(fileOf(two, 'two.mp4')),
    }, permission);
    for (const [name, bytes] of [['one.mp4', one], ['two.mp4', two]] as const)
      kept.files.set(server.hold(bytes, [0], name), { handle, path: `f/${name}`, lastModified: 1_700_000_000_000 });
    const queue = new Queue({ api: server, hasher: new DirectHasher() });
    strictLimits(queue.limits);
    const handOver = new HandOver(root);
    const question = new Question(root);
    const host = { pickOne: () => Promise.resolve(undefined), handOver, question, tabs: new TabLocks() };
    await new UnfinishedList(root, server, queue, host, kept).refresh();
    return { server, queue, kept };
  }

  const done = (queue: Queue) => [...queue.uploads].filter(({ state }) => state === 'done').length;

  it('one click continues all files of a folder', async () => {
    const { server, queue, kept } = await reload({ state: 'prompt' });
    const buttons = () => unfinishedRows().slice(0, 1).flatMap(row => all(row, 'button', 'Continue'));
    await until(() => buttons().length === 1);
    expect(queue.uploads.size).toBe(0);
    buttons()[0]?.click();
    await until(() => done(queue) === 2);
    expect([server.count('begin'), server.count('chunk')]).toEqual([0, 6]);
    await until(() => kept.files.size === 0);
  });

  it('they continue by themselves where that was allowed for good', async () => {
    const { queue } = await reload({ state: 'granted' });
    await until(() => done(queue) === 2);
  });
});
