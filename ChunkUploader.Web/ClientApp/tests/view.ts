import { vi } from 'vitest';
import english from '../../Languages/en.json?raw';
import view from '../../Views/Home/Index.cshtml?raw';
import { Queue } from '../src/queue/queue';
import type { PickedFile } from '../src/upload/picked-file';
import type { Tabs } from '../src/upload/tabs';
import { HandOver } from '../src/page/hand-over';
import { Panel } from '../src/page/panel';
import { Question } from '../src/page/question';
import { UnfinishedList } from '../src/page/unfinished';
import { FakeServer } from './fake-server';
import { TabLocks } from './tab-locks';
import { DirectHasher, strictLimits } from './fakes';
import { all, nameOf, one } from './roles';
import { until } from './until';

const { pages } = JSON.parse(english) as { pages: Record<string, string> };

/** The view as it is, in English, so that the page and the script are tested against each other. */
const html = view.slice(view.indexOf('<div class="uploader"'), view.indexOf('@section'))
  .replace(/@T\["([\w.-]+)"(?:, (\w+))?\]/g, (_, key: string, value = '') => textOf(key).replace('{0}', value as string));

function textOf(key: string): string {
  const text = pages[key];
  if (text === undefined) throw new Error(`There is no text ${key}`);
  return text;
}

export function open(server = new FakeServer(), tabs: Tabs = new TabLocks()) {
  document.body.innerHTML = html;
  const root = document.querySelector<HTMLElement>('[data-uploader]') ?? document.body;
  const queue = new Queue({ api: server, hasher: new DirectHasher(), tabs });
  strictLimits(queue.limits);
  const handOver = new HandOver(root);
  const question = new Question(root);
  new Panel(root, queue, handOver, question);
  const picked = vi.fn<() => Promise<PickedFile | undefined>>(() => Promise.resolve(undefined));
  const unfinished = new UnfinishedList(root, server, queue, { pickOne: picked, handOver, question, tabs });
  return { server, root, queue, unfinished, picked, tabs };
}

/** Those of the section that is called so. */
const rowsOf = (section: string) => all(document, 'region', section).flatMap(region => all(region, 'listitem'));
export const uploads = () => rowsOf('Uploads');
export const unfinishedRows = () => rowsOf('Unfinished uploads');
export const button = (row: HTMLElement | undefined, name: string) => one(row ?? document, 'button', name);
export const fileInput = () => one(document, 'file', 'Choose files');
/** What is announced to who does not see the rows. */
export function announcement(): HTMLElement {
  const [told] = all(document, 'status').filter(({ hidden }) => !hidden);
  if (!told) throw new Error('Nothing is announced anywhere');
  return told;
}

/** Takes a finished upload off the list, as people do: by its details. */
export function remove(row: HTMLElement | undefined): void {
  button(row, 'Details').click();
  button(row, 'Remove from this list').click();
}

/** What a row offers, beside its details. */
export const visible = (row: HTMLElement | undefined) =>
  [...(row?.querySelectorAll<HTMLElement>('.row-actions > *') ?? [])].filter(element => !element.hidden)
    .map(nameOf)
    .filter(name => name !== 'Details');

export async function state(wanted: string): Promise<HTMLElement> {
  return until(() => uploads().find(row => row.dataset.state === wanted));
}
