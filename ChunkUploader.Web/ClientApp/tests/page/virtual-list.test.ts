// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { VirtualList } from '../../src/page/virtual-list';

interface Item {
  readonly name: number;
}

let scrolled = 0;
const height = 50;

function open(count: number) {
  document.body.innerHTML = '<ul></ul>';
  const list = document.querySelector('ul') as HTMLElement;
  vi.spyOn(list, 'getBoundingClientRect').mockImplementation(() => ({ top: -scrolled }) as DOMRect);
  const items: Item[] = Array.from({ length: count }, (_, name) => ({ name }));
  const create = ({ name }: Item) => {
    const element = document.createElement('li');
    element.append(Object.assign(document.createElement('button'), { textContent: String(name) }));
    vi.spyOn(element, 'offsetHeight', 'get').mockReturnValue(height);
    return { element, remove: () => { element.remove(); } };
  };
  const virtual = new VirtualList(list, create);
  virtual.show(items);
  const names = () => [...list.children].map(row => Number(row.textContent));
  const space = () => [...list.querySelectorAll('li')].reduce((sum, row) => sum + height + (parseInt(row.style.marginTop) || 0), 0)
    + (parseInt(list.style.paddingBottom) || 0);
  const scroll = (to: number) => {
    scrolled = to;
    virtual.layOut();
  };
  return { list, items, virtual, names, space, scroll };
}

beforeEach(() => {
  scrolled = 0;
});

describe('A long list', () => {
  it('has only the rows in sight, in their order, and the height of all', () => {
    const { names, space, scroll } = open(5000);
    expect(names().length).toBeLessThan(60);
    expect(names()[0]).toBe(0);
    expect(space()).toBe(5000 * height);
    scroll(2500 * height);
    expect(names()).toContain(2500);
    expect(names()).not.toContain(0);
    expect(names()).toEqual([...names()].sort((a, b) => a - b));
    scroll(2400 * height);
    expect(names()).toEqual([...names()].sort((a, b) => a - b));
    expect(space()).toBe(5000 * height);
  });

  it('is as high as it was, but for the one row that is opened', () => {
    const { virtual, items, list, space } = open(5000);
    const [first] = list.querySelectorAll('li');
    vi.spyOn(first as HTMLElement, 'offsetHeight', 'get').mockReturnValue(10 * height);
    virtual.show(items);
    expect(parseInt(list.style.paddingBottom)).toBeLessThan(5000 * height);
    expect(space()).toBe(5000 * height); // which counts each row as usual
  });

  it('keeps the row that has the focus', () => {
    const { list, names, space, scroll } = open(5000);
    list.querySelector('button')?.focus();
    scroll(2500 * height);
    expect(names()[0]).toBe(0);
    expect(document.activeElement?.textContent).toBe('0');
    expect(space()).toBe(5000 * height);
  });
});

it('Rows that stay in sight are not moved: they would lose the focus', () => {
  const { list, scroll } = open(5000);
  scroll(2500 * height);
  const before = new Set(list.children);
  const observer = new MutationObserver(() => undefined);
  observer.observe(list, { childList: true });
  scroll(2495 * height);
  const removed = observer.takeRecords().flatMap(({ removedNodes }) => [...removedNodes]) as Element[];
  const staying = [...list.children].filter(row => before.has(row));
  expect(staying.length).toBeGreaterThan(10);
  expect(list.children.length).toBeGreaterThan(staying.length);
  expect(removed.filter(row => staying.includes(row))).toEqual([]);
});

it('A short list is there as a whole', () => {
  expect(open(50).names()).toHaveLength(50);
});

it('Rows that are not shown any more are removed', () => {
  const { virtual, items, names, space } = open(20);
  virtual.show(items.filter(({ name }) => name % 2 === 1));
  expect(names()).toHaveLength(10);
  expect(space()).toBe(10 * height);
});
