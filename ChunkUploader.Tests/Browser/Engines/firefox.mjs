import puppeteer from 'puppeteer-core';

const launch = script => puppeteer.launch({
  browser: 'firefox',
  executablePath: process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr',
  headless: true,
  extraPrefsFirefox: { 'javascript.enabled': script },
});

/** Firefox by WebDriver BiDi. */
export async function start() {
  const browser = await launch(true);
  return {
    async open({ width = 1280, height = 900, script = true }) {
      const own = script ? undefined : await launch(false); // a browser's own setting: no command changes it
      const context = await (own ?? browser).createBrowserContext();
      const page = await context.newPage();
      await page.setViewport({ width, height });
      page.on('dialog', dialog => dialog.accept()); // a page that is still sending asks before it is left
      return {
        goto: url => page.goto(url),
        reload: () => page.reload(),
        run: (text, ...values) => page.evaluate(`(${text})(${values.map(value => JSON.stringify(value)).join()})`),
        click: async path => page.mouse.click(...await page.evaluate(centre, path)),
        pick: async (path, files) => (await page.$(`xpath/${path}`)).uploadFile(...files),
        url: () => page.url(),
        picture: path => page.screenshot({ path }),
        close: () => (own ?? context).close(),
      };
    },
    close: () => browser.close(),
  };
}

/** Where an element is. Puppeteer's own way waits for frames, which come to no script where scripts are off. */
function centre(path) {
  const element = document.evaluate(path, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE, null).singleNodeValue;
  element.scrollIntoView({ block: 'center', behavior: 'instant' });
  const { x, y, width, height } = element.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}
