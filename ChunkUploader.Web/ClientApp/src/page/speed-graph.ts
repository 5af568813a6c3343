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

  draw(): void {
    const { canvas, speeds } = this;
    const context = canvas.getContext('2d');
    if (!context) return;
    const { width, height } = canvas;
    const most = Math.max(1, ...speeds);
    const style = getComputedStyle(canvas);
    context.clearRect(0, 0, width, height);
    context.fillStyle = style.getPropertyValue('--line');
    context.fillRect(0, height - 2, width, 2);
    context.beginPath();
    const free = samples - speeds.length; // the newest is at the right
    const left = (free / (samples - 1)) * width;
    for (const [place, speed] of speeds.entries())
      context.lineTo(left + (place / (samples - 1)) * width, height - 2 - (speed / most) * (height - 6));
    context.strokeStyle = context.fillStyle = style.getPropertyValue('--accent');
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.stroke();
    context.lineTo(width, height);
    context.lineTo(left, height);
    context.globalAlpha = 0.2;
    context.fill();
    context.globalAlpha = 1;
  }
}
