// A picture to search with: chosen, dropped or pasted; shrunk before it travels.

import { byId } from "./dom.js";

const LONGEST_SIDE = 1024; // encoders look at 224 to 512 pixels; more only costs upload

let made = 0; // a key is never met again, not even after a reload

/** Wrap a file as a picture to search with. */
export function makePicture(file) {
  let encoded = null;
  made += 1;
  return {
    key: `${performance.timeOrigin}-${made}`,
    name: file.name || "Pasted picture",
    url: URL.createObjectURL(file),
    base64: () => (encoded ??= shrink(file).then(toBase64)),
  };
}

/** Call `take(file)` for every picture that is chosen, dropped or pasted anywhere. */
export function listenForPictures(take) {
  const input = byId("file");
  byId("pick").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    if (input.files.length) take(input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  document.addEventListener("paste", (event) => {
    const file = pictureOf(event.clipboardData);
    const isText = event.target.closest?.("input") && event.clipboardData.types.includes("text/plain");
    if (!file || isText) return; // what is copied from a document may be both
    event.preventDefault();
    take(file);
  });
  listenForDrops(take);
}

function listenForDrops(take) {
  const zone = byId("dropzone");
  const carriesFile = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carriesFile(event) || byId("details").open) return;
    event.preventDefault();
    zone.hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.hidden = true; // left the window
  });
  document.addEventListener("drop", (event) => {
    zone.hidden = true;
    if (!carriesFile(event)) return;
    event.preventDefault();
    const file = pictureOf(event.dataTransfer) ?? event.dataTransfer.files[0];
    if (file && !byId("details").open) take(file);
  });
}

const pictureOf = (data) => [...(data?.files ?? [])].find((file) => file.type.startsWith("image/"));

// A file that this browser cannot read goes out as it is: the service says what is wrong with it.
async function shrink(file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  const scale = bitmap ? LONGEST_SIDE / Math.max(bitmap.width, bitmap.height) : 1;
  if (scale >= 1) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "white"; // what shows through transparent pictures
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", 0.92));
}

function toBase64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
