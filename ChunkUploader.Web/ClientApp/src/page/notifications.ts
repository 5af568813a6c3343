import { formatPercent } from '../texts/format';
import { list, text } from '../texts/texts';
import type { Uploader } from '../uploader';
import { offer } from './elements';

/**
 * Tells in the tab's title how far it all is, and by a notification that it is done, where that is allowed.
 *
 * @param allow asks for that, once
 * @param next has the focus when it has gone
 */
export function notifyOutside(uploader: Uploader, allow: HTMLButtonElement, next: HTMLElement): void {
  const title = document.title;
  let shown = title;
  const show = (wanted: string) => {
    if (wanted !== shown) document.title = shown = wanted;
  };
  const percent = () => {
    const { sent, size } = uploader.overall;
    return size > 0 ? Math.floor((sent / size) * 100) : 0;
  };
  setInterval(() => {
    if (uploader.queue.isBusy) show(`${formatPercent(percent())} · ${title}`);
  }, 1000);
  uploader.on('idle', ({ done, failed }) => {
    const words = [text('filesDone', { count: done }), ...(failed > 0 ? [text('filesFailed', { count: failed })] : [])];
    show(document.hidden ? `${list(words)} · ${title}` : title);
    if (document.hidden && isAllowed()) new Notification(list(words), { tag: 'chunk-uploader' });
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && !uploader.queue.isBusy) show(title);
  });
  allow.hidden = !('Notification' in window) || Notification.permission !== 'default' || !window.isSecureContext;
  allow.addEventListener('click', () => {
    void Notification.requestPermission().then(() => {
      offer(allow, false, next);
    });
  });
}

function isAllowed(): boolean {
  return 'Notification' in window && Notification.permission === 'granted';
}
