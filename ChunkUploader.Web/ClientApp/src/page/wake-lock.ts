/** Keeps the machine awake while there is something to do; the browser lets go of it whenever the page is hidden. */
export function keepAwake(isBusy: () => boolean): () => void {
  // The compiler believes that every page has it.
  const { wakeLock } = navigator as { wakeLock?: WakeLock };
  let held: WakeLockSentinel | undefined;
  let asking = false;
  const adjust = async () => {
    if (!wakeLock || asking) return;
    asking = true;
    try {
      if (isBusy() && document.visibilityState === 'visible' && held?.released !== false)
        held = await wakeLock.request('screen');
      if (!isBusy()) await held?.release();
    } catch {
      // refused, to save the battery
    } finally {
      asking = false;
    }
  };
  document.addEventListener('visibilitychange', () => void adjust());
  return () => void adjust();
}
