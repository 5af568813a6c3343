// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { hook } from '../../src/page/elements';
import { FakeServer } from '../fake-server';
import { MiB, bytesOf, fileOf, refusal } from '../fakes';
import { button, open, remove, rows, state, visible } from '../view';

beforeEach(() => {
  document.body.innerHTML = '';
});

describe('A row', () => {
  it('shows a finished file with its link', async () => {
    const { queue } = open();
    queue.add([{ file: fileOf(bytesOf(MiB), 'film.mp4') }]);
    const row = await state('done');
    expect(row.textContent).toContain('film.mp4');
    expect(row.textContent).toContain('1.0 MiB');
    expect(hook(row, 'file-link', HTMLAnchorElement).getAttribute('href')).toBe('/files/session1');
    expect(visible(row)).toEqual(['copy-link', 'file-link']);
    expect(hook(row, 'instant-badge', HTMLElement).hidden).toBe(true);
    expect(hook(row, 'file-picture', HTMLImageElement).hidden).toBe(true);
  });

  it('that waits says so', async () => {
    const { queue, server } = open();
    server.before = () => new Promise(() => undefined);
    queue.add(Array.from({ length: 4 }, (_, i) => ({ file: fileOf(bytesOf(MiB), `${i}.mp4`) })));
    const row = await state('waiting');
    expect(row.textContent).toContain('Waiting');
    expect(visible(row)).toEqual(['pause', 'cancel']);
  });

  it('says "instant" where no bytes were sent', async () => {
    const server = new FakeServer();
    server.offer = () => ({ nonce: 'ab', ranges: [] });
    const { queue } = open(server);
    queue.add([{ file: fileOf(bytesOf(MiB)) }]);
    expect(hook(await state('done'), 'instant-badge', HTMLElement).hidden).toBe(false);
  });

  it('shows the picture of an image from the start, and lets go of it with the row', async () => {
    const { queue, server } = open();
    server.before = () => new Promise(() => undefined);
    const revoke = vi.spyOn(URL, 'revokeObjectURL');
    queue.add([{ file: new File([bytesOf(9)], 'p.png', { type: 'image/png' }) }]);
    const row = await state('uploading');
    const picture = hook(row, 'file-picture', HTMLImageElement);
    expect(picture.hidden).toBe(false);
    expect(picture.getAttribute('src')).toMatch(/^blob:/); // not fetched from the server: the file is at hand
    for (const upload of queue.uploads) void upload.cancel();
    button(await state('cancelled'), 'dismiss').click();
    expect(revoke).toHaveBeenCalledExactlyOnceWith(picture.getAttribute('src'));
  });

  it('shows the picture of what the server finds to be an image', async () => {
    const { queue, server } = open();
    vi.spyOn(server, 'sendWhole').mockResolvedValue({
      ...{ id: 'p', state: 'completed', fileName: 'p.png', receivedCount: 1 },
      file: { id: 'p', name: 'p.png', size: 9, contentType: 'image/png', url: '/files/p', previewUrl: '/files/p/preview' },
    });
    queue.add([{ file: new File([bytesOf(9)], 'p.png') }]);
    const picture = hook(await state('done'), 'file-picture', HTMLImageElement);
    expect(picture.hidden).toBe(false);
    expect(picture.getAttribute('src')).toMatch(/^blob:/);
    const revoke = vi.spyOn(URL, 'revokeObjectURL');
    remove(rows('upload-row')[0]);
    expect(revoke).toHaveBeenCalledExactlyOnceWith(picture.getAttribute('src'));
  });

  it('does what its buttons say', async () => {
    const { queue, server } = open();
    server.before = call => (call === 'chunk 1' ? new Promise(() => undefined) : undefined);
    queue.add([{ file: fileOf(bytesOf(MiB)) }]);
    button(await state('uploading'), 'pause').click();
    const row = await state('paused');
    expect(visible(row)).toEqual(['resume', 'cancel', 'other-device']);
    server.before = () => {
      throw refusal(400, 'invalid-request');
    };
    button(row, 'resume').click();
    await state('failed');
    expect(row.textContent).toContain('Refused: invalid-request');
    expect(visible(row)).toEqual(['retry', 'cancel', 'other-device']);
    server.before = () => undefined;
    button(row, 'retry').click();
    await state('done');
    remove(row);
    expect(rows('upload-row')).toHaveLength(0);
  });
});

describe('A row that verifies', () => {
  it('offers no cancelling, as the file may be published by then', async () => {
    const { queue, server } = open();
    vi.spyOn(server, 'complete').mockReturnValue(new Promise(() => undefined));
    queue.add([{ file: fileOf(bytesOf(MiB)) }]);
    expect(visible(await state('verifying'))).toEqual(['pause']);
  });

  it('does not come back when it is dismissed before its cancelling has ended', async () => {
    const { queue, server } = open();
    server.before = call => {
      if (call === 'chunk 1') throw refusal(400, 'invalid-request');
    };
    queue.add([{ file: fileOf(bytesOf(MiB)) }]);
    const row = await state('failed');
    let end: () => void = () => undefined;
    server.before = () => new Promise<void>(resolve => (end = resolve));
    for (const upload of queue.uploads) void upload.cancel();
    await state('cancelled');
    button(row, 'dismiss').click();
    end();
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(rows('upload-row')).toHaveLength(0);
  });
});

describe('The list of unfinished uploads', () => {
  it('shows what was received, and hands a file that is picked over to its row', async () => {
    const { server, queue, unfinished, picked } = open();
    const bytes = bytesOf(MiB);
    server.hold(bytes, [0, 1, 2]);
    await unfinished.refresh();
    const [row] = rows('unfinished-row');
    expect(row?.textContent).toContain('film.mp4');
    expect(hook(row ?? document, 'percent', HTMLElement).textContent).toBe('75%');
    button(row, 'continue').click();
    expect(picked).toHaveBeenCalledTimes(1);
    queue.add([{ file: fileOf(bytes) }]);
    await state('done');
    expect(rows('unfinished-row')).toHaveLength(0);
    expect(server.count('chunk')).toBe(1);
  });

  it('stays as it is where the server refuses to tell', async () => {
    const { server, unfinished } = open();
    server.hold(bytesOf(MiB), [0]);
    await unfinished.refresh();
    server.before = () => {
      throw refusal(403, 'forbidden');
    };
    await expect(unfinished.refresh()).resolves.toBeUndefined();
    expect(rows('unfinished-row')).toHaveLength(1);
  });
});
