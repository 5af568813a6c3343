import { find, part, setHidden } from './elements';

const form = find(document, '.preferences form', HTMLFormElement);
const page = document.documentElement;

// Without this script the form does both, with a page that comes anew.
form.addEventListener('submit', event => {
  const { submitter } = event;
  if (!(submitter instanceof HTMLButtonElement)) return;
  if (submitter.name === 'theme') {
    event.preventDefault();
    wear(submitter.value);
    press(submitter);
    void keep(submitter);
  } else if (isBusy()) {
    event.preventDefault();
    void keep(submitter).then(kept => {
      if (!kept) return;
      press(submitter);
      setHidden(part(form, 'later'), submitter.value === page.lang);
    });
  }
});

/** Whether leaving the page would interrupt something: who would warn is asked as the browser asks. */
function isBusy(): boolean {
  return !window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
}

function wear(theme: string): void {
  page.dataset.theme = theme;
  find(document, 'meta[name="color-scheme"]', HTMLMetaElement).content = theme === 'auto' ? 'light dark' : theme;
  const dark = part(document, 'dark-colours', HTMLLinkElement);
  dark.media = { dark: 'all', light: 'not all' }[theme] ?? '(prefers-color-scheme: dark)';
}

function press(chosen: HTMLButtonElement): void {
  for (const button of form.querySelectorAll<HTMLButtonElement>(`button[name="${chosen.name}"]`))
    button.setAttribute('aria-pressed', String(button === chosen));
}

/** The answer leads back to the page, which is here already. */
async function keep({ name, value }: HTMLButtonElement): Promise<boolean> {
  const body = new URLSearchParams({ [name]: value });
  const sent = fetch(form.action, { method: 'POST', body, redirect: 'manual', keepalive: true });
  return sent.then(({ type }) => type === 'opaqueredirect', () => false);
}
