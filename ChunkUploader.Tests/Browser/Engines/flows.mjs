import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { all, button, input, link, rows } from './names.mjs';

const Patience = 60_000;
const Chunk = 256 * 1024; // as the server is set up
const Film = 8; // chunks

const Language = new URL('../../../ChunkUploader.Web/Languages/zh-Hans.json', import.meta.url);
const { pages, scripts } = JSON.parse(await readFile(Language, 'utf8'));
const English = { choose: 'Choose files', uploads: 'Uploads', open: 'Open {name}' };
const Chinese = { choose: pages['upload.choose'], uploads: pages['upload.list'], open: scripts.openFile };

const Row = rows(English.uploads);
const Input = input(English.choose);

/**
 * What people do on the page, the same in every engine. Each gets the page, the gate between it and the server, and a
 * folder of its own.
 */
export const flows = {
  async upload({ page, gate, folder }) {
    const files = [await film(folder), await file(folder, 'note.txt', 'Hello.'), await file(folder, 'empty.dat', '')];
    await page.goto(gate.url);
    await page.pick(Input, files);
    for (const path of files) await stored(page, gate, path);
    assert.equal(gate.accepted, Film);
  },

  async pause({ page, gate, folder }) {
    const path = await begin(page, gate, folder);
    await click(page, Row + button('Pause'));
    await becomes(page, 'paused');
    gate.release();
    await click(page, Row + button('Resume'));
    await stored(page, gate, path);
  },

  async reload({ page, gate, folder }) {
    const path = await begin(page, gate, folder);
    await page.reload();
    gate.release();
    await sees(page, rows('Unfinished uploads'));
    await page.pick(Input, [path]);
    await stored(page, gate, path);
    assert.ok(gate.accepted <= Film, 'a chunk was sent twice');
  },

  async instant({ page, gate, folder }) {
    const path = await film(folder);
    await page.goto(gate.url);
    await page.pick(Input, [path]);
    await stored(page, gate, path);
    const before = gate.accepted;
    await page.reload();
    await page.pick(Input, [path]);
    await stored(page, gate, path);
    await sees(page, `${Row}//*[text()="Instant"]`);
    assert.equal(gate.accepted, before);
  },

  /** Engines let no driver pick a folder, so the files get the paths that they would have. */
  async folder({ page, gate }) {
    await page.goto(gate.url);
    await page.run(`folder => {
      const transfer = new DataTransfer();
      for (const path of ['holiday/one.txt', 'holiday/sea/two.txt']) {
        const file = new File([path], path.split('/').pop());
        Object.defineProperty(file, 'webkitRelativePath', { value: path });
        transfer.items.add(file);
      }
      const [input] = (${all})(folder);
      Object.defineProperty(input, 'files', { value: [...transfer.files].map((file, index) =>
        Object.defineProperty(file, 'webkitRelativePath', { value: ['holiday/one.txt', 'holiday/sea/two.txt'][index] })) });
      input.dispatchEvent(new Event('change', { bubbles: true }));
    }`, input('Choose a folder'));
    await until(page, `done => (${all})(done).length === 2`, `${Row}[@data-state="done"]`);
    const told = await page.run(`row => (${all})(row).map(one => one.textContent).join()`, Row);
    assert.match(told, /holiday\/sea/);
  },

  async drop({ page, gate }) {
    await page.goto(gate.url);
    const drag = `type => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['dropped'], 'dropped.txt'));
      const event = new DragEvent(type, { bubbles: true, cancelable: true });
      Object.defineProperty(event, 'dataTransfer', { value: transfer }); // WebKit takes none from a script
      return !document.body.dispatchEvent(event);
    }`;
    await until(page, drag, 'dragover'); // until the page takes it
    assert.ok(await page.run(drag, 'drop'));
    await becomes(page, 'done');
  },

  async cancel({ page, gate, folder }) {
    const path = await begin(page, gate, folder);
    await click(page, Row + button('Cancel'));
    await becomes(page, 'cancelling');
    gate.release();
    await click(page, Row + button('Undo'));
    await stored(page, gate, path);
  },

  async offline({ page, gate, folder }) {
    const path = await begin(page, gate, folder);
    await gate.unplug();
    gate.release();
    await becomes(page, 'reconnecting');
    await gate.plug();
    await stored(page, gate, path);
  },

  async language({ page, gate, folder }) {
    await page.goto(gate.url);
    await click(page, button('English – Language and theme'));
    await click(page, button('简体中文'));
    await until(page, `() => document.documentElement.lang === 'zh-Hans'`);
    const path = await film(folder);
    await page.pick(input(Chinese.choose), [path]);
    await stored(page, gate, path, Chinese);
    await until(page, `row => (${all})(row)[0].textContent.includes('已完成')`, rows(Chinese.uploads));
  },

  'no script': Object.assign(
    async ({ page, gate, folder }) => {
      const path = await file(folder, 'note.txt', 'Without a script.');
      await page.goto(gate.url);
      await page.pick(input('Without JavaScript files go up in one piece, and cannot be resumed.'), [path]);
      await page.click(button('Upload'));
      await eventually(async () => /\/files\/[0-9a-f]+$/.test(await page.url()));
      await same(`${await page.url()}/download`, path);
    },
    { options: { script: false } }),

  phone: Object.assign(
    async ({ page, gate, folder }) => {
      await page.goto(gate.url);
      const isNarrow = () => page.run(`() => innerWidth === 390 && document.documentElement.scrollWidth <= innerWidth`);
      await eventually(isNarrow); // a window takes its time
      const path = await film(folder);
      await page.pick(Input, [path]);
      await stored(page, gate, path);
      assert.ok(await isNarrow());
      await click(page, Row + link('Open film.bin'));
      await sees(page, link('Download'));
      await until(page, `() => document.readyState === 'complete'`); // its stylesheets too
      assert.ok(await isNarrow());
    },
    { options: { width: 390, height: 844 } }),
};

/** Picks a film, and comes back when three chunks are in and the others are held back. */
async function begin(page, gate, folder) {
  const path = await film(folder);
  gate.hold(3);
  await page.goto(gate.url);
  await page.pick(Input, [path]);
  await eventually(() => gate.isHolding);
  return path;
}

const film = folder => file(folder, 'film.bin', randomBytes(Film * Chunk - 1000));

async function file(folder, name, content) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

/** The row of a file is done, and what it links to are the file's bytes. */
async function stored(page, gate, path, { uploads, open } = English) {
  const stored = `${rows(uploads)}[@data-state="done"]${link(open.replace('{name}', path.split('/').pop()))}`;
  const address = `stored => (${all})(stored)[0]?.getAttribute('href')`;
  await until(page, address, stored);
  await same(`${new URL(await page.run(address, stored), gate.url)}/download`, path);
}

async function same(url, path) {
  const [answer, bytes] = await Promise.all([fetch(url).then(response => response.arrayBuffer()), readFile(path)]);
  assert.equal(hash(Buffer.from(answer)), hash(bytes), 'the stored bytes differ');
}

const hash = bytes => createHash('sha256').update(bytes).digest('hex');

const becomes = (page, state) => until(page, `([row, state]) => (${all})(row)[0]?.dataset.state === state`, [Row, state]);

/** Once it is there: rows are drawn when their state has changed. */
async function click(page, path) {
  await sees(page, path);
  await page.click(path);
}

const sees = (page, path) => until(page, `path => (${all})(path)[0]?.offsetWidth > 0`, path);

const until = (page, text, ...values) => eventually(() => page.run(text, ...values), text);

/** Fails with what was last wrong: a page that is being left can't be asked. */
async function eventually(isSo, what = isSo) {
  for (const end = Date.now() + Patience; ;) {
    let cause;
    try {
      if (await isSo()) return;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > end) throw new Error(`not in ${Patience / 1000} s: ${what}`, { cause });
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
