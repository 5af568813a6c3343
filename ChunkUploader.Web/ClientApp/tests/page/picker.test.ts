// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';
import type { Drop } from '../../src/page/dropped';
import { pickOne, pickWithHandles } from '../../src/page/picker';
import { bytesOf, fileOf } from '../fakes';
import { until } from '../until';

const handleOf = (name: string, isReadable = true) => ({
  name,
  getFile: () => isReadable
    ? Promise.resolve(Object.assign(fileOf(bytesOf(1), name), { webkitRelativePath: '' }))
    : Promise.reject(new DOMException('gone', 'NotReadableError')),
});

function open(picker: () => Promise<unknown>) {
  const show = vi.fn(picker);
  vi.stubGlobal('showOpenFilePicker', show);
  const input = Object.assign(document.createElement('input'), { type: 'file' });
  const take = vi.fn<(picked: Drop) => void>();
  pickWithHandles(input, take);
  /** Whether the input's own picker opened. */
  const click = async () => {
    const event = new Event('click', { cancelable: true });
    const opened = vi.spyOn(input, 'click');
    input.dispatchEvent(event);
    await new Promise(resolve => setTimeout(resolve));
    return !event.defaultPrevented || opened.mock.calls.length > 0;
  };
  return { show, take, click };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

it('One file that cannot be read takes no other one with it, and is named', async () => {
  const { take, click } = open(() => Promise.resolve([handleOf('a'), handleOf('locked', false), handleOf('b')]));
  expect(await click()).toBe(false);
  await until(() => take.mock.calls.length > 0);
  const [picked] = take.mock.calls[0] ?? [];
  expect(picked?.files.map(({ file: { name } }) => name)).toEqual(['a', 'b']);
  expect(picked?.unreadable).toEqual(['locked']);
});

it('Where a policy refuses the picker, the input opens its own, at once and from then on', async () => {
  const { show, take, click } = open(() => Promise.reject(new DOMException('Cross origin sub frames', 'SecurityError')));
  expect(await click()).toBe(true);
  expect(await click()).toBe(true);
  expect(show).toHaveBeenCalledTimes(1);
  expect(take).not.toHaveBeenCalled();
});

it('Who closes the picker without a choice has made none', async () => {
  const { take, click } = open(() => Promise.reject(new DOMException('aborted', 'AbortError')));
  expect(await click()).toBe(false);
  expect(take).toHaveBeenCalledExactlyOnceWith({ files: [], unreadable: [] });
  expect(await pickOne()).toBeUndefined();
});
