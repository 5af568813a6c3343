const samples = 60;

/** The speed of the last half minute, as a line. */
export class SpeedGraph {
  private readonly speeds: number[] = [];

  constructor(private readonly canvas: HTMLCanvasElement) {}

  /** @param speed bytes a second */
  add(speed: number): void {
    this.speeds.push(speed);
    if (this.speeds.length > samples) this.speeds.shift();
    this.draw();
  }

  private draw(): void {
    const { canvas, speeds } = this;
    const context = canvas.getContext('2d');
    if (!context) return;
    const { width, height } = canvas;
    const most = Math.max(1, ...speeds);
    context.clearRect(0, 0, width, height);
    context.beginPath();
    const free = samples - speeds.length; // the newest is at the right
    for (const [place, speed] of speeds.entries())
      context.lineTo(((free + place) / (samples - 1)) * width, height - 1 - (speed / most) * (height - 2));
    context.strokeStyle = getComputedStyle(canvas).getPropertyValue('--accent');
    context.lineWidth = 2;
    context.stroke();
  }
}
