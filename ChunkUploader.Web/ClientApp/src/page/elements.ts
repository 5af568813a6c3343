/** The element that must be there: the view and the script belong together. */
export function find<T extends Element>(root: ParentNode, selector: string, type: new () => T): T {
  const element = root.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`The page has no ${selector}`);
  return element;
}

/** What scripts show, or fill: `data-part`. */
export function part(root: ParentNode, name: string): HTMLElement;
export function part<T extends HTMLElement>(root: ParentNode, name: string, type: new () => T): T;
export function part(root: ParentNode, name: string, type = HTMLElement): HTMLElement {
  return find(root, `[data-part="${name}"]`, type);
}

/** What people act on: `data-action`. */
export function action<T extends HTMLElement>(root: ParentNode, name: string, type: new () => T): T {
  return find(root, `[data-action="${name}"]`, type);
}

/** A copy of the one element in `<template data-template="…">`. */
export function instantiate(root: ParentNode, name: string): HTMLElement {
  const { content } = find(root, `template[data-template="${name}"]`, HTMLTemplateElement);
  const copy = document.importNode(content, true).firstElementChild;
  if (!(copy instanceof HTMLElement)) throw new Error(`The template ${name} is empty`);
  return copy;
}

/** Leaves the page alone where nothing changes: rows are rendered many times a second. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setHidden(element: HTMLElement, hidden: boolean): void {
  if (element.hidden !== hidden) element.hidden = hidden;
}

/** Shows or hides what can be used; where it goes with the focus, that goes on to the next. */
export function offer(element: HTMLElement, wanted: boolean, next: HTMLElement): void {
  const hadFocus = element.contains(document.activeElement);
  setHidden(element, !wanted);
  if (!wanted && hadFocus) next.focus();
}
