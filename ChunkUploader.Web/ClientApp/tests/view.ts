import { vi } from 'vitest';
import view from '../../Views/Home/Index.cshtml?raw';
import { Queue } from '../src/queue/queue';
import type { PickedFile } from '../src/upload/picked-file';
import type { Tabs } from '../src/upload/tabs';
import { hook } from '../src/page/elements';
import { HandOver } from '../src/page/hand-over';
import { Panel } from '../src/page/panel';
import { Question } from '../src/page/question';
import { UnfinishedList } from '../src/page/unfinished';
import { FakeServer } from './fake-server';
import { TabLocks } from './tab-locks';
import { DirectHasher, strictLimits } from './fakes';

/** The view as it is, so that the page and the script are tested against each other. */
export function open(server = new FakeServer(), tabs: Tabs = new TabLocks()) {
  document.body.innerHTML = view.slice(view.indexOf('<div class="uploader"'), view.indexOf('@section'));
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

export const rows = (id: string) => [...document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`)];
export const button = (row: HTMLElement | undefined, id: string) => hook(row ?? document, id, HTMLElement);
/** Takes a finished upload off the list, as people do: by its details. */
export function remove(row: HTMLElement | undefined): void {
  button(row, 'details').click();
  button(row, 'remove').click();
}

export const visible = (row: HTMLElement | undefined) =>
  [...(row?.querySelectorAll<HTMLElement>('.row-actions > *') ?? [])].filter(e => !e.hidden)
    .map(e => e.dataset.testid)
    .filter(id => id !== 'details');

export async function state(wanted: string): Promise<HTMLElement> {
  return vi.waitUntil(() => rows('upload-row').find(row => row.dataset.state === wanted), { interval: 5, timeout: 10_000 });
}
