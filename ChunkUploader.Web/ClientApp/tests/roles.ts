/** What people meet on a page, by the elements that are such. */
const selectors = {
  alert: '[role="alert"]',
  button: 'button',
  dialog: 'dialog',
  file: 'input[type="file"]',
  image: 'img, [role="img"]',
  link: 'a',
  list: 'ul',
  listitem: 'li',
  progressbar: 'progress',
  region: 'section',
  status: '[role="status"]',
  textbox: 'input[type="text"]',
} as const;

export type Role = keyof typeof selectors;

/** What has the role and is called exactly so, whether or not it is hidden: tests ask that, too. */
export function all(root: ParentNode, role: Role, name?: string): HTMLElement[] {
  const those = [...root.querySelectorAll<HTMLElement>(selectors[role])];
  return name === undefined ? those : those.filter(element => nameOf(element) === name);
}

/** The only one. */
export function one(root: ParentNode, role: Role, name?: string): HTMLElement {
  const [found, ...others] = all(root, role, name);
  if (!found || others.length > 0) throw new Error(`${found ? 'Several' : 'None'}: ${role} ${name ?? ''}`);
  return found;
}

/** What a screen reader calls it. */
export function nameOf(element: HTMLElement): string {
  const label = element.getAttribute('aria-label') ?? element.getAttribute('alt');
  if (label !== null) return label;
  const heading = document.getElementById(element.getAttribute('aria-labelledby') ?? '');
  return (heading ?? element.closest('label') ?? element).textContent.trim();
}

/** Whether exactly this is to be read somewhere. */
export function isRead(root: ParentNode, text: string): boolean {
  return [...root.querySelectorAll('*')].some(element =>
    element.childElementCount === 0 && element.textContent.trim() === text && element.closest('[hidden]') === null);
}
