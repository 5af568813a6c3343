// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KiB, bytesOf, fileOf, refusal } from '../fakes';
import { all, nameOf, one } from '../roles';
import { announcement, button, fileInput, open, remove, uploads } from '../view';
import { until } from '../until';

const pick = (count: number) => Array.from({ length: count }, (_, i) => ({ file: fileOf(bytesOf(KiB, i), `${i}.bin`) }));

async function ended(count: number): Promise<HTMLElement[]> {
  const find = () => uploads().filter(row => ['done', 'failed'].includes(row.dataset.state ?? ''));
  if (count > 5) await until(() => !button(undefined, 'Show all').hidden);
  if (count > 5) button(undefined, 'Show all').click();
  await until(() => find().length === count);
  return find();
}

describe('Dismissing a row by keyboard', () => {
  it('leaves the focus on the next row, and after the last on the file input', async () => {
    const { queue } = open();
    queue.add(pick(2));
    const [first, second] = await ended(2);
    button(first, 'Details').click();
    button(first, 'Remove from this list').focus();
    button(first, 'Remove from this list').click();
    expect(document.activeElement).toBe(button(second, 'Copy link'));
    remove(second);
    expect(document.activeElement).toBe(fileInput());
  });

  it('of elsewhere leaves the focus where it is', async () => {
    const { queue } = open();
    queue.add(pick(2));
    const [first, second] = await ended(2);
    button(second, 'Copy link').focus();
    remove(first);
    expect(document.activeElement).toBe(button(second, 'Copy link'));
  });
});

describe('The buttons above the list', () => {
  const shown = () => all(document, 'button').filter(({ hidden }) => !hidden).map(nameOf)
    .filter(name => ['Only failed', 'Clear the list'].includes(name));

  it('are there where they have something to do', async () => {
    const { queue, server } = open();
    let refuse: (() => void) | undefined;
    server.before = () => new Promise((_, reject) => (refuse ??= () => { reject(refusal(413, 'file-too-large')); }));
    queue.add(pick(2));
    await until(() => refuse && uploads().length === 2);
    expect(shown()).toEqual([]);
    refuse?.();
    await until(() => shown().length > 0);
    expect(shown()).toEqual(['Only failed']);
  });

  it('leave the focus to the picker when they go', async () => {
    const { queue } = open();
    queue.add(pick(2));
    await ended(2);
    await until(() => shown().length === 1);
    expect(shown()).toEqual(['Clear the list']);
    button(undefined, 'Clear the list').focus();
    button(undefined, 'Clear the list').click();
    await until(() => shown().length === 0);
    expect(document.activeElement).toBe(fileInput());
  });
});

it('What a click does is drawn with the next frame, though the list was drawn just now', async () => {
  const { queue, server } = open();
  server.before = call => (call === 'whole' ? new Promise(() => undefined) : undefined);
  queue.add(pick(1));
  await until(() => uploads()[0]?.dataset.state === 'uploading');
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame));
  button(uploads()[0], 'Pause').click();
  expect(frames).toHaveLength(1);
  frames[0]?.(0);
  expect(uploads()[0]?.dataset.state).toBe('paused');
});

it('What is drawn takes the colours of a theme that is chosen', async () => {
  const { queue } = open();
  queue.add(pick(1));
  const [row] = await ended(1);
  button(row, 'Details').click();
  const draw = vi.spyOn(HTMLCanvasElement.prototype, 'getContext');
  document.documentElement.dataset.theme = 'dark';
  const chunks = one(row ?? document, 'image', 'Chunks of 0.bin: received, on their way, missing') as HTMLCanvasElement;
  await until(() => draw.mock.contexts.includes(chunks));
});

describe('What screen readers are told', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function said(wanted: string): Promise<void> {
    vi.advanceTimersByTime(1000);
    await until(() => announcement().textContent === wanted);
  }

  it('is the name of one file that ended', async () => {
    const { queue } = open();
    queue.add(pick(1));
    await ended(1);
    await said('0.bin: Done. ');
  });

  it('is a count of many that ended together', async () => {
    const { queue, server } = open();
    server.before = call => {
      if (call === 'whole' && server.count('whole') === 1) throw refusal(413, 'file-too-large');
    };
    queue.add(pick(13));
    await ended(13);
    await said('12 files done, 1 file failed');
  });
});
