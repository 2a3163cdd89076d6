/* Single keys. A page says what a key does: the element with that `data-key` is pressed or focused.
   Pages are whole without this file; where keys are switched off it is not even asked for. */
"use strict";

const TYPED_IN = "input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select";
const SEQUENCE_MS = 1500;

const help = document.getElementById("keys-help");
const said = document.getElementById("keys-said");
let first = null;

function isTyping(target) {
  return target instanceof Element && (target.isContentEditable || target.closest(TYPED_IN) !== null);
}

function labelOf(element) {
  return element.labels?.length ? element.labels[0].textContent : element.textContent;
}

function press(element) {
  if (element.matches(TYPED_IN)) {
    element.focus();
    return;
  }
  element.click();
  if (element.matches("input") && said) said.textContent = labelOf(element).trim();
}

function nextFinding() {
  const all = [...document.querySelectorAll("[data-finding]")];
  const next = all[all.indexOf(document.activeElement?.closest("[data-finding]")) + 1] ?? all[0];
  next?.focus();
  return next !== undefined;
}

function elementFor(key) {
  return document.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

function act(key) {
  if (key === "n") return nextFinding();
  const element = elementFor(key);
  if (element) press(element);
  return element !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
  if (isTyping(event.target) || help?.open) return;
  const sequence = first && event.timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${event.key}` : null;
  first = null;
  if (event.key === "g") {
    first = { key: "g", at: event.timeStamp };
  } else if (sequence === null ? act(event.key) : act(sequence)) {
    event.preventDefault();
  }
});

document.querySelector("[data-opens=keys-help]")?.addEventListener("click", (event) => {
  if (!help) return;
  event.preventDefault();
  help.showModal();
});
