/**
 * Opens an app in Firefox, uses it, and prints what it saw as JSON.
 * Arguments: the browser's path, the address of the app.
 */

import process from "node:process";

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
  await page.goto(address);
  const add = await page.waitForSelector("::-p-aria(Add[role='button'])", { timeout: START });
  await add?.click();
  // The button is there before Python is: the click waits for it. Puppeteer's own waiting makes
  // functions of text in the page, which its policy forbids.
  const shows = () => page.evaluate(() => document.body.textContent?.includes("Count: 1"));
  for (const end = Date.now() + START; !(await shows()); ) {
    if (Date.now() > end) throw new Error(`no "Count: 1" came: ${errors}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const fields = await page.evaluate(() => document.querySelectorAll("[style]").length);
  process.stdout.write(
    JSON.stringify({ browser: await browser.version(), errors, inline: fields }),
  );
} finally {
  await browser.close();
}
