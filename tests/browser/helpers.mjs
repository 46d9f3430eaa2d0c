// Starts the demonstration and opens its pages, so that a test says only what a page must be.
// Any page fails its test by an error on the console, a breach of its security policy or a request to a foreign host.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const fromRoot = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const BINARY = process.env.POLYSTATUS || fromRoot("target/debug/polystatus");
const SCREENSHOTS = process.env.SCREENSHOTS || fromRoot("target/screenshots");
const CHROMIUM = process.env.CHROMIUM || "/usr/bin/chromium";
const LISTENING = /^polystatus: listening on (http:\/\/127\.0\.0\.1:\d+)/;
const LOGIN = /^ *Log in +(\S+) with password (\S+)$/;
const [START_DEADLINE, STOP_DEADLINE, PAGE_DEADLINE] = [30_000, 15_000, 15_000];

// What WCAG 2.2 asks at levels A and AA, as axe names it.
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];

/**
 * Starts `polystatus demo` on a free port and a folder of its own, with these settings from the environment besides. It gives its
 * `origin`, the `email` and the `password` of its administrator, its data `folder`, and `stop`, which ends it and fails if it did
 * not end well.
 */
export async function startDemo(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), "polystatus-browser-"));
  const child = spawn(BINARY, ["demo", "--listen", "127.0.0.1:0", "--data-dir", folder], {
    // Neither a .env file nor settings of the one who runs the tests may change what is tested.
    cwd: folder,
    // Tests ask more often than people do.
    env: { PATH: process.env.PATH, RUST_BACKTRACE: "1", POLYSTATUS_WEB__THROTTLE__ANONYMOUS: "off", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  const note = (text) => (log = (log + text).slice(-8000));
  child.stderr.setEncoding("utf8").on("data", note);
  const lines = createInterface({ input: child.stdout });
  const ended = new Promise((resolve) => {
    child.on("error", (error) => resolve(`cannot be started: ${error.message}; build it with cargo build`));
    child.on("exit", (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`));
  });
  process.once("exit", () => child.kill("SIGKILL"));

  const listening = new Promise((resolve) => {
    let origin;
    lines.on("line", (line) => {
      note(`${line}\n`);
      origin ??= LISTENING.exec(line)?.[1];
      const login = LOGIN.exec(line);
      if (login) resolve({ origin, email: login[1], password: login[2] });
    });
  });
  const outcome = await within(START_DEADLINE, Promise.race([listening, ended]));
  if (!outcome?.origin) {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    const reason = outcome ?? `did not print its address within ${START_DEADLINE / 1000} s`;
    throw new Error(`${BINARY} demo ${reason}. What it said:\n${log}`);
  }

  async function stop() {
    child.kill("SIGTERM");
    const outcome = (await within(STOP_DEADLINE, ended)) ?? `did not end within ${STOP_DEADLINE / 1000} s`;
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    assert.equal(outcome, "ended with code 0", `the demonstration, told to end, ${outcome}. What it said:\n${log}`);
    assert.doesNotMatch(log, /panicked at/, "the demonstration panicked");
  }
  return { ...outcome, folder, stop };
}

/** The browser that all tests of a file share. */
export function launch() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Opens `path` in a context of its own, runs `body` on the page, then fails on anything the page should not have done; with
 * `refusals` it may have been refused what it asked for. */
export async function visit(browser, origin, { path = "/", refusals = false, ...options }, body) {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Paris", ...options });
  context.setDefaultTimeout(PAGE_DEADLINE);
  const problems = await watch(context, origin, refusals);
  let failure;
  try {
    const page = await context.newPage();
    const answer = await page.goto(origin + path);
    assert.equal(answer.status(), 200, `${path} answers`);
    await body(page);
  } catch (error) {
    failure = error;
  }
  const found = [...problems];
  await context.close();
  const told = `${path} should not have done this:\n${found.join("\n")}`;
  if (found.length > 0) throw failure ? new Error(told, { cause: failure }) : new Error(told);
  if (failure) throw failure;
}

async function watch(context, origin, refusals) {
  const problems = [];
  // The policy reports its breaches to the document; the console is where we listen.
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`security policy: ${event.violatedDirective} forbids ${event.blockedURI}`);
    });
  });
  context.on("console", (message) => {
    if (refusals && /responded with a status of 4\d\d/.test(message.text())) return;
    if (message.type() === "error") problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => problems.push(`script: ${error.error().stack ?? error.error()}`));
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (!["data:", "blob:"].includes(url.protocol) && url.origin !== origin) problems.push(`foreign request: ${url}`);
  });
  return problems;
}

/** The rules of axe that another colour scheme can break. */
export const COLOURS = ["color-contrast", "link-in-text-block"];

/** What axe finds against WCAG 2.2 AA on the page, or against these rules of it alone, a line for each element. The page must
 * be opened with `bypassCSP`. */
export async function breaches(page, rules) {
  if (!(await page.evaluate(() => "axe" in globalThis))) {
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
  }
  const { violations } = await page.evaluate(
    (runOnly) => globalThis.axe.run(document, { runOnly, resultTypes: ["violations"] }),
    rules ? { type: "rule", values: rules } : { type: "tag", values: WCAG },
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n  ${node.target.join(" ")}\n  ${node.failureSummary}`),
  );
}

/** Keeps a picture of the whole page in target/screenshots. */
export async function picture(page, name) {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** Asks again and again until `probe` gives something true, and returns it; fails with `what` after `deadline` ms. */
export async function until(what, deadline, probe) {
  const end = Date.now() + deadline;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) assert.fail(`${what}: not within ${deadline / 1000} s`);
    await sleep(100);
  }
}

/** The value of `promise`, or undefined after `deadline` ms. */
async function within(deadline, promise) {
  const timer = new AbortController();
  const late = sleep(deadline, undefined, { signal: timer.signal }).catch(() => {});
  const value = await Promise.race([promise, late]);
  timer.abort();
  return value;
}
