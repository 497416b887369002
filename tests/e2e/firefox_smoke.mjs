/**
 * Opens the counter in Firefox, uses it until it is kept for use offline, says "kept" and waits for
 * a line; then opens it again, and prints what it saw as JSON.
 * Arguments: the browser's path, the address of the app.
 */

import process from "node:process";
import { createInterface } from "node:readline/promises";

import puppeteer from "puppeteer-core";

const [executablePath, address] = process.argv.slice(2);
const START = 120_000;

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  headless: true,
  args: ["--no-remote"],
});
try {
  const page = await browser.newPage();
  /** @type {string[]} */
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  /**
   * Puppeteer's own waiting makes functions of text in the page, which its policy forbids.
   * @param {string} what
   * @param {() => boolean | Promise<boolean>} test
   */
  const until = async (what, test) => {
    for (const end = Date.now() + START; !(await page.evaluate(test)); ) {
      if (Date.now() > end) throw new Error(`no ${what}: ${errors}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  /** The button is there before Python is: the click waits for it. */
  const count = async () => {
    await page.goto(address);
    const add = await page.waitForSelector("::-p-aria(+[role='button'])", { timeout: START });
    await add?.click();
    await until('"Count: 1"', () => document.body.innerText.includes("Count: 1"));
  };
  await count();
  await until("worker", async () => (await navigator.serviceWorker.ready).active !== null);
  process.stdout.write("kept\n");
  const lines = createInterface(process.stdin);
  await lines.question("");
  lines.close();
  await count();
  const inline = await page.evaluate(() => document.querySelectorAll("[style]").length);
  process.stdout.write(JSON.stringify({ browser: await browser.version(), errors, inline }));
} finally {
  await browser.close();
}
