// Shows the first of a series of images, loads the others, and turns them with the wheel. ?count=300&cpu=1
import { Enums, RenderingEngine, cache, imageLoader, init, setUseCPURendering } from "@cornerstonejs/core";
import { init as initLoader } from "@cornerstonejs/dicom-image-loader";

const asked = new URLSearchParams(location.search);
const count = Number(asked.get("count"));
const images = Array.from({ length: count }, (_, number) => `wadouri:${location.origin}/series/${number + 1}.dcm`);
const element = document.getElementById("picture");

setUseCPURendering(asked.has("cpu"));
await init();
await initLoader({ maxWebWorkers: 2 });
cache.setMaxCacheSize(2 ** 30);
const engine = new RenderingEngine("engine");
engine.enableElement({ viewportId: "viewport", type: Enums.ViewportType.STACK, element });
const viewport = engine.getViewport("viewport");
await viewport.setStack(images, 0);
viewport.render();
element.addEventListener("wheel", (event) => viewport.scroll(Math.sign(event.deltaY)));
await Promise.all(images.map((image) => imageLoader.loadAndCacheImage(image)));
document.title = "loaded";
