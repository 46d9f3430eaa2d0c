// The public page as people meet it: without scripts, in both colour schemes, on a phone, by keyboard, by screen
// reader, and left open while things happen.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { breaches, launch, picture, startDemo, until, visit } from "./helpers.mjs";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 812 };
// The story of the demonstration goes round in a little over a minute: nearly twice that, for a busy machine.
const STORY = 120_000;

// What the tests know of the markup.
const VERDICT = "main h1";
const INCIDENT = "#happening article";
const GROUP = "#components .group";
const PROVIDER = "#providers li";

describe("the public page", () => {
  let demo, browser;
  const open = (options, body) => visit(browser, demo.origin, options, body);

  before(async () => {
    demo = await startDemo();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  it("is whole without scripts", async () => {
    await open({ javaScriptEnabled: false }, async (page) => {
      await shows(page, VERDICT);
      await shows(page, `${GROUP} >> nth=0`);
      await shows(page, "#providers");
      assert.equal(await page.locator("h1").count(), 1, "one h1, the verdict");
      assert.ok((await page.locator(PROVIDER).count()) > 0, "providers are listed");
      const [title, verdict] = [await page.title(), await page.locator(VERDICT).innerText()];
      assert.ok(title && verdict, "the title and the verdict say something");
    });
  });

  const looks = [
    { name: "light", colorScheme: "light", viewport: DESKTOP },
    { name: "dark", colorScheme: "dark", viewport: DESKTOP },
    { name: "phone", colorScheme: "light", viewport: PHONE, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  ];
  const inks = {};
  for (const { name, ...options } of looks) {
    it(`fits the window: ${name}`, async () => {
      await open(options, async (page) => {
        await picture(page, name);
        const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
        assert.ok(width <= options.viewport.width, `the page is ${width} px wide and scrolls sideways`);
        const verdict = await page.locator(VERDICT).boundingBox();
        assert.ok(verdict.y + verdict.height <= options.viewport.height, "the verdict is read without scrolling");
        inks[name] = await page.locator(VERDICT).evaluate((heading) => getComputedStyle(heading).color);
      });
    });
  }

  it("has a light and a dark look", () => {
    assert.ok(inks.light && inks.dark, "both were seen");
    assert.notEqual(inks.light, inks.dark);
  });

  // These wait for the story more than they work, so they wait together.
  describe("through good and bad days", { concurrency: true }, () => {
    for (const colorScheme of ["light", "dark"]) {
      it(`keeps WCAG 2.2 AA: ${colorScheme}`, { timeout: STORY + 30_000 }, async () => {
        await open({ colorScheme, reducedMotion: "reduce", bypassCSP: true }, async (page) => {
          for (const bad of [false, true]) {
            const day = bad ? "an incident is open" : "no incident is open";
            await until(day, STORY, async () => (await page.locator(INCIDENT).count()) > 0 === bad);
            assert.deepEqual(await breaches(page), [], `while ${day}`);
          }
        });
      });
    }

    it("follows the story while it is open", { timeout: 2 * STORY }, async () => {
      await open({ viewport: DESKTOP }, async (page) => {
        // A reload would lose this.
        await page.evaluate(() => (globalThis.isStillTheFirst = true));
        const verdict = () => page.locator(VERDICT).innerText();
        const incidents = () => page.locator(INCIDENT).count();
        const first = await verdict();
        await until("the verdict changes", STORY, async () => (await verdict()) !== first);
        await until("an incident appears", STORY, async () => (await incidents()) > 0);
        const bad = await verdict();
        await picture(page, "incident");
        await until("the page is quiet again", STORY, async () => (await incidents()) === 0);
        assert.notEqual(await verdict(), bad, "the verdict of a quiet page");
        assert.equal(await page.evaluate(() => globalThis.isStillTheFirst), true, "the page was never loaded anew");
      });
    });
  });

  it("can be read by keyboard", async () => {
    await open({ viewport: DESKTOP }, async (page) => {
      await page.keyboard.press("Tab");
      const skip = await focused(page);
      assert.match(skip?.href ?? "", /^#./, `the first stop is the skip link, not ${skip?.says}`);
      for (let stop = skip, stops = 0; stop && !(stops > 0 && stop.first); stop = await focused(page), stops++) {
        assert.ok(stops < 500, "the round by keyboard ends");
        await until(`${stop.says} is visible in focus`, 2_000, async () => (await focused(page))?.visible);
        await page.keyboard.press("Tab");
      }
    });
  });

  it("lets the keyboard skip to the status", async () => {
    await open({ viewport: DESKTOP }, async (page) => {
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      assert.ok(await page.evaluate(() => document.activeElement.closest("main")), "the next stop is in main");
    });
  });
});

async function shows(page, selector) {
  assert.ok(await page.locator(selector).isVisible(), `${selector} is visible`);
}

/** What has the focus: whether it is the first stop of the page, and whether one sees it, and that it has the focus. */
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body || element === document.documentElement) return null;
    const box = element.getClientRects()[0];
    const [x, y] = box ? [box.x + box.width / 2, box.y + box.height / 2] : [-1, -1];
    const top = document.elementFromPoint(x, y);
    const style = getComputedStyle(element);
    const marked = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    return {
      first: element === document.querySelector("a[href], button, input, select, textarea, summary, [tabindex='0']"),
      href: element.getAttribute("href"),
      says: `<${element.localName}> ${(element.innerText || element.getAttribute("aria-label") || "").slice(0, 60)}`,
      visible: marked && top !== null && (element.contains(top) || top.contains(element)),
    };
  });
}
