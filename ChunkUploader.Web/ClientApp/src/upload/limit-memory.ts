/** Where the largest chunk that a proxy lets through outlives the page. */
export interface LimitMemory {
  /** Bytes; undefined where nothing is known, or it was learned too long ago. */
  read(): number | undefined;
  write(largest: number): void;
}

interface Learned {
  readonly largest: number;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Proxies are mended some day; finding out again costs one refused request. */
const lifetime = 7 * 24 * 60 * 60 * 1000;

/** In the browser's storage, by the server's origin: another one may have another proxy in front of it. */
export class StoredLimit implements LimitMemory {
  private readonly key: string;

  constructor(origin: string) {
    this.key = `chunk-uploader largest-chunk ${origin}`;
  }

  read(): number | undefined {
    try {
      const { largest, until } = JSON.parse(localStorage.getItem(this.key) ?? '{}') as Partial<Learned>;
      if (typeof largest !== 'number' || typeof until !== 'number') return undefined;
      return largest > 0 && until > Date.now() ? largest : undefined;
    } catch {
      return undefined; // storage is forbidden, or holds something else
    }
  }

  write(largest: number): void {
    try {
      const learned: Learned = { largest, until: Date.now() + lifetime };
      localStorage.setItem(this.key, JSON.stringify(learned));
    } catch {
      // full or forbidden: the next page finds out again
    }
  }
}
