import { beforeEach, expect, it, vi } from 'vitest';
import * as api from '../src/api/api';
import * as hasher from '../src/hashing/hasher';
import { Uploader } from '../src/uploader';
import { FakeServer } from './fake-server';
import { DirectHasher, KiB, bytesOf, fileOf, refusal } from './fakes';

let server: FakeServer;

beforeEach(() => {
  server = new FakeServer();
  vi.spyOn(hasher, 'WorkerHasher').mockImplementation(function () {
    return Object.assign(new DirectHasher(), { warmUp: () => undefined }) as unknown as hasher.WorkerHasher;
  });
  vi.spyOn(api, 'createApi').mockImplementation(() => server);
});
vi.mock('../src/api/api', { spy: true });
vi.mock('../src/hashing/hasher', { spy: true });

it('The uploader takes files and tells what becomes of them', async () => {
  const uploader = new Uploader({ base: '/', worker: '/worker.js' });
  const told: string[] = [];
  uploader.on('added', ({ file }) => told.push(`added ${file.name}`));
  uploader.on('done', ({ result }) => told.push(`done ${result?.name ?? ''}`));
  uploader.on('failed', ({ message }) => told.push(`failed ${message}`));
  const heard = vi.fn();
  const stop = uploader.on('changed', heard);
  stop();
  server.before = call => {
    if (call === 'whole' && server.count('whole') === 2) throw refusal(413, 'file-too-large');
  };
  const idle = new Promise(resolve => uploader.on('idle', resolve));
  expect(uploader.add([fileOf(bytesOf(KiB), 'a'), { file: fileOf(bytesOf(KiB), 'b'), relativePath: 'f/b' }])).toBe(0);
  expect(await idle).toMatchObject({ files: 2, done: 1, failed: 1 });
  expect(told.slice(0, 2)).toEqual(['added a', 'added b']);
  expect(told.slice(2).map(line => line.split(' ')[0]).sort()).toEqual(['done', 'failed']);
  expect(heard).not.toHaveBeenCalled();
  const [first] = uploader.uploads;
  if (first) uploader.remove(first);
  expect(uploader.uploads).toHaveLength(1);
});

it('Nothing is sent before the limits are known', async () => {
  let tell: (() => void) | undefined;
  vi.spyOn(server, 'limits').mockImplementation(() => new Promise(resolve => {
    tell = () => { resolve({ maxFileSize: 512 * KiB, chunkSize: 256 * KiB }); };
  }));
  const uploader = new Uploader({ base: '/', worker: '/worker.js' });
  const idle = new Promise(resolve => uploader.on('idle', resolve));
  uploader.add([fileOf(bytesOf(600 * KiB), 'too large'), fileOf(bytesOf(500 * KiB), 'in chunks')]);
  expect(uploader.uploads.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
  tell?.();
  await idle;
  expect(uploader.uploads.map(({ state }) => state)).toEqual(['failed', 'done']);
  expect([server.count('whole'), server.count('begin')]).toEqual([0, 1]);
});

it('Without an answer to that it sends all the same', async () => {
  vi.spyOn(server, 'limits').mockRejectedValue(new Error('offline'));
  const uploader = new Uploader({ base: '/', worker: '/worker.js' });
  const idle = new Promise(resolve => uploader.on('idle', resolve));
  uploader.add([fileOf(bytesOf(KiB))]);
  expect(await idle).toMatchObject({ done: 1 });
});

it('The uploader knows no file twice, and its speed can be limited', () => {
  const uploader = new Uploader({ base: '/', worker: '/worker.js', bytesPerSecond: 1000 });
  expect(uploader.bytesPerSecond).toBe(1000);
  uploader.bytesPerSecond = 0;
  server.before = () => new Promise(() => undefined);
  uploader.add([fileOf(bytesOf(KiB))]);
  expect(uploader.add([fileOf(bytesOf(KiB))])).toBe(1);
});

it('The uploader tells an end once, a conflict as a failure', async () => {
  const uploader = new Uploader({ base: '/', worker: '/worker.js' });
  const told: string[] = [];
  uploader.on('failed', ({ state }) => told.push(state));
  server.before = () => {
    throw refusal(409, 'chunk-differs');
  };
  const idle = new Promise(resolve => uploader.on('idle', resolve));
  uploader.add([fileOf(bytesOf(KiB))]);
  await idle;
  uploader.uploads[0]?.onChange?.();
  expect(told).toEqual(['conflict']);
});

it.each([
  ['kept by itself', {}, expect.stringMatching(/^[0-9a-f]{32}$/) as string],
  ['given', { owner: 'my-own-secret-of-22-letters' }, 'my-own-secret-of-22-letters'],
  ['the visitor of a cookie', { owner: null }, undefined],
])('The owner is %s', (_, options, owner) => {
  new Uploader({ base: '/', worker: '/worker.js', ...options });
  expect(vi.mocked(api.createApi).mock.lastCall).toEqual([expect.objectContaining({ pathname: '/' }), owner]);
});

it('What a handler of the page throws is reported, and stops nothing', async () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const uploader = new Uploader({ base: '/', worker: '/worker.js' });
  const fault = new Error('theirs');
  for (const event of ['added', 'changed', 'done', 'removed', 'idle'] as const)
    uploader.on(event, () => {
      throw fault;
    });
  const heard = vi.fn();
  uploader.on('done', heard);
  const idle = new Promise(resolve => uploader.on('idle', resolve));
  uploader.add([fileOf(bytesOf(KiB), 'a'), fileOf(bytesOf(KiB), 'b')]);
  expect(await idle).toMatchObject({ files: 2, done: 2, failed: 0 });
  expect(heard).toHaveBeenCalledTimes(2);
  expect(reported).toHaveBeenCalledWith(fault);
  for (const upload of uploader.uploads) uploader.remove(upload);
  expect(uploader.uploads).toEqual([]);
});
