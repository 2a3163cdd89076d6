// From what a browser calls a key to what X calls it. Only what was typed counts, not where on the
// keyboard: so every layout works, and the screen inside needs to know none.

const NAMED = {
  Enter: 0xff0d, Backspace: 0xff08, Tab: 0xff09, Escape: 0xff1b, Delete: 0xffff, Insert: 0xff63,
  Home: 0xff50, End: 0xff57, PageUp: 0xff55, PageDown: 0xff56,
  ArrowLeft: 0xff51, ArrowUp: 0xff52, ArrowRight: 0xff53, ArrowDown: 0xff54,
  Control: 0xffe3, Alt: 0xffe9, Meta: 0xffeb, ContextMenu: 0xff67, Pause: 0xff13,
  PrintScreen: 0xff61, Undo: 0xff65, Redo: 0xff66, Find: 0xff68, Help: 0xff6a, Clear: 0xff0b,
};
const RIGHT = { Shift: 0xffe2, Control: 0xffe4, Alt: 0xffea, Meta: 0xffec };
const SHIFT = 0xffe1;
// Characters that the screen's layout (XKB's "eu") holds under an older number. Under any other one
// the screen would change its keymap first, and a busy program there can miss the key.
const OF_LAYOUT = {
  "€": 0x20ac, "–": 0x0aaa, "—": 0x0aa9, "œ": 0x13bd, "Œ": 0x13bc, "Ÿ": 0x13be,
  "‘": 0x0ad0, "’": 0x0ad1, "‚": 0x0afd, "“": 0x0ad2, "”": 0x0ad3, "„": 0x0afe,
};

export const CONTROL = NAMED.Control;
export const MODIFIERS = ["Shift", "Control", "Alt", "Meta", "AltGraph"];

// The keysym of a character, by its code point.
export function ofCharacter(character) {
  if (character === "\n" || character === "\r") return NAMED.Enter;
  if (character === "\t") return NAMED.Tab;
  if (OF_LAYOUT[character]) return OF_LAYOUT[character];
  const point = character.codePointAt(0);
  if ((point >= 0x20 && point <= 0x7e) || (point >= 0xa0 && point <= 0xff)) return point;
  return point < 0x20 || point === 0x7f ? 0 : 0x01000000 + point;
}

// The keysym of a keyboard event, or 0 when it has none of its own.
export function ofEvent(event) {
  const key = event.key;
  if (key === "Shift") return event.location === 2 ? RIGHT.Shift : SHIFT;
  if (event.location === 2 && RIGHT[key]) return RIGHT[key];
  if (NAMED[key]) return NAMED[key];
  const functionKey = /^F([1-9]|1[0-9]|2[0-4])$/.exec(key);
  if (functionKey) return 0xffbd + Number(functionKey[1]);
  return [...key].length === 1 ? ofCharacter(key) : 0;
}
