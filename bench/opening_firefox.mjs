/**
 * One visit of a page in Firefox. What it is to do is read as JSON, what it found is written so:
 * `{executable, profile, url, watch, settled, stay}`, the scripts and times of opening.py.
 */

import { readFileSync } from "node:fs";
import process from "node:process";

import puppeteer from "puppeteer-core";

const { executable, profile, url, watch, settled, stay } = JSON.parse(readFileSync(0, "utf8"));

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: executable,
  headless: true,
  userDataDir: profile,
  protocolTimeout: 300_000,
  args: ["--no-remote"],
});
try {
  const page = await browser.newPage();
  await page.evaluateOnNewDocument(watch);
  await page.goto(url);
  const found = await page.evaluate(() => /** @type {any} */ (globalThis).opening);
  if (settled && !(await page.evaluate(`(${settled})()`))) {
    throw new Error("the first visit left nothing behind for the next one");
  }
  await new Promise((resolve) => setTimeout(resolve, stay));
  process.stdout.write(JSON.stringify(found));
} finally {
  await browser.close();
}
