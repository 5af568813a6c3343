// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { hook, part } from '../../src/page/elements';
import { KiB, MiB, bytesOf, fileOf, refusal } from '../fakes';
import { button, open, rows, state, visible } from '../view';

const names = (list: string) => [...part(document, list).querySelectorAll('[data-part="name"]')].map(name => name.textContent);
const shown = () => ['pause-all', 'resume-all', 'retry-all', 'undo-all', 'cancel-all', 'copy-all-links']
  .filter(id => !button(undefined, id).hidden);
const small = (name: string, seed: number) => ({ file: fileOf(bytesOf(KiB, seed), name) });
const large = (name: string) => ({ file: fileOf(bytesOf(MiB), name) });

beforeEach(() => {
  document.body.innerHTML = '';
});

describe('The list', () => {
  it('has those that run first, then those that wait, then those that failed, and apart the finished ones, newest first', async () => {
    const { queue, server, root } = open();
    expect(root.classList.contains('has-uploads')).toBe(false);
    server.before = call => (call.startsWith('chunk') ? new Promise(() => undefined) : undefined);
    queue.add([small('a', 1)]);
    await state('done');
    queue.add([small('b', 2)]);
    await vi.waitUntil(() => names('finished-list').length === 2, { interval: 5 });
    server.before = call => {
      if (call === 'whole') throw refusal(400, 'invalid-request');
      return call.startsWith('chunk') ? new Promise(() => undefined) : undefined;
    };
    queue.add([small('bad', 3)]);
    await state('failed');
    queue.add(['1', '2', '3', '4', '5'].map(large));
    await vi.waitUntil(() => rows('upload-row').filter(row => row.dataset.state === 'uploading').length === 3, { interval: 5 });
    expect(names('upload-list')).toEqual(['1', '2', '3', '4', '5', 'bad']);
    button(rows('upload-row')[0], 'pause').click();
    await vi.waitUntil(() => names('upload-list').join() === '2,3,4,5,1,bad', { interval: 5 });
    button(rows('upload-row')[1], 'cancel').click();
    await state('cancelling');
    await vi.waitUntil(() => names('upload-list').join() === '2,3,4,5,1,bad', { interval: 5 }); // it stays where it was
    expect(names('finished-list')).toEqual(['b', 'a']);
    expect(part(root, 'finished-count').textContent).toBe('2 finished');
    expect(root.classList.contains('has-uploads')).toBe(true);
  });

  it('shows the five that finished last, and all of them to who wants it', async () => {
    const { queue, root } = open();
    queue.add(Array.from({ length: 8 }, (_, i) => small(`${i}`, i)));
    const toggle = hook(root, 'show-finished', HTMLButtonElement);
    await vi.waitUntil(() => part(root, 'finished-count').textContent === '8 finished', { interval: 5 });
    expect([names('finished-list').length, toggle.hidden, toggle.getAttribute('aria-expanded')]).toEqual([5, false, 'false']);
    const first = names('finished-list');
    toggle.click();
    await vi.waitUntil(() => names('finished-list').length === 8, { interval: 5 });
    expect(toggle.getAttribute('aria-expanded')).toBe('true');
    expect(names('finished-list').slice(0, 5)).toEqual(first);
    hook(root, 'clear-finished', HTMLButtonElement).click();
    await vi.waitUntil(() => part(root, 'uploads').hidden, { interval: 5 });
    expect(root.classList.contains('has-uploads')).toBe(false);
  });

  it('keeps the focus on a row that moves', async () => {
    const { queue, server } = open();
    let end = (): void => undefined;
    server.before = call => (call === 'chunk 3' ? new Promise(resolve => (end = resolve)) : undefined);
    queue.add([large('a'), small('b', 1)]);
    const row = await state('uploading');
    button(row, 'details').focus();
    await vi.waitUntil(() => server.calls.includes('chunk 3'), { interval: 5 });
    end();
    await vi.waitUntil(() => names('finished-list')[0] === 'a', { interval: 5 });
    expect(document.activeElement).toBe(button(row, 'details'));
  });
});

describe('All at once', () => {
  it('uploads are paused, go on, are cancelled, and that is undone', async () => {
    const { queue, server } = open();
    server.before = call => (call.startsWith('chunk') ? new Promise(() => undefined) : undefined);
    queue.add(['1', '2', '3', '4', '5'].map(large));
    const states = () => [...queue.uploads].map(upload => upload.state);
    await vi.waitUntil(() => shown().length > 0 && states().filter(it => it === 'uploading').length === 3, { interval: 5 });
    expect(shown()).toEqual(['pause-all', 'cancel-all']);
    button(undefined, 'pause-all').click();
    await vi.waitUntil(() => shown().includes('resume-all'), { interval: 5 });
    expect(states()).toEqual(Array.from({ length: 5 }, () => 'paused'));
    expect(shown()).toEqual(['resume-all', 'cancel-all']);
    button(undefined, 'cancel-all').click();
    await vi.waitUntil(() => shown().includes('undo-all'), { interval: 5 });
    expect(states()).toEqual(Array.from({ length: 5 }, () => 'cancelling'));
    button(undefined, 'undo-all').click();
    await vi.waitUntil(() => shown().includes('resume-all'), { interval: 5 });
    expect(states()).toEqual(Array.from({ length: 5 }, () => 'paused'));
    server.before = () => undefined;
    button(undefined, 'resume-all').click();
    await vi.waitUntil(() => states().every(it => it === 'done'), { interval: 5, timeout: 10_000 });
    await vi.waitUntil(() => shown().join() === 'copy-all-links', { interval: 5 });
  });

  it('those that are verified are not cancelled, as the server publishes them', async () => {
    const { queue, server } = open();
    vi.spyOn(server, 'complete').mockReturnValue(new Promise(() => undefined));
    queue.add([large('a'), large('b')]);
    await vi.waitUntil(() => rows('upload-row').filter(row => row.dataset.state === 'verifying').length === 2, { interval: 5 });
    await vi.waitUntil(() => shown().join() === 'pause-all', { interval: 5 });
  });

  it('failed ones are tried again, but for those where that does not help', async () => {
    const { queue, server } = open();
    server.before = call => {
      if (call === 'whole') throw server.count('whole') === 1 ? refusal(413, 'file-too-large') : refusal(400, 'invalid-request');
    };
    queue.add([small('too large', 1), small('b', 2), small('c', 3)]);
    await vi.waitUntil(() => shown().includes('retry-all'), { interval: 5 });
    await vi.waitUntil(() => rows('upload-row').every(row => row.dataset.state === 'failed'), { interval: 5 });
    expect(rows('upload-row').map(visible)).toEqual([['dismiss'], ['retry', 'cancel'], ['retry', 'cancel']]);
    server.before = () => undefined;
    button(undefined, 'retry-all').click();
    await vi.waitUntil(() => names('finished-list').length === 2, { interval: 5 });
    expect(names('upload-list')).toEqual(['too large']);
    button(rows('upload-row').find(row => row.dataset.state === 'failed'), 'dismiss').click();
    await vi.waitUntil(() => names('upload-list').length === 0, { interval: 5 });
  });

  it('links are copied, newest last', async () => {
    const { queue } = open();
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { onLine: true, clipboard: { writeText } });
    queue.add([small('a', 1), small('b', 2)]);
    await vi.waitUntil(() => shown().includes('copy-all-links'), { interval: 5 });
    await vi.waitUntil(() => names('finished-list').length === 2, { interval: 5 });
    button(undefined, 'copy-all-links').click();
    await vi.waitUntil(() => button(undefined, 'copy-all-links').textContent === '2 links copied', { interval: 5 });
    const links = [...queue.uploads].map(({ result }) => new URL(result?.url ?? '', location.href).href);
    expect(writeText).toHaveBeenCalledExactlyOnceWith(links.join('\n'));
  });
});

it('An upload that is cancelled, or goes on elsewhere, knows of no chunks any more', async () => {
  const { queue, server } = open();
  server.before = call => (call === 'chunk 3' ? new Promise(() => undefined) : undefined);
  queue.add([large('a')]);
  const row = await state('uploading');
  button(row, 'details').click();
  await vi.waitUntil(() => button(row, 'chunk-count').textContent === '3 of 4 chunks', { interval: 5 });
  expect(part(row, 'chunks').hidden).toBe(false);
  server.before = () => undefined;
  for (const upload of queue.uploads) await upload.cancel();
  await state('cancelled');
  await vi.waitUntil(() => part(row, 'chunks').hidden, { interval: 5 });
});
