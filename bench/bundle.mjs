/** Bundles the targets that are written in JavaScript, for production: `node bundle.mjs OUT`. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transformAsync } from "@babel/core";
import solid from "babel-preset-solid";
import { build } from "esbuild";

const [out] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));

/** Solid compiles its JSX to templates; esbuild alone would make calls of it. */
const solidJsx = {
  name: "solid-jsx",
  /** @param {import("esbuild").PluginBuild} task */
  setup(task) {
    task.onLoad({ filter: /solid\.jsx$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const options = { presets: [solid], filename: path, babelrc: false, configFile: false };
      const result = await transformAsync(source, options);
      return { contents: result?.code ?? "", loader: "js" };
    });
  },
};

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  format: /** @type {const} */ ("esm"),
  target: "es2022",
  outdir: out,
  define: { "process.env.NODE_ENV": '"production"' },
  jsx: /** @type {const} */ ("automatic"),
};

/** @param {string[]} names of targets */
const targets = (...names) =>
  Object.fromEntries(names.map((name) => [name.split(".")[0], `targets/${name}`]));

await Promise.all([
  build({ ...common, entryPoints: targets("vanilla.js", "react.jsx") }),
  build({ ...common, entryPoints: targets("preact.jsx"), jsxImportSource: "preact" }),
  build({ ...common, entryPoints: targets("solid.jsx"), plugins: [solidJsx] }),
  build({ ...common, entryPoints: { harness: "page/harness.js" }, format: "iife" }),
]);
