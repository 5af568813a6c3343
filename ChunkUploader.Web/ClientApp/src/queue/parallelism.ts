/** HTTP/1.1 gives a page six connections; one stays free for everything else. */
export const most = 5;
const windowLength = 4000;
/** Windows between two trials. */
const rest = 6;
/** One more request must bring this much, one fewer may cost this little. */
const worthMore = 1.1;
const worthLess = 0.97;

interface Sample {
  readonly time: number;
  readonly total: number;
  readonly failures: number;
}

/** How many requests with bytes are under way at a time: tried out, a step at a time, and judged by the throughput. */
export class Parallelism {
  private window: Sample | undefined;
  private trial: { readonly step: 1 | -1; readonly before: number } | undefined;
  private resting = 0;
  private step: 1 | -1 = 1;

  constructor(private current = 3) {}

  get count(): number {
    return this.current;
  }

  /** To be told now and then while there is more to send than there are requests. */
  observe(sample: Sample): void {
    this.window ??= sample;
    const elapsed = sample.time - this.window.time;
    if (elapsed < windowLength) return;
    const rate = (sample.total - this.window.total) / elapsed;
    const failed = sample.failures > this.window.failures;
    this.window = sample;
    if (failed) this.retreat();
    else if (this.trial) this.judge(rate, this.trial);
    else if (this.resting > 0) this.resting--;
    else this.try(rate);
  }

  /** What is measured while there is little to do says nothing. */
  pause(): void {
    this.window = undefined;
  }

  private retreat(): void {
    this.trial = undefined;
    this.resting = rest;
    this.current = Math.max(1, this.current - 1);
  }

  private try(rate: number): void {
    if (this.current === most) this.step = -1;
    if (this.current === 1) this.step = 1;
    this.trial = { step: this.step, before: rate };
    this.current += this.step;
  }

  private judge(rate: number, { step, before }: NonNullable<typeof this.trial>): void {
    const isBetter = rate > before * (step === 1 ? worthMore : worthLess);
    this.trial = undefined;
    if (isBetter && this.current > 1 && this.current < most) {
      this.step = step;
      this.try(rate);
      return;
    }
    if (!isBetter) {
      this.current -= step;
      this.step = step === 1 ? -1 : 1;
    }
    this.resting = rest;
  }
}
