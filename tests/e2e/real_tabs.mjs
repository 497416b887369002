/**
 * Two tabs with one app in a Chromium that holds none of them awake: the one behind is hidden, and
 * is discarded, as a system does that is short of memory. Prints what was seen, as JSON.
 * Arguments: the browser's path, a folder for its profile, the address of the app, the flags.
 *
 * Playwright keeps every page visible, and no browser discards a tab that a tool is attached to.
 */

import { writeFile } from "node:fs/promises";
import process from "node:process";

import puppeteer from "puppeteer-core";

/** @typedef {import("puppeteer-core").Page} Page */

const [executablePath, userDataDir, address, ...args] = process.argv.slice(2);
const START = 60_000;
const DISCARDS = "chrome://discards/";
// A kind of page that the browser gives only to those who say that they want it.
const ALLOWED = '{"internal_only_uis_enabled": true}';

const shows = (/** @type {string} */ wanted) =>
  !document.querySelector("[data-tempest-loading]") && document.body.innerText.includes(wanted);
const isHidden = () => document.visibilityState === "hidden";

/** What an app may do by itself in a tab that nobody sees. */
function actBehind() {
  const input = /** @type {HTMLInputElement} */ (document.querySelector("input"));
  input.value = "from behind";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  /** @type {HTMLElement} */ (document.querySelector("button")).click();
}

/** Press "Urgent Discard" for the tab with the address *wanted*, once it is in the list. */
function pressDiscard(/** @type {string} */ wanted) {
  const tab = document.querySelector("discards-main")?.shadowRoot?.querySelector("discards-tab");
  const rows = [...(tab?.shadowRoot?.querySelectorAll("tbody tr") ?? [])];
  const row = rows.find((one) => one.textContent?.includes(wanted));
  const links = [...(row?.querySelectorAll(".actions-cell div") ?? [])];
  const link = links.find((one) => one.textContent?.includes("Urgent Discard"));
  if (link?.hasAttribute("disabled")) return true;
  /** @type {HTMLElement | undefined} */ (link)?.click();
  return false;
}

/**
 * Wait until *test* holds in *page*. Puppeteer's own waiting makes functions of text in the page,
 * which its policy forbids.
 * @param {Page} page
 * @param {(wanted: string) => boolean} test
 * @param {string} [wanted]
 */
async function until(page, test, wanted = "") {
  for (const end = Date.now() + START; !(await page.evaluate(test, wanted)); ) {
    if (Date.now() > end) {
      throw new Error(`no "${wanted}" in: ${await page.evaluate(() => document.body.innerText)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @param {import("puppeteer-core").Browser} browser @param {string} then what is shown first */
async function open(browser, then) {
  const page = await browser.newPage();
  await page.goto(address);
  await until(page, shows, then);
  return page;
}

/** @param {Page} page @param {string} then what is shown after it */
async function add(page, then) {
  const button = await page.$("::-p-aria(Add[role='button'])");
  await button?.click();
  await until(page, shows, then);
}

/** @param {Page} page @param {string} then what the tab shows once it is in front */
async function turnTo(page, then) {
  await page.bringToFront();
  await until(page, shows, then);
}

/** Two tabs take turns. @param {import("puppeteer-core").Browser} browser */
async function takeTurns(browser) {
  const first = await open(browser, "Count: 0");
  await add(first, "Count: 1");
  const second = await open(browser, "Count: 1");
  await until(first, isHidden);
  await add(second, "Count: 2");
  await turnTo(first, "Count: 2");
  await add(first, "Count: 3");
  await turnTo(second, "Count: 3");
  await first.evaluate(actBehind);
  await until(first, shows, "from behind");
  await add(second, "Count: 4");
  // What the tab behind did counts to four as well.
  await add(second, "Count: 5");
  await turnTo(first, "Count: 5");
  const left = await first.evaluate(() => document.body.innerText);
  await second.close();
  await add(first, "Count: 6");
  return left;
}

/** @param {string} browserWSEndpoint */
async function discardIt(browserWSEndpoint) {
  const targetFilter = (/** @type {import("puppeteer-core").Target} */ target) =>
    !target.url().startsWith("http");
  const browser = await puppeteer.connect({ browserWSEndpoint, targetFilter });
  const pages = await browser.pages();
  const tool = /** @type {Page} */ (pages.find((page) => page.url() === DISCARDS));
  await until(tool, pressDiscard, address);
  await browser.disconnect();
}

await writeFile(`${userDataDir}/Local State`, ALLOWED);
const launched = await puppeteer.launch({ executablePath, userDataDir, args, headless: true });
try {
  const behind = await takeTurns(launched);
  const tool = await launched.newPage();
  await tool.goto(DISCARDS);
  const browserWSEndpoint = launched.wsEndpoint();
  await launched.disconnect();
  await discardIt(browserWSEndpoint);
  const browser = await puppeteer.connect({ browserWSEndpoint });
  const pages = await browser.pages();
  const again = /** @type {Page} */ (pages.find((page) => page.url() === address));
  await turnTo(again, "Count: 6");
  await add(again, "Count: 7");
  const discarded = await again.evaluate(() => Reflect.get(document, "wasDiscarded"));
  process.stdout.write(JSON.stringify({ behind, discarded }));
} finally {
  launched.process()?.kill();
}
