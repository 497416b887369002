/**
 * Uses the counter and the chat of a server in Firefox, and what the browser can do beside, and
 * prints what it saw as JSON. Arguments: the browser's path, and addresses by three: of a counter,
 * of a chat, and of the app in apps/native.
 */

import process from "node:process";

import puppeteer from "puppeteer-core";

const [executablePath, ...addresses] = process.argv.slice(2);
const PATIENCE = 60_000;

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  headless: true,
  args: ["--no-remote"],
});
/** @type {string[]} */
const errors = [];

/** @param {string} address */
async function open(address) {
  const page = await browser.newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(address);
  return page;
}

/**
 * @param {import("puppeteer-core").Page} page
 * @param {string} text
 */
async function shows(page, text) {
  // Puppeteer's own waiting makes functions of text in the page, which its policy forbids.
  const there = () => page.evaluate((wanted) => document.body.innerText.includes(wanted), text);
  for (const end = Date.now() + PATIENCE; !(await there()); ) {
    if (Date.now() > end) throw new Error(`no "${text}" came: ${errors}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * @param {import("puppeteer-core").Page} page
 * @param {string} field
 * @param {string} text
 */
async function enter(page, field, text) {
  const input = await page.waitForSelector(`::-p-aria(${field}[role='textbox'])`, { timeout: PATIENCE });
  await input?.type(text);
  await input?.press("Enter");
}

const isFocused = () => document.activeElement?.getAttribute("placeholder") === "Extra";

try {
  while (addresses.length > 0) {
    const [counter, chat, native] = addresses.splice(0, 3);
    const page = await open(counter);
    const add = await page.waitForSelector("::-p-aria(+[role='button'])", { timeout: PATIENCE });
    await add?.click();
    await shows(page, "Count: 1");
    await page.close();
    const [ada, bob] = [await open(chat), await open(chat)];
    await enter(ada, "Your name", "Ada");
    await enter(bob, "Your name", "Bob");
    await shows(ada, "Ada, Bob");
    await enter(bob, "Message", "Hello from the fox");
    await shows(ada, "Hello from the fox");
    await bob.close();
    await shows(ada, "Lobby\nAda\n");
    await ada.close();
    const asking = await open(native);
    for (const name of ["Keep", "Screen", "Copy", "Focus"]) {
      const button = await asking.waitForSelector(`::-p-aria(${name}[role='button'])`, { timeout: PATIENCE });
      await button?.click();
    }
    await shows(asking, "Draft(text='so far', words=2), ['draft', 'other']");
    await shows(asking, "Screen: Screen(width=");
    await shows(asking, "Copy: None");
    for (const end = Date.now() + PATIENCE; !(await asking.evaluate(isFocused)); ) {
      if (Date.now() > end) throw new Error("nothing was focused");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await asking.close();
  }
  process.stdout.write(JSON.stringify({ browser: await browser.version(), errors }));
} finally {
  await browser.close();
}
