import { BrowserTabs } from '../upload/tabs';
import { Uploader } from '../uploader';
import { showConnection } from './connection';
import { acceptFiles } from './drop-zone';
import { action, find, part, setHidden } from './elements';
import { HandOver } from './hand-over';
import { speakAs } from './language';
import { notifyOutside } from './notifications';
import { Panel } from './panel';
import { pickOne, pickWithHandles } from './picker';
import { Question } from './question';
import { openResumeLinks } from './resume-link';
import { keepSpeedLimit } from './speed-limit';
import { UnfinishedList } from './unfinished';
import { keepAwake } from './wake-lock';

const root = find(document, '[data-uploader]', HTMLElement);
const { base = '/', worker = '/dist/hasher.worker.js', maxFileSize, chunkSize } = root.dataset;
const limits = { maxFileSize: Number(maxFileSize), chunkSize: Number(chunkSize) };
await speakAs(document.documentElement.lang, base);

const uploader = new Uploader({ base, worker, owner: null, limits });
const { queue, api } = uploader;
const input = action(root, 'choose-files', HTMLInputElement);
const handOver = new HandOver(root);
const question = new Question(root);
new Panel(root, queue, handOver, question);
const unfinished = new UnfinishedList(root, api, queue, { pickOne, handOver, question, tabs: new BrowserTabs() });
const speedLimit = action(root, 'limit-speed', HTMLSelectElement);
keepSpeedLimit(speedLimit, uploader);
const take = acceptFiles({
  zone: part(root, 'drop-zone'),
  inputs: [input, action(root, 'choose-folder', HTMLInputElement)],
  notice: part(root, 'notice'),
  add: files => uploader.add(unfinished.attach(files)),
});
pickWithHandles(input, take);
notifyOutside(uploader, action(root, 'allow-notifications', HTMLButtonElement), speedLimit);
showConnection(part(root, 'offline'));
setHidden(part(root, 'insecure'), window.isSecureContext);
void unfinished.refresh();
openResumeLinks(api, unfinished, part(root, 'notice'));

const adjustWake = keepAwake(() => queue.isBusy);
uploader.on('changed', adjustWake);
uploader.on('idle', adjustWake);
window.addEventListener('beforeunload', event => {
  if (queue.isBusy) event.preventDefault();
});
