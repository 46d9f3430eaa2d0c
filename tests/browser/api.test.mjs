// The API as people meet it in a browser: every address is a page to read and to try, with and without scripts, and
// Swagger UI shows the whole.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { breaches, launch, picture, startDemo, visit } from "./helpers.mjs";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 812 };
const COMPONENTS = "/api/v1/components?page_size=2";

describe("the API in a browser", () => {
  let demo, browser;
  const open = (options, body) => visit(browser, demo.origin, { viewport: DESKTOP, ...options }, body);

  before(async () => {
    demo = await startDemo();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  // Logs in on the page that asks for it, and comes back to `next`.
  async function logIn(page, next) {
    await page.goto(`${demo.origin}/login?next=${encodeURIComponent(next)}`);
    await page.getByLabel("Email address or username").fill(demo.email);
    await page.getByLabel("Password").fill(demo.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL(demo.origin + next);
  }

  it("shows every answer as a page", async () => {
    await open({ path: COMPONENTS }, async (page) => {
      assert.match(await page.locator("h1").innerText(), /^Lists the components/);
      assert.equal(await page.locator(".answer .status").innerText(), "HTTP 200 OK");
      const keys = await page.locator(".answer .k").allInnerTexts();
      assert.deepEqual(keys.slice(0, 5), ['"count"', '"next"', '"previous"', '"results"', '"slug"']);
      const [key, text] = [".k", ".s"].map((kind) => page.locator(`.answer ${kind}`).first());
      const colour = (element) => element.evaluate((one) => getComputedStyle(one).color);
      assert.notEqual(await colour(key), await colour(text), "names and texts are told apart by colour too");
      await page.getByRole("link", { name: "Next page" }).click();
      assert.equal(new URL(page.url()).searchParams.get("page"), "2");
      assert.equal(await page.locator("form[method=post]").count(), 0, "who may not write gets no form for it");
    });
  });

  it("asks what may be done here", async () => {
    await open({ path: COMPONENTS }, async (page) => {
      await page.getByRole("button", { name: "OPTIONS" }).click();
      await page.getByText('"renders"').waitFor();
    });
  });

  for (const colorScheme of ["light", "dark"]) {
    it(`keeps WCAG 2.2 AA: ${colorScheme}`, async () => {
      await open({ path: "/login", colorScheme, reducedMotion: "reduce", bypassCSP: true }, async (page) => {
        assert.deepEqual(await breaches(page), [], "the login");
        await page.goto(demo.origin + COMPONENTS);
        assert.deepEqual(await breaches(page), [], "for everybody");
        await logIn(page, COMPONENTS);
        await page.getByText("POST as JSON").click();
        assert.deepEqual(await breaches(page), [], "with forms");
      });
    });
  }

  it("fits a phone", async () => {
    await open({ path: "/login", viewport: PHONE, isMobile: true, hasTouch: true }, async (page) => {
      await picture(page, "login-phone");
      await logIn(page, COMPONENTS);
      await picture(page, "api-phone");
      const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
      assert.ok(width <= PHONE.width, `the page is ${width} px wide and scrolls sideways`);
    });
  });

  it("knows who has logged in, and takes forms without scripts", async () => {
    await open({ path: "/login", javaScriptEnabled: false }, async (page) => {
      await logIn(page, COMPONENTS);
      assert.equal(await page.locator(".who").innerText(), "Logged in as Demo");
      await picture(page, "api-browsable");
      await page.getByLabel("Slug").fill("gift-cards");
      await page.getByLabel("Name").fill("Gift cards");
      await page.getByLabel("Description").fill("For those who cannot decide.");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByText("HTTP 201 Created").waitFor();
      assert.match(await page.locator(".answer").innerText(), /"slug": "gift-cards"/);
      const kept = await page.request.get(`${demo.origin}/api/v1/components/gift-cards`);
      assert.equal((await kept.json()).name, "Gift cards");
    });
  });

  it("can be tried as a whole in Swagger UI", async () => {
    await open({ path: "/api/" }, async (page) => {
      const login = { email: demo.email, password: demo.password };
      const answer = await page.request.post(`${demo.origin}/api/v1/auth/login`, { data: login });
      const { token } = await answer.json();
      await page.getByRole("button", { name: "Authorize" }).first().click();
      await page.locator("#auth-bearer-value").fill(token);
      await page.getByRole("button", { name: "Apply credentials" }).first().click();
      await page.locator(".btn-done").first().click();

      await page.getByPlaceholder("Filter by tag").fill("users");
      const operation = page.locator("#operations-users-users_list");
      await operation.locator(".opblock-summary-control").click();
      await operation.locator(".btn.execute").click();
      const status = operation.locator(".live-responses-table .response-col_status").last();
      await status.getByText("200").waitFor();
      assert.match(await operation.locator(".live-responses-table .response-col_description").last().innerText(), /"count"/);
      await picture(page, "api-swagger");
    });
  });
});
