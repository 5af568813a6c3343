// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { find } from '../../src/page/elements';
import { FakeServer } from '../fake-server';
import { MiB, bytesOf, fileOf, refusal, sessionOf, storedFile } from '../fakes';
import { isRead, one } from '../roles';
import { button, open, remove, state, unfinishedRows, uploads, visible } from '../view';

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
    expect(one(row, 'link', 'Open film.mp4').getAttribute('href')).toBe('/files/session1');
    expect(visible(row)).toEqual(['Copy link', 'Open film.mp4']);
    expect(isRead(row, 'Instant')).toBe(false);
    expect(find(row, 'img', HTMLImageElement).hidden).toBe(true);
  });

  it('that waits says so', async () => {
    const { queue, server } = open();
    server.before = () => new Promise(() => undefined);
    queue.add(Array.from({ length: 4 }, (_, i) => ({ file: fileOf(bytesOf(MiB), `${i}.mp4`) })));
    const row = await state('waiting');
    expect(row.textContent).toContain('Waiting');
    expect(visible(row)).toEqual(['Pause', 'Cancel']);
  });

  it('says "instant" where no bytes were sent', async () => {
    const server = new FakeServer();
    server.offer = () => ({ nonce: 'ab', ranges: [] });
    const { queue } = open(server);
    queue.add([{ file: fileOf(bytesOf(MiB)) }]);
    expect(isRead(await state('done'), 'Instant')).toBe(true);
  });

  it('shows the picture of an image from the start, and lets go of it with the row', async () => {
    const { queue, server } = open();
    server.before = () => new Promise(() => undefined);
    const revoke = vi.spyOn(URL, 'revokeObjectURL');
    queue.add([{ file: new File([bytesOf(9)], 'p.png', { type: 'image/png' }) }]);
    const row = await state('uploading');
    const picture = one(row, 'image', 'p.png');
    expect(picture.hidden).toBe(false);
    expect(picture.getAttribute('src')).toMatch(/^blob:/); // not fetched from the server: the file is at hand
    for (const upload of queue.uploads) void upload.cancel();
    button(await state('cancelled'), 'Remove').click();
    expect(revoke).toHaveBeenCalledExactlyOnceWith(picture.getAttribute('src'));
  });

  it('shows the picture of what the server finds to be an image', async () => {
    const { queue, server } = open();
    vi.spyOn(server, 'sendWhole').mockResolvedValue(sessionOf({
      ...{ id: 'p', state: 'completed', fileName: 'p.png', receivedCount: 1 },
      file: storedFile({ id: 'p', name: 'p.png', size: 9, contentType: 'image/png', url: '/files/p', previewUrl: '/files/p/preview' }),
    }));
    queue.add([{ file: new File([bytesOf(9)], 'p.png') }]);
    const picture = one(await state('done'), 'image', 'p.png');
    expect(picture.hidden).toBe(false);
    expect(picture.getAttribute('src')).toMatch(/^blob:/);
    const revoke = vi.spyOn(URL, 'revokeObjectURL');
    remove(uploads()[0]);
    expect(revoke).toHaveBeenCalledExactlyOnceWith(picture.getAttribute('src'));
  });

  it('does what its buttons say', async () => {
    const { queue, server } = open();
    server.before = call => (call === 'chunk 1' ? new Promise(() => undefined) : undefined);
    queue.add([{ file: fileOf(bytesOf(MiB)) }]);
    button(await state('uploading'), 'Pause').click();
    const row = await state('paused');
    expect(visible(row)).toEqual(['Resume', 'Cancel', 'Continue on another device']);
    server.before = () => {
      throw refusal(400, 'invalid-request');
    };
    button(row, 'Resume').click();
    await state('failed');
    expect(row.textContent).toContain('Refused: invalid-request');
    expect(visible(row)).toEqual(['Try again', 'Cancel', 'Continue on another device']);
    server.before = () => undefined;
    button(row, 'Try again').click();
    await state('done');
    remove(row);
    expect(uploads()).toHaveLength(0);
  });
});

describe('A row that verifies', () => {
  it('offers no cancelling, as the file may be published by then', async () => {
    const { queue, server } = open();
    vi.spyOn(server, 'complete').mockReturnValue(new Promise(() => undefined));
    queue.add([{ file: fileOf(bytesOf(MiB)) }]);
    expect(visible(await state('verifying'))).toEqual(['Pause']);
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
    button(row, 'Remove').click();
    end();
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(uploads()).toHaveLength(0);
  });
});

describe('The list of unfinished uploads', () => {
  it('shows what was received, and hands a file that is picked over to its row', async () => {
    const { server, queue, unfinished, picked } = open();
    const bytes = bytesOf(MiB);
    server.hold(bytes, [0, 1, 2]);
    await unfinished.refresh();
    const [row] = unfinishedRows();
    expect(row?.textContent).toContain('film.mp4');
    expect(isRead(row ?? document, '75%')).toBe(true);
    button(row, 'Pick the file to continue').click();
    expect(picked).toHaveBeenCalledTimes(1);
    queue.add([{ file: fileOf(bytes) }]);
    await state('done');
    expect(unfinishedRows()).toHaveLength(0);
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
    expect(unfinishedRows()).toHaveLength(1);
  });
});
