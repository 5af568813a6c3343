// @vitest-environment happy-dom
import jsQR from 'jsqr';
import { beforeEach, describe, expect, it } from 'vitest';
import { find } from '../../src/page/elements';
import { qrPath } from '../../src/page/qr-code';
import { MiB, bytesOf, fileOf } from '../fakes';
import { isRead, one } from '../roles';
import { button, open, state, unfinishedRows } from '../view';
import { until } from '../until';

const dialog = () => one(document, 'dialog', 'Continue on another device') as HTMLDialogElement;
const link = () => (one(dialog(), 'textbox', 'Link') as HTMLInputElement).value;
const isUnreachable = (host: string) =>
  isRead(dialog(), `This page was opened as ${host}: other devices cannot reach it by that name`);

beforeEach(() => {
  document.body.innerHTML = '';
  window.happyDOM.setURL('http://192.168.1.7:5080/');
});

/** Paints the path and reads it as a camera would. */
function decode(path: string, size: number, scale = 4): string | undefined {
  const width = size * scale;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++) {
      const start = (row * width + Number(x) * scale) * 4;
      for (let at = start; at < start + Number(length) * scale * 4; at += 4) pixels.fill(0, at, at + 3);
    }
  return jsQR(pixels, width, width)?.data;
}

describe('The QR code', () => {
  it.each([60, 90, 150])('of %i characters is read as what it says', length => {
    const text = `http://192.168.1.7:5080/#resume=${'0af9'.repeat(40)}`.slice(0, length);
    const { path, size } = qrPath(text);
    expect(decode(path, size)).toBe(text);
  });

  it('has four modules of white around it', () => {
    const { path, size } = qrPath('x');
    const places = [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)].map(([, x, y, length]) => [x, y, length].map(Number));
    expect(Math.min(...places.flatMap(([x = 0, y = 0]) => [x, y]))).toBe(4);
    expect(Math.max(...places.map(([x = 0, , length = 0]) => x + length))).toBe(size - 4);
  });
});

describe('Another device', () => {
  it('gets the link and the code of an upload on its way, until it has ended', async () => {
    const { queue, server } = open();
    let end: () => void = () => undefined;
    server.before = call => (call === 'chunk 1' ? new Promise<void>(resolve => (end = resolve)) : undefined);
    queue.add([{ file: fileOf(bytesOf(MiB), 'film.mp4') }]);
    button(await state('uploading'), 'Continue on another device').click();
    expect(dialog().open).toBe(true);
    expect(link()).toBe('http://192.168.1.7:5080/#resume=session1.secret');
    const [width] = (one(dialog(), 'image', 'QR code of the link').getAttribute('viewBox') ?? '').split(' ').slice(2).map(Number);
    expect(decode(find(dialog(), 'path', SVGPathElement).getAttribute('d') ?? '', width ?? 0)).toBe(link());
    expect(isRead(dialog(), 'film.mp4')).toBe(true);
    expect(isUnreachable('192.168.1.7')).toBe(false);
    end();
    await state('done');
    await until(() => !dialog().open);
  });

  it('takes an upload: its row says so, and the link is put away', async () => {
    const { queue, server } = open();
    let go: () => void = () => undefined;
    server.before = call => (call === 'chunk 1' ? new Promise<void>(resolve => (go = resolve)) : undefined);
    queue.add([{ file: fileOf(bytesOf(MiB)) }]);
    button(await state('uploading'), 'Continue on another device').click();
    server.takeAway('session1');
    go();
    const row = await state('moved');
    expect(row.textContent).toContain('Goes on on another device');
    expect(button(row, 'Continue on another device').hidden).toBe(true);
    expect(button(row, 'Remove').hidden).toBe(false);
    expect(dialog().open).toBe(false);
  });

  it('gets that of an unfinished upload, with a warning where it could not reach this server', async () => {
    window.happyDOM.setURL('http://localhost:5080/');
    const { server, unfinished } = open();
    server.hold(bytesOf(MiB), [0]);
    await unfinished.refresh();
    button(unfinishedRows()[0], 'Continue on another device').click();
    expect(link()).toBe('http://localhost:5080/#resume=session1.secret');
    expect(isUnreachable('localhost')).toBe(true);
    button(undefined, 'Close').click();
    expect(dialog().open).toBe(false);
  });
});
