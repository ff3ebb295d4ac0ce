// Bundles the rich editor and the design tokens into keikaku/web/static/built.
// Nothing of what it writes may ask another host for anything: what would is replaced, or fails.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, "node_modules");
const built = path.join(here, "..", "keikaku", "web", "static", "built");

/** Addresses in yasgui that its own completers and defaults would ask; ours take their places. */
const foreign = [
  "lov.linkeddata.es/dataset/lov/api/v2/autocomplete/terms",
  "https://dbpedia.org/sparql",
  "https://query.wikidata.org/bigdata/namespace/wdq/sparql",
  "https://docs.triply.cc/yasgui/",
];

const closedNetwork = {
  name: "closed-network",
  setup(task) {
    task.onLoad({ filter: /yasgui\.esm\.js$/ }, async ({ path: file }) => {
      let text = await readFile(file, "utf8");
      for (const address of foreign) {
        if (!text.includes(address)) throw new Error(`${file} no longer has ${address}; look again`);
        text = text.replaceAll(address, "/");
      }
      return { contents: text, loader: "js" };
    });
  },
};

/** The packages whose files went into the bundle, with their licences. */
async function licences(metafile) {
  const names = new Set(["@digital-go-jp/design-tokens"]);
  for (const file of Object.keys(metafile.inputs)) {
    const found = file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/);
    if (found) names.add(found[1]);
  }
  // yasgui comes bundled: what it was bundled from is what it depends on
  const wanted = [...names];
  for (const name of wanted) {
    if (!names.has(name)) names.add(name);
    if (name.startsWith("@zazuko/")) {
      const { dependencies = {} } = JSON.parse(
        await readFile(path.join(modules, name, "package.json"), "utf8"),
      );
      wanted.push(...Object.keys(dependencies).filter((other) => !wanted.includes(other)));
    }
  }
  const parts = [];
  for (const name of [...names].sort()) {
    const folder = path.join(modules, name);
    const said = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const files = (await readdir(folder)).filter((entry) => /^(licen[cs]e|copying|notice)[^/]*$/i.test(entry));
    const texts = [];
    for (const file of files.sort()) {
      const place = path.join(folder, file);
      if ((await stat(place)).isFile()) texts.push((await readFile(place, "utf8")).trim());
    }
    const text = texts.join("\n\n");
    parts.push(`${name} ${said.version}: ${said.license ?? "see below"}\n\n${text}\n`);
  }
  return parts.join(`\n${"-".repeat(72)}\n\n`);
}

await rm(built, { recursive: true, force: true });
await mkdir(built, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: { editor: "src/editor.js" },
  outdir: built,
  bundle: true,
  format: "esm",
  splitting: true,
  minify: true,
  sourcemap: false,
  legalComments: "none",
  target: ["es2022"],
  define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
  chunkNames: "[name]-[hash]",
  metafile: true,
  plugins: [closedNetwork],
  logLevel: "warning",
});
const tokens = path.join(modules, "@digital-go-jp", "design-tokens", "dist", "tokens.css");
await writeFile(path.join(built, "tokens.css"), await readFile(tokens));
await writeFile(path.join(built, "licences.txt"), await licences(metafile));
