import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { flows } from './flows.mjs';
import { Gate } from './gate.mjs';
import * as firefox from './firefox.mjs';
import * as webkit from './webkit.mjs';

const Patience = 120_000;
const Closing = 10_000;

/** Fails where a driver keeps silent. */
function within(milliseconds, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => { reject(new Error(`no end in ${milliseconds / 1000} s`)); }, milliseconds);
  });
  return Promise.race([work, late]).finally(() => { clearTimeout(timer); });
}

// Takes the name of an engine, the server's address and a folder. Then runs one flow for each line of its input, and
// answers each with a line: the flow's failure, or "ok".
const [engine, address, folder] = process.argv.slice(2);
const browser = await { firefox, webkit }[engine].start();
console.log(Object.keys(flows).join());

for await (const name of createInterface({ input: process.stdin })) {
  const gate = new Gate(new URL(address));
  await gate.plug();
  let page;
  try {
    await within(Patience, (async () => {
      page = await browser.open(flows[name].options ?? {});
      await flows[name]({ page, gate, folder: join(folder, name) });
    })());
    console.log('ok');
  } catch (error) {
    await within(Closing, page?.picture(join(folder, `${engine} ${name}.png`))).catch(() => undefined);
    console.log(JSON.stringify(`${error.stack}${error.cause ? ` because ${error.cause.stack}` : ''}`));
  }
  await within(Closing, page?.close()).catch(() => undefined);
  await gate.unplug();
}

await within(Closing, browser.close()).catch(() => undefined);
process.exit();
