import { setHidden } from './elements';

/** Says so while the machine is offline. Uploads go on by themselves: their next tries do not wait for this. */
export function showConnection(notice: HTMLElement): void {
  const show = () => {
    setHidden(notice, navigator.onLine);
  };
  window.addEventListener('online', show);
  window.addEventListener('offline', show);
  show();
}
