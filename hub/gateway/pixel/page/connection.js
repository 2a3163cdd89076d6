// The one channel to the gateway: small binary messages; it comes back by itself when it is lost.

const FIRST_WAIT = 150;
const LONGEST_WAIT = 1000;
const MOST_UNSENT = 64 * 1024;
// Why the gateway ended it.
const NOT_ALLOWED = 1008;
const BAD_INPUT = 1003;
const SCREEN_GONE = 4001;
const SHOWN_ELSEWHERE = 4002;
const SPENT = 4003;

export class Connection {
  // on: { state(name, words), frame(number, parts), size(width, height), cursor(x, y, png),
  //       words(text), welcome(mayPaste) }
  constructor(address, on) {
    Object.assign(this, { address, on });
    this.wait = FIRST_WAIT;
    this.failures = 0;
    this.open();
  }

  open() {
    clearTimeout(this.timer);
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => this.socket === socket && this.#hear(event.data);
    socket.onclose = (event) => this.socket === socket && this.#closed(event.code);
    this.socket = socket;
  }

  key(keysym, down) { this.#send(6, 1, (view) => { view.setUint8(1, down); view.setUint32(2, keysym); }); }
  pointer(x, y, buttons) { this.#send(6, 2, (view) => { view.setUint8(1, buttons); view.setUint16(2, x); view.setUint16(4, y); }); }
  resize(width, height) { this.#send(5, 3, (view) => { view.setUint16(1, width); view.setUint16(3, height); }); }
  drawn(number) { this.#send(5, 4, (view) => view.setUint32(1, number)); }
  releaseAll() { this.#send(1, 6); }
  restart() { this.#send(1, 7); }

  paste(text) {
    const bytes = new TextEncoder().encode(text);
    this.#send(1 + bytes.length, 5, (view) => new Uint8Array(view.buffer).set(bytes, 1));
  }

  #send(length, kind, fill) {
    if (this.socket.readyState !== WebSocket.OPEN || this.socket.bufferedAmount > MOST_UNSENT) return;
    const view = new DataView(new ArrayBuffer(length));
    view.setUint8(0, kind);
    if (fill) fill(view);
    this.socket.send(view.buffer);
  }

  #hear(data) {
    const view = new DataView(data);
    const kind = view.getUint8(0);
    if (kind === 1) this.on.frame(view.getUint32(1), [...parts(view)]);
    else if (kind === 2) this.on.size(view.getUint16(1), view.getUint16(3));
    else if (kind === 3) this.on.cursor(view.getUint16(1), view.getUint16(3), new Uint8Array(data, 5));
    else if (kind === 4) this.on.words(new TextDecoder().decode(new Uint8Array(data, 1)));
    else if (kind === 5) this.#welcome(view.getUint8(1) === 1);
  }

  #welcome(mayPaste) {
    this.wait = FIRST_WAIT;
    this.failures = 0;
    this.on.state("connected");
    this.on.welcome(mayPaste);
  }

  async #closed(code) {
    if (code === SPENT) return this.on.state("ended", "spent");
    if (code === SHOWN_ELSEWHERE) return this.on.state("ended", "elsewhere");
    if (code === BAD_INPUT) return this.on.state("ended", "refused");
    this.failures += 1;
    if ((code === NOT_ALLOWED || this.failures > 2) && !(await this.#isOpen())) {
      // A gateway that was started anew has forgotten this browser: the hub says who it is, at once.
      return this.on.state("ended", code === NOT_ALLOWED ? "closed" : "forgotten");
    }
    this.on.state("lost", code === SCREEN_GONE ? "screen" : "network");
    this.timer = setTimeout(() => this.open(), this.wait);
    this.wait = Math.min(LONGEST_WAIT, this.wait * 2);
    return undefined;
  }

  // Whether this browser may still come in; a network that is away says nothing about that.
  async #isOpen() {
    try {
      const answer = await fetch("./", { redirect: "manual", cache: "no-store" });
      return answer.status === 200 || answer.status >= 500;
    } catch {
      return true;
    }
  }
}

function* parts(view) {
  let at = 7;
  for (let left = view.getUint16(5); left > 0; left -= 1) {
    const length = view.getUint32(at + 4);
    yield { x: view.getUint16(at), y: view.getUint16(at + 2), webp: new Uint8Array(view.buffer, at + 8, length) };
    at += 8 + length;
  }
}
