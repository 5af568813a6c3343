import { createApi } from './api';
import { acceptFiles } from './drop-zone';
import { find, hook, part } from './elements';
import { WorkerHasher } from './hasher';
import { Panel } from './panel';
import { Queue } from './queue';
import { UnfinishedList } from './unfinished';

const root = find(document, '[data-uploader]', HTMLElement);
const { base = '/', worker = '/dist/hasher.worker.js' } = root.dataset;

const api = createApi(base);
const queue = new Queue({ api, hasher: new WorkerHasher(() => new Worker(worker)) });
const input = hook(root, 'file-input', HTMLInputElement);
new Panel(root, queue);
const unfinished = new UnfinishedList(root, api, queue, () => {
  input.click();
});

acceptFiles(hook(root, 'drop-zone', HTMLElement), input, part(root, 'notice'), files => {
  queue.add(files);
});
void unfinished.refresh();

window.addEventListener('beforeunload', event => {
  if (queue.isBusy) event.preventDefault();
});
