// @vitest-environment happy-dom
import { beforeEach, expect, it, vi } from 'vitest';
import { find } from '../../src/page/elements';
import { keepSpeedLimit } from '../../src/page/speed-limit';

function open() {
  document.body.innerHTML = '<select><option value="0">No</option><option value="1024">1 KiB/s</option></select>';
  const select = find(document, 'select', HTMLSelectElement);
  const limited = { bytesPerSecond: -1 };
  keepSpeedLimit(select, limited);
  const choose = (value: string) => {
    select.value = value;
    select.dispatchEvent(new Event('change'));
  };
  return { select, limited, choose };
}

beforeEach(() => {
  localStorage.clear();
});

it('The speed that was chosen is still the limit after a reload', () => {
  const first = open();
  expect(first.limited.bytesPerSecond).toBe(0);
  first.choose('1024');
  expect(first.limited.bytesPerSecond).toBe(1024);
  const second = open();
  expect([second.select.value, second.limited.bytesPerSecond]).toEqual(['1024', 1024]);
});

it('A speed that is not offered any more limits nothing', () => {
  localStorage.setItem('chunk-uploader speed-limit', '77');
  expect(open().limited.bytesPerSecond).toBe(0);
});

it('Where nothing can be kept it holds for this page', () => {
  vi.stubGlobal('localStorage', undefined);
  const { limited, choose } = open();
  choose('1024');
  expect(limited.bytesPerSecond).toBe(1024);
});
