// Puts page.mjs, the packages it needs and the loader's worker into build/.
import { copyFileSync } from "node:fs";
import { build } from "esbuild";

const loader = "node_modules/@cornerstonejs/dicom-image-loader/dist/esm";

// Codecs made for Node as well as for browsers ask for these and do not use them here.
const nothing = {
  name: "nothing",
  setup(steps) {
    steps.onResolve({ filter: /^(node:)?(fs|path|url|module|crypto|worker_threads|events)$/ }, (found) => ({
      path: found.path,
      namespace: "nothing",
    }));
    steps.onLoad({ filter: /.*/, namespace: "nothing" }, () => ({
      contents:
        "export default {}; export class EventEmitter {} export const createRequire = () => () => ({}); export const pathToFileURL = (x) => x, fileURLToPath = (x) => x;",
    }));
  },
};

await build({
  entryPoints: ["page.mjs", `${loader}/decodeImageFrameWorker.js`],
  entryNames: "[name]",
  outdir: "build",
  bundle: true,
  format: "esm",
  minify: true,
  loader: { ".wasm": "file" },
  plugins: [nothing],
  logLevel: "error",
});
copyFileSync("index.html", "build/index.html");
