import { Uploader } from '../uploader';
import { showConnection } from './connection';
import { acceptFiles } from './drop-zone';
import { find, hook, part } from './elements';
import { tellOutside } from './news';
import { Panel } from './panel';
import { pickWithHandles } from './picker';
import { UnfinishedList } from './unfinished';
import { keepAwake } from './wake-lock';

const root = find(document, '[data-uploader]', HTMLElement);
const { base = '/', worker = '/dist/hasher.worker.js' } = root.dataset;

const uploader = new Uploader({ base, worker });
const { queue, api } = uploader;
const input = hook(root, 'file-input', HTMLInputElement);
new Panel(root, queue);
const unfinished = new UnfinishedList(root, api, queue, () => {
  input.click();
});
const speedLimit = hook(root, 'speed-limit', HTMLSelectElement);
speedLimit.addEventListener('change', () => {
  uploader.bytesPerSecond = Number(speedLimit.value);
});
const take = acceptFiles({
  zone: hook(root, 'drop-zone', HTMLElement),
  inputs: [input, hook(root, 'folder-input', HTMLInputElement)],
  notice: part(root, 'notice'),
  add: files => uploader.add(files),
});
pickWithHandles(input, take);
tellOutside(uploader, hook(root, 'allow-notifications', HTMLButtonElement));
showConnection(part(root, 'offline'));
void unfinished.refresh();

const adjustWake = keepAwake(() => queue.isBusy);
uploader.on('changed', adjustWake);
uploader.on('idle', adjustWake);
window.addEventListener('beforeunload', event => {
  if (queue.isBusy) event.preventDefault();
});
