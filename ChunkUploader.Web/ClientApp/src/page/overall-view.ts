import { overallOf } from '../queue/overall';
import { SpeedWindow, isMoving } from '../upload/progress';
import type { Queue } from '../queue/queue';
import { formatBytes, formatDuration, formatSpeed } from '../texts/format';
import { text } from '../texts/texts';
import { action, find, offer, part, setHidden, setText } from './elements';
import { SpeedGraph } from './speed-graph';

const graphInterval = 500;

/** All files as one: how many are there, how many bytes of how many, how fast, how long it takes. */
export class OverallView {
  private readonly window = new SpeedWindow();
  private readonly bar: HTMLProgressElement;
  private readonly graph: SpeedGraph;
  private drawnAt = 0;

  constructor(private readonly root: HTMLElement, private readonly queue: Queue) {
    this.bar = find(part(root, 'overall'), 'progress', HTMLProgressElement);
    this.graph = new SpeedGraph(find(part(root, 'overall'), 'canvas', HTMLCanvasElement));
    this.bar.setAttribute('aria-label', text('overallProgress'));
  }

  /** Bytes a second; undefined while nothing is sent. */
  get speed(): number | undefined {
    return this.window.speed;
  }

  drawGraph(): void {
    this.graph.draw();
  }

  render(now: number): void {
    const { queue, root, window } = this;
    const overall = overallOf(queue.uploads);
    const { files, done, failed, size, sent } = overall;
    if (navigator.onLine && isAnyMoving(queue)) window.add(now, queue.traffic.total);
    else window.reset();
    const { speed } = this;
    if (speed !== undefined && now - this.drawnAt >= graphInterval) {
      this.drawnAt = now;
      this.graph.add(speed);
    }
    const left = speed === undefined ? undefined : window.timeLeft(size - sent);
    this.bar.value = size > 0 ? sent / size : files > 0 && done === files ? 1 : 0;
    const facts = [
      text('filesOf', { done, count: files }),
      text('sentOf', { sent: formatBytes(sent), size: formatBytes(size) }),
      ...(failed > 0 ? [text('filesFailed', { count: failed })] : []),
    ];
    const pace = [
      ...(speed === undefined ? [] : [formatSpeed(speed)]),
      ...(left === undefined ? [] : [text('left', { duration: formatDuration(left) })]),
    ];
    setText(part(root, 'overall-facts'), facts.join(' · '));
    setText(part(root, 'overall-speed'), pace.join(' · '));
    setHidden(part(root, 'overall'), files < 2);
    const onlyFailed = action(root, 'only-failed', HTMLButtonElement);
    const clear = action(root, 'clear-finished', HTMLButtonElement);
    const input = action(root, 'choose-files', HTMLInputElement);
    offer(onlyFailed, failed > 0 || onlyFailed.getAttribute('aria-pressed') === 'true', input);
    offer(clear, queue.uploads.size > 1 && isAnyFinished(queue), input);
  }
}

function isAnyMoving({ running }: Queue): boolean {
  for (const { state } of running) if (isMoving(state)) return true;
  return false;
}

function isAnyFinished({ uploads }: Queue): boolean {
  for (const { state } of uploads) if (state === 'done' || state === 'cancelled') return true;
  return false;
}
