// Puts the page together. Nothing of the workspace is ever written into it but pixels on the canvas.

import { Connection } from "./connection.js";
import { Keyboard } from "./keyboard.js";
import { Screen } from "./picture.js";
import { Pointer } from "./pointer.js";

const byId = (id) => document.getElementById(id);
const STATUS = {
  connecting: "Connecting to the workspace",
  connected: "Connected",
  lost: "Connection lost; connecting again",
  ended: "Not connected",
};
const BANNER = {
  network: ["The connection to the workspace is lost. Connecting again. Your kernels go on.", null],
  screen: ["The workspace's screen is starting. This takes a few seconds.", null],
  elsewhere: ["This workspace is shown in another window now.", "Show it here"],
  closed: ["This workspace is closed to you now: it was stopped, or you are signed out.", "Open it again"],
  forgotten: ["Signing in to the workspace again.", null],
  spent: ["The workspace has shown as much as it may.", "Try again"],
  refused: ["The connection was closed, because this page sent something that is not allowed.", "Connect again"],
};
const SETTLED = 200;

const stage = byId("stage");
const field = byId("keys");
const screen = new Screen(byId("screen"));
const focus = () => field.focus({ preventScroll: true });

function state(name, why) {
  document.body.dataset.state = name;
  byId("status").textContent = STATUS[name];
  byId("restart").disabled = name !== "connected";
  const [words, act] = BANNER[why] ?? ["", null];
  byId("banner").hidden = !why;
  byId("banner-words").textContent = words;
  byId("banner-act").hidden = !act;
  byId("banner-act").textContent = act ?? "";
  if (why === "forgotten") location.reload();
  byId("banner-act").onclick = () => (why === "closed" || why === "spent" ? location.reload() : connection.open());
}

let drawing = Promise.resolve();
const connection = new Connection(new URL("screen", location.href).href.replace(/^http/, "ws").replace(/[?#].*$/, ""), {
  state,
  size: (width, height) => { drawing = drawing.then(() => screen.resize(width, height)); },
  frame: (number, parts) => {
    // A picture that cannot be drawn must not keep those behind it from being sent.
    drawing = drawing.then(() => screen.draw(parts)).catch(() => undefined).then(() => connection.drawn(number));
  },
  cursor: (x, y, png) => screen.point(x, y, png),
  words: (text) => { byId("notice-words").textContent = text; byId("notice").hidden = false; },
  welcome: (mayPaste) => { byId("paste-open").hidden = !mayPaste; fit(); },
});

const keyboard = new Keyboard(field, {
  say: (keysym, down) => connection.key(keysym, down),
  releaseAll: () => connection.releaseAll(),
  leave: () => byId("help-open").focus(),
  onMac: /Mac/.test(navigator.platform),
});
new Pointer(screen.canvas, { say: (x, y, buttons) => connection.pointer(x, y, buttons), focus });

function fit() {
  connection.resize(Math.min(65535, stage.clientWidth), Math.min(65535, stage.clientHeight));
}
let settling;
new ResizeObserver(() => {
  clearTimeout(settling);
  settling = setTimeout(fit, SETTLED);
}).observe(stage);

function panel(name) {
  const box = byId(name);
  const opener = byId(`${name}-open`);
  const show = (open) => {
    box.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) {
      box.querySelector("textarea, button").focus({ preventScroll: true });
      box.scrollTop = 0;
    } else focus();
  };
  opener.onclick = () => show(box.hidden);
  box.querySelector(".close").onclick = () => show(false);
  box.addEventListener("keydown", (event) => event.key === "Escape" && show(false));
}
panel("help");
panel("paste");

byId("paste-send").onclick = () => {
  connection.paste(byId("paste-text").value);
  byId("paste-text").value = "";
  byId("paste").querySelector(".close").click();
};
byId("restart").onclick = () => {
  connection.restart();
  focus();
};
byId("notice-close").onclick = () => {
  byId("notice").hidden = true;
  focus();
};
byId("full-screen").onclick = async () => {
  await document.querySelector("main").requestFullscreen();
  // Where the browser can, Control and W and their like go to the workspace too.
  await navigator.keyboard?.lock?.().catch(() => undefined);
  focus();
};

const [, , username, project] = location.pathname.split("/").map(decodeURIComponent);
byId("name").textContent = project;
document.title = `${project} (${username})`;
window.addEventListener("pagehide", () => keyboard.forget());
state("connecting");
focus();
