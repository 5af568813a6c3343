/** Pixels above and below the window that are filled, so that scrolling meets no gap. */
const margin = 800;
/** Short lists are there as a whole: find-in-page and screen readers know all of them. */
const short = 50;
const usualHeight = 93;

export interface Row {
  readonly element: HTMLElement;
  remove(): void;
}

interface Place<T> {
  readonly item: T;
  readonly top: number;
  readonly height: number;
}

/** A list of which only the rows in sight, and the one with the focus, are in the document. */
export class VirtualList<T extends object> {
  private readonly rows = new Map<T, Row>();
  private readonly heights = new WeakMap<T, number>();
  private items: readonly T[] = [];
  private common = usualHeight;

  constructor(private readonly list: HTMLElement, private readonly create: (item: T) => Row) {}

  /** The row of an item, while it is in the document. */
  row(item: T): Row | undefined {
    return this.rows.get(item);
  }

  /** Takes the row away at once; the others close up when the items are shown without it. */
  remove(item: T): void {
    this.rows.get(item)?.remove();
    this.rows.delete(item);
  }

  /** Leaves the row of an item to another list, where it is shown with that list's next items. */
  giveTo(other: VirtualList<T>, item: T): void {
    const row = this.rows.get(item);
    if (row) other.rows.set(item, row);
    this.rows.delete(item);
  }

  show(items: readonly T[]): void {
    this.items = items;
    this.layOut();
  }

  /** Fills what is in sight. Needed whenever the window shows another part of the page. */
  layOut(): void {
    this.place();
    if (this.measure()) this.place();
  }

  private place(): void {
    const top = this.list.getBoundingClientRect().top;
    const [from, to] = [-top - margin, -top + window.innerHeight + margin];
    const wanted: Place<T>[] = [];
    let end = 0;
    for (const item of this.items) {
      const height = this.heights.get(item) ?? this.common;
      const isInSight = this.items.length <= short || (end + height >= from && end <= to);
      if (isInSight || this.hasFocus(item)) wanted.push({ item, top: end, height });
      end += height;
    }
    this.dropOthers(new Set(wanted.map(({ item }) => item)));
    this.fill(wanted, end);
  }

  private dropOthers(wanted: ReadonlySet<T>): void {
    for (const [item, row] of this.rows) {
      if (wanted.has(item)) continue;
      row.remove();
      this.rows.delete(item);
    }
  }

  private fill(wanted: readonly Place<T>[], height: number): void {
    let before: Element | null = null;
    let end = 0;
    for (const place of wanted) {
      const element = this.rowOf(place.item).element;
      const next: Element | null = before ? before.nextElementSibling : this.list.firstElementChild;
      if (next !== element) this.list.insertBefore(element, next);
      setPixels(element, 'marginTop', place.top - end);
      end = place.top + place.height;
      before = element;
    }
    setPixels(this.list, 'paddingBottom', height - end);
  }

  private rowOf(item: T): Row {
    let row = this.rows.get(item);
    if (!row) this.rows.set(item, (row = this.create(item)));
    return row;
  }

  /** @returns whether a row is not as high as it was taken for */
  private measure(): boolean {
    let changed = false;
    for (const [item, { element }] of this.rows) {
      const height = element.offsetHeight;
      if (height === 0 || height === (this.heights.get(item) ?? this.common)) continue;
      this.heights.set(item, height);
      changed = true;
    }
    // Rows that were opened are higher: the others are as high as the lowest.
    const heights = Array.from(this.rows.values(), ({ element }) => element.offsetHeight).filter(height => height > 0);
    if (heights.length > 0) this.common = Math.min(...heights);
    return changed;
  }

  private hasFocus(item: T): boolean {
    return this.rows.get(item)?.element.contains(document.activeElement) === true;
  }
}

function setPixels(element: HTMLElement, property: 'marginTop' | 'paddingBottom', pixels: number): void {
  const value = pixels > 0 ? `${pixels}px` : '';
  if (element.style[property] !== value) element.style[property] = value;
}
