import { ignoreDoubleClicks } from './double-click';
import { action, find, part, setText } from './elements';

// Without this script the links lead to pages that ask the same.
const dialog = part(document, 'question', HTMLDialogElement);
const form = find(dialog, 'form', HTMLFormElement);
ignoreDoubleClicks(dialog, action(dialog, 'confirm', HTMLButtonElement));

for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-asks]')) {
  link.ariaHasPopup = 'dialog';
  link.addEventListener('click', event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // in a tab of its own
    event.preventDefault();
    form.action = link.href;
    setText(part(dialog, 'question-name'), link.dataset.asks ?? '');
    dialog.showModal();
    action(dialog, 'keep', HTMLButtonElement).focus();
  });
}
