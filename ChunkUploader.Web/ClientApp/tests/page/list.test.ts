// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { KiB, MiB, bytesOf, fileOf, refusal } from '../fakes';
import { all, isRead, nameOf, one } from '../roles';
import { button, open, state, uploads, visible } from '../view';
import { until } from '../until';

const section = () => one(document, 'region', 'Uploads');
const namesIn = (list: HTMLElement | undefined) => (list ? all(list, 'progressbar') : [])
  .map(bar => nameOf(bar).replace('Progress of ', ''));
/** Those that are finished have a list of their own, which comes second. */
const active = () => namesIn(all(section(), 'list')[0]);
const finished = () => namesIn(all(section(), 'list')[1]);
const bulk = ['Pause all', 'Resume all', 'Try all again', 'Undo all', 'Cancel all', 'Copy all links'];
const shown = () => all(section(), 'button').filter(({ hidden }) => !hidden).map(nameOf).filter(name => bulk.includes(name));
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
    await until(() => finished().length === 2);
    server.before = call => {
      if (call === 'whole') throw refusal(400, 'invalid-request');
      return call.startsWith('chunk') ? new Promise(() => undefined) : undefined;
    };
    queue.add([small('bad', 3)]);
    await state('failed');
    queue.add(['1', '2', '3', '4', '5'].map(large));
    await until(() => uploads().filter(row => row.dataset.state === 'uploading').length === 3);
    expect(active()).toEqual(['1', '2', '3', '4', '5', 'bad']);
    button(uploads()[0], 'Pause').click();
    await until(() => active().join() === '2,3,4,5,1,bad');
    button(uploads()[1], 'Cancel').click();
    await state('cancelling');
    await until(() => active().join() === '2,3,4,5,1,bad'); // it stays where it was
    expect(finished()).toEqual(['b', 'a']);
    expect(isRead(section(), '2 finished')).toBe(true);
    expect(root.classList.contains('has-uploads')).toBe(true);
  });

  it('of thousands of files ends with all of them stored, none left out', async () => {
    const { queue, server } = open();
    queue.add(Array.from({ length: 2000 }, (_, i) => ({ file: fileOf(new Uint8Array(new Uint32Array([i]).buffer), `${i}.bin`) })));
    await until(() => isRead(section(), '2,000 finished'));
    expect(server.calls.filter(call => call === 'whole')).toHaveLength(2000);
    expect([...queue.uploads].every(({ state }) => state === 'done')).toBe(true);
  });

  it('shows the five that finished last, and all of them to who wants it', async () => {
    const { queue, root } = open();
    queue.add(Array.from({ length: 8 }, (_, i) => small(`${i}`, i)));
    const toggle = button(undefined, 'Show all');
    await until(() => isRead(section(), '8 finished'));
    expect([finished().length, toggle.hidden, toggle.getAttribute('aria-expanded')]).toEqual([5, false, 'false']);
    const first = finished();
    toggle.click();
    await until(() => finished().length === 8);
    expect(toggle.getAttribute('aria-expanded')).toBe('true');
    expect(finished().slice(0, 5)).toEqual(first);
    button(undefined, 'Clear the list').click();
    await until(() => section().hidden);
    expect(root.classList.contains('has-uploads')).toBe(false);
  });

  it('keeps the focus on a row that moves', async () => {
    const { queue, server } = open();
    let end = (): void => undefined;
    server.before = call => (call === 'chunk 3' ? new Promise(resolve => (end = resolve)) : undefined);
    queue.add([large('a'), small('b', 1)]);
    const row = await state('uploading');
    button(row, 'Details').focus();
    await until(() => server.calls.includes('chunk 3'));
    end();
    await until(() => finished()[0] === 'a');
    expect(document.activeElement).toBe(button(row, 'Details'));
  });
});

describe('All at once', () => {
  it('uploads are paused, go on, are cancelled, and that is undone', async () => {
    const { queue, server } = open();
    server.before = call => (call.startsWith('chunk') ? new Promise(() => undefined) : undefined);
    queue.add(['1', '2', '3', '4', '5'].map(large));
    const states = () => [...queue.uploads].map(upload => upload.state);
    await until(() => shown().length > 0 && states().filter(it => it === 'uploading').length === 3);
    expect(shown()).toEqual(['Pause all', 'Cancel all']);
    button(undefined, 'Pause all').click();
    await until(() => shown().includes('Resume all'));
    expect(states()).toEqual(Array.from({ length: 5 }, () => 'paused'));
    expect(shown()).toEqual(['Resume all', 'Cancel all']);
    button(undefined, 'Cancel all').click();
    await until(() => shown().includes('Undo all'));
    expect(states()).toEqual(Array.from({ length: 5 }, () => 'cancelling'));
    button(undefined, 'Undo all').click();
    await until(() => shown().includes('Resume all'));
    expect(states()).toEqual(Array.from({ length: 5 }, () => 'paused'));
    server.before = () => undefined;
    button(undefined, 'Resume all').click();
    await until(() => states().every(it => it === 'done'));
    await until(() => shown().join() === 'Copy all links');
  });

  it('those that are verified are not cancelled, as the server publishes them', async () => {
    const { queue, server } = open();
    vi.spyOn(server, 'complete').mockReturnValue(new Promise(() => undefined));
    queue.add([large('a'), large('b')]);
    await until(() => uploads().filter(row => row.dataset.state === 'verifying').length === 2);
    await until(() => shown().join() === 'Pause all');
  });

  it('failed ones are tried again, but for those where that does not help', async () => {
    const { queue, server } = open();
    server.before = call => {
      if (call === 'whole') throw server.count('whole') === 1 ? refusal(413, 'file-too-large') : refusal(400, 'invalid-request');
    };
    queue.add([small('too large', 1), small('b', 2), small('c', 3)]);
    await until(() => shown().includes('Try all again'));
    await until(() => uploads().every(row => row.dataset.state === 'failed'));
    expect(uploads().map(visible)).toEqual([['Remove'], ['Try again', 'Cancel'], ['Try again', 'Cancel']]);
    server.before = () => undefined;
    button(undefined, 'Try all again').click();
    await until(() => finished().length === 2);
    expect(active()).toEqual(['too large']);
    button(uploads().find(row => row.dataset.state === 'failed'), 'Remove').click();
    await until(() => active().length === 0);
  });

  it('links are copied, newest last', async () => {
    const { queue } = open();
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { onLine: true, clipboard: { writeText } });
    queue.add([small('a', 1), small('b', 2)]);
    await until(() => shown().includes('Copy all links'));
    await until(() => finished().length === 2);
    button(undefined, 'Copy all links').click();
    await until(() => all(section(), 'button', '2 links copied').length === 1);
    const links = [...queue.uploads].map(({ result }) => new URL(result?.url ?? '', location.href).href);
    expect(writeText).toHaveBeenCalledExactlyOnceWith(links.join('\n'));
  });
});

it('An upload that is cancelled, or goes on elsewhere, knows of no chunks any more', async () => {
  const { queue, server } = open();
  server.before = call => (call === 'chunk 3' ? new Promise(() => undefined) : undefined);
  queue.add([large('a')]);
  const row = await state('uploading');
  button(row, 'Details').click();
  await until(() => isRead(row, '3 of 4 chunks'));
  server.before = () => undefined;
  for (const upload of queue.uploads) await upload.cancel();
  await state('cancelled');
  await until(() => !isRead(row, '3 of 4 chunks'));
  expect(one(row, 'image', 'Chunks of a: received, on their way, missing').closest('[hidden]')).not.toBeNull();
});
