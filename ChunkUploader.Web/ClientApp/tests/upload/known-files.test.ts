import { describe, expect, it } from 'vitest';
import { KnownFiles } from '../../src/upload/known-files';
import { Limits } from '../../src/upload/limits';
import { FakeServer } from '../fake-server';
import { KiB, bytesOf, fileOf } from '../fakes';
import { setUp } from '../set-up';

describe('Small files that the server has', () => {
  const next = (server: FakeServer, known: KnownFiles, content = bytesOf(200 * KiB)) =>
    setUp(fileOf(content, `${server.calls.length}.jpg`), server, new Limits(), known);

  it('are asked for before they are sent, once one was there, until one is not', async () => {
    const [server, known] = [new FakeServer(), new KnownFiles()];
    await next(server, known).upload.run();
    await next(server, known).upload.run();
    expect(server.calls).toEqual(['whole', 'whole']);
    expect(known.lastWasThere).toBe(true);

    server.offer = () => ({ nonce: '00', ranges: [[0, 10]] });
    const third = next(server, known).upload;
    await third.run();
    expect(third.result?.instant).toBe(true);
    expect(server.calls.slice(2)).toEqual(['begin', expect.stringMatching(/^proof /)]);

    server.offer = undefined;
    const fourth = next(server, known, bytesOf(100 * KiB, 5)).upload;
    await fourth.run();
    expect(fourth.state).toBe('done');
    expect(known.lastWasThere).toBe(false);
    await next(server, known, bytesOf(100 * KiB, 6)).upload.run();
    expect(server.calls.at(-1)).toBe('whole');
  });

  it('are sent all the same where that takes no longer than asking', async () => {
    const [server, known] = [new FakeServer(), new KnownFiles()];
    known.lastWasThere = true;
    await next(server, known, bytesOf(10 * KiB)).upload.run();
    expect(server.calls).toEqual(['whole']);
  });
});
