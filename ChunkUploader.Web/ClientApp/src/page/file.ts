import { copies } from './clipboard';
import { action, find, part, setText } from './elements';
import { speakAs } from './language';
import { drawQrCode } from './qr-code';

// Without this script the page's address is the link, and its time is UTC.
const main = part(document, 'file-page');
await speakAs(document.documentElement.lang, main.dataset.base ?? '/');
const link = location.href.replace(/[?#].*$/, '');
const copyLink = action(document, 'copy-link', HTMLButtonElement);
copies(copyLink, () => link);

const dialog = part(document, 'code', HTMLDialogElement);
const showCode = action(document, 'show-code', HTMLButtonElement);
showCode.addEventListener('click', () => {
  drawQrCode(find(dialog, 'svg', SVGSVGElement), link);
  dialog.showModal();
});
for (const button of [copyLink, showCode]) button.classList.remove('needs-script');

const time = find(document, 'time', HTMLTimeElement);
const shape: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };
setText(part(document, 'local-time'), new Date(time.dateTime).toLocaleString(document.documentElement.lang, shape));
