import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Builder, By, Capabilities } from 'selenium-webdriver';
import { within } from './within.mjs';

// Debian puts it into a folder of the processor's kind, and of no version for ever.
const MiniBrowser = process.env.MINIBROWSER_PATH
  ?? readdirSync('/usr/lib').flatMap(folder => ['4.1', '4.0'].map(version => `/usr/lib/${folder}/webkit2gtk-${version}/MiniBrowser`))
    .find(existsSync);

const Starts = 4;
const StartTimeout = 25_000;

/** WebKitGTK by WebDriver, on a screen that nobody sees. */
export async function start() {
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const [number] = await once(screen.stdio[3], 'data');
  return {
    open: options => open(`:${String(number).trim()}`, options),
    close: async () => { screen.kill(); },
  };
}

async function open(display, { width = 1280, height = 900, script = true }) {
  // Without its bar the window may be as narrow as a phone.
  const { browser, kill } = await launch(display, ['--automation', '--full-screen', `--enable-javascript=${script}`]);
  await browser.manage().window().setRect({ width, height });
  const element = path => browser.findElement(By.xpath(path));
  return {
    goto: url => browser.get(url),
    reload: () => browser.navigate().refresh(),
    run: (text, ...values) => browser.executeScript(`return (${text})(...arguments)`, ...values),
    click: async path => (await element(path)).click(),
    pick: async (path, files) => (await element(path)).sendKeys(files.join('\n')),
    url: () => browser.getCurrentUrl(),
    picture: async path => writeFile(path, await browser.takeScreenshot(), 'base64'),
    close: async () => { kill(); },
  };
}

/**
 * Each browser has a driver of its own, which is killed with it. Once in some fifty starts on a busy machine
 * the browser ends before it has found its driver, which then waits for ever.
 */
async function launch(display, args) {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const env = { ...process.env, DISPLAY: display };
    const driver = spawn('WebKitWebDriver', [`--port=${port}`], { env, stdio: 'ignore', detached: true });
    const kill = () => {
      if (!hasEnded(driver)) process.kill(-driver.pid); // the browser, too
    };
    try {
      return { browser: await within(StartTimeout, connect(driver, `http://127.0.0.1:${port}`, args)), kill };
    } catch (error) {
      kill();
      if (tries === Starts) throw error;
    }
  }
}

async function connect(driver, address, args) {
  while (!await fetch(`${address}/status`).then(answer => answer.ok, () => false)) {
    if (hasEnded(driver)) throw new Error('WebKitWebDriver has ended.');
    await new Promise(resolve => setTimeout(resolve, 50));
  }

  return new Builder()
    .usingServer(address)
    .withCapabilities(new Capabilities({
      'browserName': 'MiniBrowser',
      'webkitgtk:browserOptions': { binary: MiniBrowser, args },
    }))
    .build();
}

const hasEnded = driver => driver.exitCode !== null || driver.signalCode !== null;

function freePort() {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
