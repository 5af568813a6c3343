import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { flows } from './flows.mjs';
import { Gate } from './gate.mjs';
import * as firefox from './firefox.mjs';
import * as webkit from './webkit.mjs';
import { within } from './within.mjs';

const Patience = 120_000;
const Closing = 10_000;

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
    page = await within(Patience, browser.open(flows[name].options ?? {}));
    await within(Patience, flows[name]({ page, gate, folder: join(folder, name) }));
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
