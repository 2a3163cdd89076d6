// Keys of the person become keys of the workspace.

import { CONTROL, MODIFIERS, ofCharacter, ofEvent } from "./keysyms.js";

// What a browser reports while an accent or an input method is still at work.
const UNFINISHED = ["Dead", "Process", "Unidentified", "Compose"];

export class Keyboard {
  // field: the text field that has the focus. say(keysym, down) and releaseAll() tell the workspace.
  constructor(field, { say, releaseAll, leave, onMac }) {
    Object.assign(this, { field, say, releaseAll, leave, onMac });
    this.down = new Map();
    field.addEventListener("keydown", (event) => this.#press(event));
    field.addEventListener("keyup", (event) => this.#letGo(event));
    field.addEventListener("input", (event) => event.isComposing || this.#typeField());
    field.addEventListener("compositionend", () => this.#typeField());
    for (const kind of ["paste", "copy", "cut", "drop", "contextmenu"]) {
      field.addEventListener(kind, (event) => event.preventDefault());
    }
    field.addEventListener("blur", () => this.forget());
    window.addEventListener("blur", () => this.forget());
    document.addEventListener("visibilitychange", () => document.hidden && this.forget());
  }

  // Nobody is at the keyboard any more: no key may stay down.
  forget() {
    this.down.clear();
    this.field.value = "";
    this.releaseAll();
  }

  #press(event) {
    if (event.isComposing || event.keyCode === 229 || UNFINISHED.includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Home" && event.ctrlKey && event.altKey) {
      this.forget();
      this.leave();
      return;
    }
    if (this.#isLevelKey(event)) {
      // Windows reports AltGr as left Control and then AltGr; neither is meant by itself.
      this.#release("ControlLeft");
      return;
    }
    const keysym = this.#keysym(event);
    if (!keysym) return;
    const isCharacter = !MODIFIERS.includes(event.key) && [...event.key].length === 1;
    if (isCharacter && event.getModifierState("AltGraph")) this.#release("ControlLeft");
    this.down.set(event.code || event.key, keysym);
    this.say(keysym, true);
    // A Mac does not report that a key is let go while Command is held.
    if (this.onMac && event.metaKey && event.key !== "Meta") this.#release(event.code || event.key);
  }

  #letGo(event) {
    event.preventDefault();
    // By its place: with Shift let go first, the same key would report another character.
    this.#release(event.code || event.key);
  }

  // The third level of a layout: what it makes of the next key is what counts.
  #isLevelKey(event) {
    return event.key === "AltGraph" || (this.onMac && event.key === "Alt");
  }

  #keysym(event) {
    if (this.onMac && event.key === "Meta") return CONTROL;
    return ofEvent(event);
  }

  #release(place) {
    const keysym = this.down.get(place);
    if (keysym === undefined) return;
    this.down.delete(place);
    this.say(keysym, false);
  }

  // What an accent, an input method or an on-screen keyboard has made.
  #typeField() {
    const typed = this.field.value;
    this.field.value = "";
    for (const character of typed) {
      const keysym = ofCharacter(character);
      if (keysym) {
        this.say(keysym, true);
        this.say(keysym, false);
      }
    }
  }
}
