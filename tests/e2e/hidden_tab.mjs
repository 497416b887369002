/**
 * A tab of Chromium behind another one, by puppeteer, which does not make each tab believe that it
 * is seen, as playwright does. Each line on stdin is a step, answered by a line of JSON.
 * Arguments: the browser's path, the address of the app, then flags of the browser.
 */

import process from "node:process";
import { createInterface } from "node:readline";

import puppeteer from "puppeteer-core";

const [executablePath, address, ...args] = process.argv.slice(2);

const browser = await puppeteer.launch({ executablePath, headless: true, args });
const page = await browser.newPage();
await page.goto(address);

/** @type {Record<string, () => Promise<unknown>>} */
const steps = {
  /** Nothing but being shown may bring the page back. */
  wait: () => page.evaluate(() => void (Math.random = () => 1e6)),
  hide: async () => (await browser.newPage()).bringToFront(),
  show: () => page.bringToFront(),
  press: () => page.evaluate(() => document.querySelector("button")?.click()),
  look: () =>
    page.evaluate(() => ({
      visible: document.visibilityState,
      connection: document.getElementById("tempest-app")?.dataset.connection,
      text: document.body.innerText,
    })),
};
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify((await steps[line]()) ?? null)}\n`);
}
await browser.close();
