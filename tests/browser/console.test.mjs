// The console as the team meets it: logging in, an incident from its beginning to its end, components, flags, people
// and applications; with and without scripts, at a desk and on a phone, in both schemes.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { breaches, launch, picture, startDemo, until, visit } from "./helpers.mjs";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 812 };

describe("the console", () => {
  let demo, browser, state, room;
  const open = (path, options, body) =>
    visit(browser, demo.origin, { path, viewport: DESKTOP, storageState: state, ...options }, body);
  const said = (page) => page.locator(".said-done").innerText();

  before(async () => {
    demo = await startDemo();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  it("asks who it is, and leads back to where one wanted to go", async () => {
    await open("/console/components", {}, async (page) => {
      assert.match(page.url(), /\/login\?next=%2Fconsole%2Fcomponents$/);
      await page.getByLabel("Email address or username").fill(demo.email);
      await page.getByLabel("Password").fill(demo.password);
      await page.getByRole("button", { name: "Log in" }).click();
      await page.waitForURL(`${demo.origin}/console/components`);
      assert.equal(await page.locator("h1").innerText(), "Components");
      state = await page.context().storageState();
    });
  });

  it("opens an incident", async () => {
    await open("/console/new/incident", { javaScriptEnabled: false }, async (page) => {
      await page.getByLabel("What is wrong?").fill("Payments fail for some customers");
      await page.getByLabel("What is known so far?").fill("Card payments time out at our bank.");
      await page.getByLabel("Major (2)").check();
      await page.locator("input[name=services]").first().check();
      await page.getByRole("button", { name: "Open the incident" }).click();
      await page.waitForURL(/\/console\/incidents\/INC-\w+\?done=opened/);
      assert.match(await said(page), /The incident is open/);
      room = new URL(page.url()).pathname;
    });
  });

  it("leads an incident to its end, without scripts", async () => {
    await open(room, { javaScriptEnabled: false }, async (page) => {
      await page.getByLabel("Who leads?").selectOption({ index: 0 });
      await page.getByRole("button", { name: "Assign" }).click();
      assert.equal(await said(page), "Assigned.");
      await page.getByLabel("Note", { exact: false }).first().check();
      await page.getByLabel("What is new?").fill("The bank confirms it.\n\n<script>alert(1)</script>");
      await page.getByRole("button", { name: "Write it down" }).click();
      const note = page.locator(".story > .note").first();
      assert.match(await note.innerText(), /<script>alert\(1\)<\/script>/);
      assert.match(await note.innerText(), /team only/);
      await page.locator("input[value=update]").check();
      await page.getByLabel("What is new?").fill("We are moving payments to a second bank.");
      await page.getByRole("button", { name: "Write it down" }).click();
      await picture(page, "console-room");
      await page.getByRole("link", { name: "Tell people" }).click();
      await page.getByLabel("Identified").check();
      await page.getByLabel("What do you tell people?").fill("Card payments work again for most of you.");
      await page.getByRole("button", { name: "Preview" }).click();
      assert.match(await page.locator(".page-part").innerText(), /work again for most of you[^]*Identified/);
      await picture(page, "console-announce");
      await page.getByRole("button", { name: /^Publish/ }).click();
      assert.match(await said(page), /^Published/);
      await page.getByRole("button", { name: "The harm has stopped" }).click();
      assert.match(await page.locator(".room-head").innerText(), /Mitigated/);
      await page.getByRole("button", { name: "It is over" }).click();
      assert.match(await page.locator(".room-head").innerText(), /Resolved/);
      await page.getByRole("link", { name: "Write the postmortem" }).click();
      await page.getByLabel("What happened?").fill("For 42 minutes a third of all payments failed.");
      await page.getByLabel("Why did it happen?").fill("A certificate expired, and nothing watched it.");
      await page.getByLabel("What will be done").fill("Watch every certificate\nRenew them a month ahead");
      await page.getByRole("button", { name: "Save the postmortem" }).click();
      assert.equal(await page.locator(".postmortem li").count(), 2);
      const told = await (await page.request.get(demo.origin + "/api/v1" + room.replace("/console", ""))).json();
      assert.equal(told.status, "resolved");
    });
  });

  it("adds a component, sets its status, lifts it, and asks before it removes it", async () => {
    await open("/console/new/component", { javaScriptEnabled: false, refusals: true }, async (page) => {
      await page.getByLabel("Name", { exact: true }).fill("Gift cards");
      await page.getByLabel("Name in addresses").fill("Gift Cards");
      await page.getByRole("button", { name: "Add the component" }).click();
      assert.match(await page.locator("#component-slug-error").innerText(), /lower-case/);
      await picture(page, "console-component-refused");
      await page.getByLabel("Name in addresses").fill("gift-cards");
      await page.getByLabel("Group", { exact: false }).first().fill("Shop");
      await page.getByRole("button", { name: "Add the component" }).click();
      await page.waitForURL(/\/console\/components\/gift-cards/);
      await page.getByLabel("Partial outage").check();
      await page.getByLabel("Why?").fill("Cards from before May are refused.");
      await page.getByRole("button", { name: "Set the status" }).click();
      assert.match(await page.locator(".facts").innerText(), /Partial outage/);
      await picture(page, "console-component");
      await page.getByRole("button", { name: "Lift what was set by hand" }).click();
      assert.match(await page.locator(".facts").innerText(), /Operational/);
      await page.getByRole("link", { name: "Change it" }).click();
      await page.getByLabel("What it does").fill("For those who cannot decide.");
      await page.getByRole("button", { name: "Save" }).click();
      assert.match(await page.locator("main").innerText(), /cannot decide/);
      await page.getByRole("link", { name: "Remove it" }).click();
      await page.getByRole("button", { name: "Remove it" }).click();
      assert.match(await said(page), /gone/);
    });
  });

  it("makes a flag, says where its definition is wrong, switches it, and lets incidents pull it", async () => {
    await open("/console/new/flag", { javaScriptEnabled: false, refusals: true }, async (page) => {
      const definition = page.getByLabel("Definition");
      const save = (text, name) => definition.fill(text).then(() => page.getByRole("button", { name }).click());
      await page.getByLabel("Key").fill("gift-cards");
      await save("{ no JSON", "Make the flag");
      assert.match(await page.locator("#flag-definition-error").innerText(), /Line 1, column 3/);
      const good = { state: "ENABLED", variants: { on: true, off: false }, defaultVariant: "on" };
      await save(JSON.stringify({ ...good, defaultVariant: "none" }), "Make the flag");
      assert.match(await page.locator("#flag-definition-error").innerText(), /defaultVariant/);
      assert.equal(await page.getByLabel("Key").inputValue(), "gift-cards");
      await picture(page, "console-flag-refused");
      await save(JSON.stringify(good), "Make the flag");
      await page.waitForURL(/\/console\/flags\/default\/gift-cards/);
      await page.locator("summary", { hasText: "Let incidents pull it" }).click();
      await page.getByLabel("And is at least as bad as").selectOption("1");
      await page.getByRole("button", { name: "Add the link" }).click();
      assert.match(await page.locator("#links ~ .list").innerText(), /severity 1[^]*the flag is off/);
      await picture(page, "console-flag");
      await page.getByRole("link", { name: "Flags" }).first().click();
      await page.getByRole("button", { name: "Switch off gift-cards" }).click();
      assert.match(await said(page), /off/);
      await picture(page, "console-flags");
      await page.getByRole("link", { name: "gift-cards" }).click();
      await page.getByRole("button", { name: "Switch it on" }).click();
      assert.match(await said(page), /is on/);
      await page.getByRole("link", { name: "Remove this flag" }).click();
      await page.getByRole("button", { name: "Remove it" }).click();
      assert.match(await said(page), /gone/);
    });
  });

  it("invites somebody, changes their role, and removes them", async () => {
    await open("/console/new/person", { javaScriptEnabled: false }, async (page) => {
      await page.getByLabel("Name", { exact: true }).fill("Ada Lovelace");
      await page.getByLabel("Email address").fill("ada@example.org");
      await page.getByRole("button", { name: "Add them" }).click();
      assert.match(await said(page), /Invited/);
      await page.getByRole("link", { name: "Ada Lovelace" }).click();
      await page.getByLabel("Manager").check();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("link", { name: "Ada Lovelace" }).click();
      assert.ok(await page.getByLabel("Manager").isChecked());
      await page.getByRole("link", { name: "Remove this person" }).click();
      await page.getByRole("button", { name: "Remove for good" }).click();
      assert.equal(await page.getByRole("link", { name: "Ada Lovelace" }).count(), 0);
    });
  });

  it("registers an application, and shows its secret once", async () => {
    await open("/console/new/application", {}, async (page) => {
      await page.getByLabel("Name", { exact: true }).fill("Board in the hall");
      await page.getByLabel("Where users come back to").fill("https://board.example.org/callback");
      await page.getByRole("button", { name: "Register it" }).click();
      assert.match(await page.locator(".once code").innerText(), /^\w{128}$/);
      await picture(page, "console-application");
      await page.getByRole("link", { name: "Applications" }).first().click();
      await page.getByRole("link", { name: "Board in the hall" }).click();
      assert.equal(await page.locator(".once").count(), 0);
      await page.getByRole("link", { name: "Remove this application" }).click();
      await page.getByRole("button", { name: "Remove it" }).click();
      assert.match(await said(page), /gone/);
    });
  });

  const pages = {
    now: "/console",
    incidents: "/console/incidents",
    components: "/console/components",
    flags: "/console/flags",
    people: "/console/people",
    applications: "/console/applications",
    "new-incident": "/console/new/incident",
    "new-component": "/console/new/component",
    "new-flag": "/console/new/flag",
    "new-person": "/console/new/person",
    "new-application": "/console/new/application",
  };
  for (const [scheme, viewport, name] of [
    ["light", DESKTOP, "desk-light"],
    ["dark", DESKTOP, "desk-dark"],
    ["light", PHONE, "phone-light"],
    ["dark", PHONE, "phone-dark"],
  ]) {
    it(`can be read and used by all: ${name}`, async () => {
      const isPhone = viewport === PHONE;
      const options = { colorScheme: scheme, viewport, isMobile: isPhone, hasTouch: isPhone, bypassCSP: true, reducedMotion: "reduce" };
      await open("/console", options, async (page) => {
        const first = await page.request.get(`${demo.origin}/api/v1/incidents?page_size=1`);
        const { results } = await first.json();
        const all = { ...pages, room: `/console/incidents/${results[0].id}`, "last-room": room, announce: `${room}/announce` };
        for (const [what, path] of Object.entries(all)) {
          await page.goto(demo.origin + path);
          assert.deepEqual(await breaches(page), [], `${path}, ${name}`);
          const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
          assert.ok(width <= viewport.width, `${path} is ${width} px wide and scrolls sideways`);
          await picture(page, `console-${what}-${name}`);
        }
        if (isPhone) {
          await page.goto(`${demo.origin}/console`);
          await page.locator("summary").first().click();
          await page.getByRole("link", { name: "People" }).waitFor();
          await picture(page, `console-menu-${name}`);
        }
      });
    });
  }

  it("says when something has changed, and takes nothing from under the hands", async () => {
    await open(room, {}, async (page) => {
      await page.getByLabel("What is new?").fill("Half a sentence");
      const proof = await page.locator("input[name=csrf_token]").first().inputValue();
      await until("the page says that there is news", 20_000, async () => {
        const form = { csrf_token: proof, act: "write", type: "update", message: "More." };
        await page.request.post(demo.origin + room, { form, headers: { origin: demo.origin } });
        return page.locator("[data-news]").isVisible();
      });
      assert.equal(await page.getByLabel("What is new?").inputValue(), "Half a sentence");
    });
  });

  it("logs out", async () => {
    await open("/console", {}, async (page) => {
      await page.getByRole("button", { name: "Log out" }).first().click();
      await page.waitForURL(`${demo.origin}/`);
      await page.goto(`${demo.origin}/console`);
      assert.match(page.url(), /\/login\?next=/);
    });
  });
});
