import type { Session } from '../api/api';
import type { Upload } from '../upload/upload';
import { displayName } from '../texts/format';
import { text } from '../texts/texts';
import { copies } from './clipboard';
import { action, find, part, setHidden, setText } from './elements';
import { drawQrCode } from './qr-code';

/** Names by which a machine knows itself, and no other one does. */
const local = /^(localhost|127\..*|\[::1\])$/;

/** Shows the link by which another device goes on with an upload, as a code for its camera, too. */
export class HandOver {
  private readonly dialog: HTMLDialogElement;
  private readonly link: HTMLInputElement;
  private shown: Upload | undefined;

  constructor(private readonly root: ParentNode) {
    this.dialog = part(root, 'hand-over', HTMLDialogElement);
    this.link = part(root, 'resume-link', HTMLInputElement);
    this.link.addEventListener('focus', () => {
      this.link.select();
    });
    copies(action(root, 'copy-resume-link', HTMLButtonElement), () => this.link.value);
    action(root, 'close-hand-over', HTMLButtonElement).addEventListener('click', () => {
      this.dialog.close();
    });
  }

  /** @param upload where the session is this page's own */
  show({ fileName, relativePath, resumeUrl }: Session, upload?: Upload): void {
    if (!resumeUrl) return;
    this.shown = upload;
    const code = find(this.dialog, 'svg', SVGSVGElement);
    this.link.value = new URL(resumeUrl, location.href).href;
    drawQrCode(code, this.link.value);
    code.setAttribute('aria-label', text('resumeCode'));
    setText(part(this.root, 'hand-over-name'), displayName(relativePath ?? fileName));
    const warning = part(this.root, 'hand-over-local');
    setText(warning, text('localName', { name: location.hostname }));
    setHidden(warning, !local.test(location.hostname));
    this.dialog.showModal();
    action(this.dialog, 'copy-resume-link', HTMLButtonElement).focus({ preventScroll: true });
  }

  /** The upload has ended, or is on the other device by now. */
  close(upload: Upload): void {
    if (this.shown === upload) this.dialog.close();
  }
}
