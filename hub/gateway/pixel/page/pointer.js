// The pointer and the wheel of the person become those of the workspace.

const BUTTONS = [1, 4, 2]; // a browser's left, right, middle; as bits of RFB: left 1, middle 2, right 4
const WHEEL = { up: 8, down: 16, left: 32, right: 64 };
const NOTCH = 100;
const MOST_NOTCHES = 5;

export class Pointer {
  // canvas: where the screen is drawn. say(x, y, buttons) tells the workspace.
  constructor(canvas, { say, focus }) {
    Object.assign(this, { canvas, say, focus });
    this.at = { x: 0, y: 0 };
    this.buttons = 0;
    this.turned = { x: 0, y: 0 };
    this.waiting = false;
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    for (const kind of ["pointermove", "pointerup", "pointercancel"]) {
      canvas.addEventListener(kind, (event) => this.#move(event));
    }
    canvas.addEventListener("wheel", (event) => this.#turn(event), { passive: false });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  #press(event) {
    event.preventDefault();
    this.focus();
    this.canvas.setPointerCapture(event.pointerId);
    this.#move(event);
  }

  #move(event) {
    const before = this.buttons;
    this.#place(event);
    this.buttons = BUTTONS.reduce((sum, bit, index) => sum | (event.buttons & (1 << index) ? bit : 0), 0);
    if (event.type === "pointercancel") this.buttons = 0;
    if (this.buttons !== before) this.#tell();
    else this.#tellSoon();
  }

  // Moves come faster than a screen is drawn; one for each picture is enough.
  #tellSoon() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => this.waiting && this.#tell());
  }

  #tell() {
    this.waiting = false;
    this.say(this.at.x, this.at.y, this.buttons);
  }

  #place(event) {
    const box = this.canvas.getBoundingClientRect();
    const within = (value, most) => Math.max(0, Math.min(most - 1, Math.floor(value)));
    this.at = {
      x: within(((event.clientX - box.left) * this.canvas.width) / box.width, this.canvas.width),
      y: within(((event.clientY - box.top) * this.canvas.height) / box.height, this.canvas.height),
    };
  }

  #turn(event) {
    event.preventDefault();
    this.#place(event);
    const unit = [1, 33, this.canvas.height][event.deltaMode];
    this.#notches("x", event.deltaX * unit, WHEEL.left, WHEEL.right);
    this.#notches("y", event.deltaY * unit, WHEEL.up, WHEEL.down);
  }

  #notches(axis, distance, back, forward) {
    this.turned[axis] += distance;
    const whole = Math.trunc(this.turned[axis] / NOTCH);
    this.turned[axis] -= whole * NOTCH;
    for (let count = Math.min(Math.abs(whole), MOST_NOTCHES); count > 0; count -= 1) {
      this.say(this.at.x, this.at.y, this.buttons | (whole < 0 ? back : forward));
      this.say(this.at.x, this.at.y, this.buttons);
    }
  }
}
