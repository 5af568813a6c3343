import { SpeedWindow, isMoving, phaseProgress } from '../upload/progress';
import type { Upload, UploadState } from '../upload/upload';

interface Measured {
  readonly state: UploadState;
  readonly window: SpeedWindow;
}

/** The speed of each upload, measured whether it is looked at or not. */
export class Speeds {
  private readonly measured = new Map<Upload, Measured>();

  /** To be called now and then with the uploads that run. */
  sample(now: number, running: Iterable<Upload>): void {
    const seen = new Set<Upload>();
    for (const upload of running) {
      const { state } = upload;
      if (!isMoving(state)) continue;
      seen.add(upload);
      let measured = this.measured.get(upload);
      if (measured?.state !== state) this.measured.set(upload, (measured = { state, window: new SpeedWindow() }));
      measured.window.add(now, phaseProgress(upload).done);
    }
    for (const upload of this.measured.keys()) if (!seen.has(upload)) this.measured.delete(upload);
  }

  /** Undefined where nothing moves or nothing is known yet. */
  of(upload: Upload): { readonly speed: number; readonly timeLeft: number | undefined } | undefined {
    const measured = this.measured.get(upload);
    const speed = measured?.window.speed;
    if (speed === undefined || measured?.state !== upload.state) return undefined;
    const { done, total } = phaseProgress(upload);
    return { speed, timeLeft: measured.window.timeLeft(total - done) };
  }
}
