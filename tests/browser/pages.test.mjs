// The public pages beside the status page, as visitors meet them: in both schemes, at a desk and on a phone, without
// scripts, by keyboard, and with texts of strangers on them that would like to be more than text.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { breaches, COLOURS, launch, picture, startDemo, until, visit } from "./helpers.mjs";

const DESK = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const SOON = 20_000;
// Enough visitors for a component that nobody reported on before: the level is that of a partial outage.
const VISITORS = 14;

const EVIL = "<script>alert(1)</script>";
const EVIL_MARKUP = `${EVIL} <img src=x onerror=alert(2)> "'&amp;`;
const COMPONENT = "/components/till-payments";

describe("the public pages", () => {
  let demo, browser, feed, token, open, incidents;
  const see = (path, options, body) =>
    visit(browser, demo.origin, { path, ...DESK, reducedMotion: "reduce", ...options }, (page) => unhurt(page, body));

  before(async () => {
    feed = await startFeed();
    demo = await startDemo({
      // The story of the demonstration stands still, so that what is seen is what was made here.
      POLYSTATUS_DEMO__SCENE: "1h",
      // Visitors come from other addresses, by their own word.
      POLYSTATUS_WEB__TRUSTED_PROXIES: "127.0.0.1",
    });
    browser = await launch();
    token = (await ask("auth/login", { email: demo.email, password: demo.password })).token;
    incidents = await stage();
    open = incidents.open;
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
    feed?.server.close();
  });

  /** Asks the API, as the administrator where there is a token, as a visitor from another address where one is named. */
  async function ask(path, body, visitor) {
    const headers = { "content-type": "application/json", accept: "application/json" };
    if (visitor) headers["x-forwarded-for"] = visitor;
    else if (token) headers.authorization = `Bearer ${token}`;
    const sent = body ? { method: "POST", body: JSON.stringify(body) } : {};
    const answer = await fetch(`${demo.origin}/api/v1/${path}`, { headers, ...sent });
    assert.ok(answer.ok, `${path}: ${answer.status}, ${answer.ok || (await answer.text())}`);
    return answer.json();
  }

  /** What the pages are to show: trouble with a story, something that is over, a provider that is unwell, reports. */
  async function stage() {
    await ask("csp/providers", { name: "Meridian", type: "statuspage", feed_url: feed.url, page_url: "https://status.meridian.example" });
    const component = (slug, name, description, depends_on = []) =>
      ask("components", { slug, name, description, group: "Tills", depends_on });
    await component("till-ledger", "Till ledger", "Keeps what was paid.");
    await component("till-payments", "Till payments", `Takes cards, vouchers and ${EVIL}`, ["till-ledger", "meridian:card-processing"]);
    await component("till-receipts", "Till receipts", "Sends receipts by mail.", ["till-payments"]);
    await component("gift-vouchers", "Gift vouchers", "");
    for (let nth = 1; nth <= VISITORS; nth++) {
      const kind = ["down", "errors", "slow"][nth % 3];
      await ask("reports", { component: "till-payments", kind, message: EVIL }, `198.51.100.${nth}`);
    }
    const past = await incident("Receipts arrive late", 3, ["till-receipts"], "A queue was stuck for most of the morning.");
    await ask(`incidents/${past}/timeline`, { type: "resolution", message: "The queue is empty again." });
    await ask(`incidents/${past}/status`, { status: "resolved" });
    await ask(`incidents/${past}/postmortem`, {
      what_happened: `Receipts came up to two hours late. ${EVIL}`,
      root_cause: "A worker stopped, and nobody was told.",
      action_items: [`Alert when the queue grows ${EVIL}`, "Run two workers"],
    });
    const now = await incident(`Some cards are refused ${EVIL}`, 2, ["till-payments"], `Cards of one bank fail. ${EVIL_MARKUP}`);
    await ask(`incidents/${now}/timeline`, { type: "update", message: `One bank refuses. ${EVIL_MARKUP}` });
    await ask(`incidents/${now}/timeline`, { type: "note", message: "Between us: it is the bank with the blue logo." });
    for (const [state, message] of [
      ["investigating", "We are looking into refused card payments."],
      ["identified", `One bank refuses cards. Others work; please use one of those.\n\n${EVIL}`],
    ]) {
      await ask("public/announce", { incident_id: now, state, message });
    }
    await ask("comments", { content_id: now, name: "Mallory", comment: EVIL_MARKUP }, "198.51.100.99");
    return { open: `/incidents/${now}`, over: `/incidents/${past}` };
  }

  async function incident(title, sev, services, summary) {
    return (await ask("incidents", { title, sev, services, summary })).id;
  }

  /** The page of the mail that went to `address`, by the link in it. */
  async function linkOf(address, path) {
    const folder = join(demo.folder, "outbox");
    return until(`a mail to ${address} with ${path}`, SOON, async () => {
      const names = await readdir(folder).catch(() => []);
      // Under another name it is being written.
      for (const name of names.filter((name) => name.endsWith(".eml"))) {
        const mail = (await readFile(join(folder, name), "utf8")).replace(/=\r?\n/g, "").replace(/=3D/g, "=");
        const link = new RegExp(`https?://[^\\s<>"]+(${path}\\?token=[^\\s<>"]+)`).exec(mail);
        if (mail.includes(address) && link) return link[1];
      }
    });
  }

  async function subscribe(page, address) {
    await page.goto(`${demo.origin}/subscribe`);
    await page.getByLabel("Mail address").fill(address);
    await page.getByText("Only about some components").click();
    await page.getByLabel("Till payments").check();
    await page.getByRole("button", { name: "Send me the link" }).click();
    assert.equal(new URL(page.url()).pathname, "/subscribe/asked");
    return linkOf(address, "/subscriptions/confirm");
  }

  const pages = () => ({
    component: COMPONENT,
    "component-calm": "/components/gift-vouchers",
    incident: open,
    "incident-over": incidents.over,
    history: "/history",
    "history-none": "/history?component=gift-vouchers",
    providers: "/providers",
    provider: "/providers/meridian",
    report: "/report?component=till-payments",
    thanks: "/report/thanks?component=till-payments",
    subscribe: "/subscribe",
    asked: "/subscribe/asked",
    login: "/login",
    confirm: "/subscriptions/confirm?token=none",
    unsubscribe: "/subscriptions/unsubscribe?token=none",
  });

  // These only look, so they look at the same time.
  describe("for whoever looks", { concurrency: 2 }, () => {
    for (const [name, options] of Object.entries({ desk: DESK, phone: PHONE })) {
      it(`keep WCAG 2.2 AA and fit the window, in the light and in the dark: ${name}`, async () => {
        await see("/", { ...options, bypassCSP: true }, async (page) => {
          for (const [what, path] of Object.entries(pages())) {
            await page.goto(demo.origin + path);
            for (const colorScheme of ["light", "dark"]) {
              await page.emulateMedia({ colorScheme });
              await picture(page, `page-${what}-${name}-${colorScheme}`);
            }
            await page.evaluate(() => document.querySelectorAll("main details").forEach((fold) => (fold.open = true)));
            assert.deepEqual(await breaches(page, COLOURS), [], `${path}, ${name}, dark, unfolded`);
            await page.emulateMedia({ colorScheme: "light" });
            assert.deepEqual(await breaches(page), [], `${path}, ${name}, light, unfolded`);
            const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
            assert.ok(width <= options.viewport.width, `${path}, unfolded, is ${width} px wide and scrolls sideways`);
          }
        });
      });
    }

    it("can be used by keyboard", async () => {
      await see("/", {}, async (page) => {
        for (const path of Object.values(pages())) {
          await page.goto(demo.origin + path);
          await page.keyboard.press("Tab");
          const first = await page.evaluate(() => document.activeElement.getAttribute("href"));
          assert.equal(first, "#main", `${path} begins with the way past its head`);
          // What a page offers and what the keyboard comes by, group by group where a key moves within a group.
          const offered = await page.evaluate((all) => {
            const stops = [...document.querySelectorAll(all)].filter((one) => one.checkVisibility());
            globalThis.offered = new Map(stops.map((one) => [one, one.type === "radio" ? one.name : one]));
            globalThis.reached = new Set();
            return new Set(globalThis.offered.values()).size;
          }, "a[href], button, input:not([type=hidden]), select, textarea, summary");
          for (let stops = 0; stops <= offered; stops++) {
            const seen = await page.evaluate(() => {
              const stop = document.activeElement;
              const style = getComputedStyle(stop);
              if (globalThis.offered.has(stop)) globalThis.reached.add(globalThis.offered.get(stop));
              const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
              return stop === document.body || marked ? null : stop.outerHTML.slice(0, 80);
            });
            assert.equal(seen, null, `${path}: the focus is seen`);
            await page.keyboard.press("Tab");
          }
          assert.equal(await page.evaluate(() => globalThis.reached.size), offered, `${path}: all that can be used is reached`);
        }
      });
    });

    it("show the words of strangers and run none of them", async () => {
      await see("/", { bypassCSP: true }, async (page) => {
        const rich = { [COMPONENT]: EVIL, [open]: EVIL_MARKUP, [incidents.over]: EVIL, "/history": EVIL, "/providers": EVIL, "/providers/meridian": EVIL };
        const comments = `/api/v1/comments?content_id=${open.split("/").pop()}`;
        for (const [path, text] of Object.entries({ "/": EVIL, ...rich, [comments]: EVIL })) {
          await page.goto(demo.origin + path);
          assert.ok((await page.locator("main").innerText()).includes(text), `${path} shows the text as text`);
          assert.equal(await page.locator("main script, main [onerror]").count(), 0, `${path} has made no element of it`);
        }
      });
    });
  });

  it("keep their look when they are loaded again and have not changed", async () => {
    await see("/subscribe", {}, async (page) => {
      const size = () => page.locator("h1").evaluate((heading) => getComputedStyle(heading).fontSize);
      const before = await size();
      const again = page.waitForResponse((answer) => new URL(answer.url()).pathname === "/subscribe");
      await page.goto(`${demo.origin}/subscribe`);
      assert.equal((await again).headers()["content-security-policy"].includes("style-src 'self'"), true);
      assert.equal(await size(), before);
    });
  });

  it("say what is wrong with a component and why, and lead on", async () => {
    await see(COMPONENT, { javaScriptEnabled: false }, async (page) => {
      const main = await page.locator("main").innerText();
      assert.match(main, /Till payments[^]*Partial outage/);
      assert.match(await page.locator("#why").innerText(), /Some cards are refused/);
      const bars = page.locator("#uptime").getByRole("img", { name: /its first day|the last 2 days, since it began/ });
      assert.equal(await bars.count(), 1, "the bars have a sentence");
      assert.match(await page.locator("#reports").innerText(), new RegExp(`${VISITORS} reports in 24 hours`));
      await page.locator("#reports-table > summary").click();
      assert.equal(await page.locator("#reports-table tbody td").first().innerText(), `${VISITORS}`);
      assert.match(await page.locator("#needs").innerText(), /Till ledger[^]*Card processing/);
      assert.match(await page.locator("#needed-by").innerText(), /Till receipts/);
      await page.goto(`${demo.origin}/providers/meridian`);
      assert.match(await page.locator("#parts").innerText(), /Card processing[^]*The others[^]*Dashboard/);
      await page.goBack();
      await page.locator(`#happening a[href="${open}"]`).last().click();
      assert.equal(new URL(page.url()).pathname, open);
    });
  });

  it("tell an incident from its beginning to what was learned, and nothing of the team's own", async () => {
    await see(open, { javaScriptEnabled: false }, async (page) => {
      const story = await page.locator("#timeline").innerText();
      assert.match(story, /One bank refuses cards[^]*looking into refused card payments[^]*One bank refuses\./);
      assert.doesNotMatch(await page.content(), /blue logo/);
      await page.goto(demo.origin + incidents.over);
      assert.match(await page.locator("main").innerText(), /Resolved[^]*What we learned[^]*nobody was told[^]*Run two workers/);
    });
  });

  it("take a report without scripts", async () => {
    await see("/report", { javaScriptEnabled: false, refusals: true }, async (page) => {
      const send = page.getByRole("button", { name: "Send the report" });
      await page.getByLabel("What does not work?").selectOption("Gift vouchers");
      await page.getByLabel("It shows errors").check();
      await page.getByLabel("In your words").fill(EVIL_MARKUP);
      // What a browser would not let pass comes back with what was typed.
      await page.locator("#report-component option[value=gift-vouchers]").evaluate((option) => (option.value = "gone"));
      await send.click();
      assert.equal(await page.locator(".error").innerText(), "Choose what does not work.");
      assert.equal(await page.getByLabel("In your words").inputValue(), EVIL_MARKUP);
      assert.ok(await page.getByLabel("It shows errors").isChecked());
      assert.deepEqual([await page.locator("main script").count(), page.url()], [0, `${demo.origin}/report/send`]);
      await picture(page, "page-report-refused");
      await page.getByLabel("What does not work?").selectOption("Gift vouchers");
      await send.click();
      assert.equal(new URL(page.url()).pathname, "/report/thanks");
      assert.equal(await page.locator("h1").innerText(), "Thank you");
      assert.match(await page.locator("#reports").innerText(), /1 report in 24 hours/);
      await picture(page, "page-thanks-first");
      const told = await ask("reports?component=gift-vouchers");
      assert.equal(told.results[0].message, EVIL_MARKUP);
    });
  });

  it("take a report on the component's own page", async () => {
    await see("/components/till-ledger", { javaScriptEnabled: false }, async (page) => {
      await page.locator("#tell-form > summary").click();
      await page.getByLabel("It is slow").check();
      await picture(page, "page-component-form");
      await page.getByRole("button", { name: "Send the report" }).click();
      assert.match(await page.locator("main").innerText(), /Thank you[^]*Till ledger/);
    });
  });

  it("subscribe and end it again, without scripts, by the links in mails", async () => {
    await see("/subscribe", { javaScriptEnabled: false, refusals: true }, async (page) => {
      const address = "grace@example.org";
      const link = await subscribe(page, address);
      await page.goto(demo.origin + link);
      await page.getByRole("button", { name: "Confirm" }).click();
      assert.equal(await page.locator("h1").innerText(), "You are subscribed");
      await picture(page, "page-confirmed");
      await page.goto(demo.origin + link);
      await page.getByRole("button", { name: "Confirm" }).click();
      assert.match(await page.getByRole("alert").innerText(), /too old, or was used already/);
      await picture(page, "page-confirm-refused");
      await ask("public/announce", { incident_id: open.split("/").pop(), state: "monitoring", message: "All banks work." });
      await page.goto(demo.origin + (await linkOf(address, "/subscriptions/unsubscribe")));
      await page.getByRole("button", { name: "End them" }).click();
      assert.equal(await page.locator("h1").innerText(), "No more mails");
      const { results } = await ask("subscriptions");
      assert.deepEqual(results.filter((one) => one.email === address), []);
    });
  });

  it("log in and say who one is, without scripts", async () => {
    await see("/login?next=/history", { javaScriptEnabled: false, refusals: true }, async (page) => {
      const email = page.getByLabel("Email address or username");
      await email.fill(`nobody ${EVIL}`);
      await page.getByLabel("Password").fill("wrong");
      await page.getByRole("button", { name: "Log in" }).click();
      assert.ok(await page.getByRole("alert").isVisible());
      assert.equal(await email.inputValue(), `nobody ${EVIL}`);
      await picture(page, "page-login-refused");
      await email.fill(demo.email);
      await page.getByLabel("Password").fill(demo.password);
      await page.getByRole("button", { name: "Log in" }).click();
      assert.equal(page.url(), `${demo.origin}/history`);
      assert.match(await page.locator(".door").innerText(), /Demo[^]*Console[^]*Log out/);
      // Who is logged in sends forms with a proof of where they are from.
      await page.goto(`${demo.origin}/report?component=till-receipts`);
      await page.getByLabel("Something else").check();
      await page.getByRole("button", { name: "Send the report" }).click();
      assert.equal(await page.locator("h1").innerText(), "Thank you");
    });
  });

  it("say plainly what is not there", async () => {
    const context = await browser.newContext(DESK);
    const page = await context.newPage();
    for (const path of ["/components/nope", "/incidents/INC-NOPE", "/history?page=99", "/providers/nope", "/report/thanks"]) {
      const answer = await page.goto(demo.origin + path);
      assert.equal(answer.status(), 404, path);
      assert.equal(await page.locator("h1").innerText(), "There is nothing here", path);
    }
    await picture(page, "page-missing");
    await context.close();
  });
});

/** Runs `body` on the page, and fails if anything on it opened a dialog: what strangers write would like to. */
async function unhurt(page, body) {
  const dialogs = [];
  page.on("dialog", (dialog) => dialogs.push(dialog.message()) && dialog.dismiss());
  await body(page);
  assert.deepEqual(dialogs, [], "no text of a stranger was run");
}

/** The status page of a provider that is unwell, in the form of Statuspage. */
async function startFeed() {
  const at = new Date(Date.now() - 50 * 60_000).toISOString();
  const part = (id, name, status) => ({ id, name, status, position: 1, group: false, group_id: null, created_at: at, updated_at: at });
  const cards = part("p1", "Card processing", "degraded_performance");
  const update = { id: "u1", status: "identified", body: `Refusals by one bank. ${EVIL}`, created_at: at, updated_at: at, display_at: at };
  const incident = { id: "i1", name: `Some cards refused ${EVIL}`, status: "identified", impact: "minor", shortlink: "https://status.meridian.example/i1" };
  const summary = {
    page: { id: "meridian", name: "Meridian", url: "https://status.meridian.example", time_zone: "Etc/UTC", updated_at: at },
    status: { indicator: "minor", description: "Minor outage" },
    components: [cards, part("p2", "Payouts", "operational"), part("p3", "Dashboard", "operational")],
    incidents: [{ ...incident, created_at: at, updated_at: at, started_at: at, resolved_at: null, monitoring_at: null, incident_updates: [update], components: [cards] }],
    scheduled_maintenances: [],
  };
  const server = createServer((_, answer) => answer.setHeader("content-type", "application/json").end(JSON.stringify(summary)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${server.address().port}/api/v2/summary.json` };
}
