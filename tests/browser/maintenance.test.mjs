// Maintenance as the team plans it and as visitors meet it: forms without scripts, and every page of it for everybody.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { breaches, launch, picture, startDemo, until, visit } from "./helpers.mjs";

const LOOKS = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  { name: "phone", colorScheme: "light", viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true },
];
const TITLE = "New disks for the pictures";

describe("maintenance", () => {
  let demo, browser, state, place;
  const open = (path, options, body) =>
    visit(browser, demo.origin, { path, viewport: LOOKS[0].viewport, storageState: state, ...options }, body);
  const said = (page) => page.locator(".said-done").innerText();
  const id = () => place.split("/").at(-1);

  before(async () => {
    demo = await startDemo();
    browser = await launch();
    await open("/console/maintenances", {}, async (page) => {
      await page.getByLabel("Email address or username").fill(demo.email);
      await page.getByLabel("Password").fill(demo.password);
      await page.getByRole("button", { name: "Log in" }).click();
      await page.waitForURL(`${demo.origin}/console/maintenances`);
      state = await page.context().storageState();
    });
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  it("is planned by a form that keeps what was typed", async () => {
    await open("/console/new/maintenance", { javaScriptEnabled: false, refusals: true }, async (page) => {
      const begin = new Date(Date.now() + 3 * 3_600_000).toISOString().slice(0, 16);
      const end = new Date(Date.now() + 5 * 3_600_000).toISOString().slice(0, 16);
      await page.getByLabel("What is done?").fill(TITLE);
      await page.getByLabel("Product pictures").check();
      await page.getByLabel("Begins").fill(end);
      await page.getByLabel("Ends").fill(begin);
      await page.getByLabel("Or by a rule").fill("FREQ=WEEKLY");
      await page.getByLabel("What does it mean for people?").fill("Pictures may be <slow> for a moment.");
      await page.getByRole("button", { name: "Plan it" }).click();
      assert.match(await page.locator("main").innerText(), /It must end after it begins\./);
      assert.equal(await page.getByLabel("What is done?").inputValue(), TITLE, "what was typed is still there");
      await page.getByLabel("Begins").fill(begin);
      await page.getByLabel("Ends").fill(end);
      await page.getByRole("button", { name: "Plan it" }).click();
      await page.waitForURL(/\/console\/maintenances\/MNT-\w+\?done=work-planned/);
      place = new URL(page.url()).pathname;
    });
  });

  it("is begun, verified and extended without scripts", async () => {
    await open(place, { javaScriptEnabled: false }, async (page) => {
      await page.getByRole("button", { name: "Begin it now" }).click();
      assert.match(await said(page), /in progress/);
      await page.getByRole("button", { name: "The work is done: verify it" }).click();
      assert.match(await said(page), /still under maintenance/);
      const before = await page.locator(".facts").innerText();
      await page.getByLabel("Extend it by").selectOption("2h");
      await page.getByRole("button", { name: "Extend it" }).click();
      assert.match(await said(page), /another time/);
      assert.notEqual(await page.locator(".facts").innerText(), before);
    });
  });

  for (const { name, ...options } of LOOKS) {
    it(`can be read by everybody: ${name}`, async () => {
      const paths = ["/", "/components/pictures", `/maintenances/${id()}`];
      for (const path of [...paths, "/console/maintenances", place, `${place}/edit`]) {
        await open(path, { ...options, bypassCSP: true }, async (page) => {
          if (path === "/") await until("the page names it", 15_000, async () => (await page.content()).includes(TITLE));
          assert.ok((await page.content()).includes(TITLE), `${path} names it`);
          await picture(page, `maintenance-${name}${path.replace(id(), "one").replaceAll("/", "-")}`);
          const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
          assert.ok(width <= options.viewport.width, `${path} is ${width} px wide and scrolls sideways`);
          assert.deepEqual(await breaches(page), [], path);
        });
      }
    });
  }

  it("is changed, ended and cancelled", async () => {
    await open(`${place}/edit`, { javaScriptEnabled: false }, async (page) => {
      await page.getByLabel("What is done?").fill("New disks");
      await page.getByRole("button", { name: "Save" }).click();
      assert.match(await said(page), /saved/);
      await page.getByRole("button", { name: "It is over" }).click();
      assert.match(await said(page), /It is over/);
      await page.getByRole("link", { name: "Cancel it" }).click();
      await page.getByRole("button", { name: "Cancel the maintenance" }).click();
      await page.waitForURL(/\/console\/maintenances\?done=work-cancelled/);
    });
    await until("nobody sees it any more", 15_000, async () => {
      const gone = await fetch(`${demo.origin}/api/v1/maintenances/${id()}`);
      const old = await (await fetch(`${demo.origin}/api/v2/scheduled-maintenances.json`)).text();
      return gone.status === 404 && !old.includes("New disks");
    });
  });
});
