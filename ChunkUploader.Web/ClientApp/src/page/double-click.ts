/**
 * Keeps a dialog that asks before something is thrown away safe from the second click of a double one: that was meant for
 * what opened the dialog, wherever it hits.
 *
 * @param confirm the button that throws it away
 */
export function ignoreDoubleClicks(dialog: HTMLDialogElement, confirm: HTMLButtonElement): void {
  dialog.addEventListener('mousedown', event => {
    if (event.detail > 1) event.preventDefault(); // beside the buttons it would take the focus from the one that keeps
  });
  confirm.addEventListener('click', event => {
    if (event.detail <= 1) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
}
