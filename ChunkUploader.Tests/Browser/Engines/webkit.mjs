import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Builder, By, Capabilities } from 'selenium-webdriver';

// Debian puts it into a folder of the processor's kind, and of no version for ever.
const MiniBrowser = process.env.MINIBROWSER_PATH
  ?? readdirSync('/usr/lib').flatMap(folder => ['4.1', '4.0'].map(version => `/usr/lib/${folder}/webkit2gtk-${version}/MiniBrowser`))
    .find(existsSync);

/** WebKitGTK by WebDriver, on a screen that nobody sees. */
export async function start() {
  const port = await freePort();
  const driver = spawn('xvfb-run', ['-a', 'WebKitWebDriver', `--port=${port}`], { stdio: 'ignore', detached: true });
  const address = `http://127.0.0.1:${port}`;
  await until(() => fetch(`${address}/status`).then(answer => answer.ok, () => false));
  return {
    async open({ width = 1280, height = 900, script = true }) {
      // Without its bar the window may be as narrow as a phone.
      const args = ['--automation', '--full-screen', `--enable-javascript=${script}`];
      const browser = await new Builder()
        .usingServer(address)
        .withCapabilities(new Capabilities({
          'browserName': 'MiniBrowser',
          'webkitgtk:browserOptions': { binary: MiniBrowser, args },
        }))
        .build();
      await browser.manage().window().setRect({ width, height });
      const element = selector => browser.findElement(By.css(selector));
      return {
        goto: url => browser.get(url),
        reload: () => browser.navigate().refresh(),
        run: (text, ...values) => browser.executeScript(`return (${text})(...arguments)`, ...values),
        click: async selector => (await element(selector)).click(),
        pick: async (selector, paths) => (await element(selector)).sendKeys(paths.join('\n')),
        url: () => browser.getCurrentUrl(),
        picture: async path => writeFile(path, await browser.takeScreenshot(), 'base64'),
        close: () => browser.quit(),
      };
    },
    close: async () => process.kill(-driver.pid),
  };
}

function freePort() {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function until(isSo) {
  while (!await isSo()) await new Promise(resolve => setTimeout(resolve, 50));
}
