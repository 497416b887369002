/**
 * Bundles js/ into what the wheel carries: client.js (applies frames, in every mode), boot.js
 * (starts apps in a page; imports client.js from beside it), live.js (connects a page to its app on
 * a server; likewise), gate.js (brings them into a page, held to their hashes), early.js (notes what
 * is done before either), native.js (what Python asks of the browser beside showing the app; fetched
 * when it first does), worker.js (Python), base.css and theme.css.
 *
 *     node scripts/bundle.mjs FOLDER
 *
 * Each file is written beside its place and then renamed, so that a reader that runs at the
 * same time sees the old client or the new one, never half of one.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * What the visitor need not download of the tables, beside what they say to people about
 * themselves: Python alone reads it, and js/tables.js must not.
 * @type {Record<string, string[]>}
 */
const NOT_FOR_THE_CLIENT = {
  events: ["widgets", "payloads"],
  wire: ["protocol", "kinds", "runtime_events", "reserved_events"],
};

/** @type {import("esbuild").Plugin} */
const tablesForTheClient = {
  name: "tables-for-the-client",
  setup(builder) {
    builder.onLoad({ filter: /[\\/]tables[\\/]\w+\.json$/ }, async ({ path }) => {
      const table = JSON.parse(await readFile(path, "utf8"));
      const unused = NOT_FOR_THE_CLIENT[basename(path, ".json")] ?? [];
      for (const name of ["$comment", ...unused]) delete table[name];
      return { contents: JSON.stringify(table), loader: "json" };
    });
  },
};

/**
 * What boot.js and live.js take from the client stays in the client's file.
 * @type {import("esbuild").Plugin}
 */
const clientApart = {
  name: "client-apart",
  setup(builder) {
    builder.onResolve({ filter: /^\.\/client\.js$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** @param {string} folder where the files go */
async function bundle(folder) {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [
      { in: "js/client.js", out: "client" },
      { in: "js/index.js", out: "boot" },
      { in: "js/live.js", out: "live" },
      { in: "js/gate.js", out: "gate" },
      { in: "js/early.js", out: "early" },
      { in: "js/native.js", out: "native" },
      { in: "js/worker.js", out: "worker" },
      { in: "js/base.css", out: "base" },
      { in: "js/theme.css", out: "theme" },
    ],
    outdir: folder,
    bundle: true,
    charset: "utf8",
    format: "esm",
    legalComments: "none",
    logLevel: "warning",
    minify: true,
    plugins: [tablesForTheClient, clientApart],
    target: ["es2022", "chrome111", "firefox113", "safari16.4"],
    write: false,
  });
  await mkdir(folder, { recursive: true });
  for (const file of outputFiles) {
    const unfinished = `${file.path}.${process.pid}`;
    await writeFile(unfinished, file.contents);
    await rename(unfinished, file.path);
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("usage: node scripts/bundle.mjs FOLDER\n");
  process.exit(2);
}
await bundle(resolve(folder)).catch((error) => {
  // esbuild has told its own errors already; the rest would be lost.
  if (error.errors === undefined) process.stderr.write(`${error}\n`);
  process.exit(1);
});
