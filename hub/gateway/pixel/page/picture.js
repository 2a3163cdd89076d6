// Draws what the gateway sends: rectangles of pictures, all of a frame at once.

export class Screen {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.cursor = "";
  }

  resize(width, height) {
    if (this.canvas.width === width && this.canvas.height === height) return;
    // What was there stays until it is drawn anew, instead of a flash of black.
    const before = document.createElement("canvas");
    before.width = this.canvas.width;
    before.height = this.canvas.height;
    before.getContext("2d").drawImage(this.canvas, 0, 0);
    this.canvas.width = width;
    this.canvas.height = height;
    this.context.drawImage(before, 0, 0);
  }

  // parts: [{x, y, webp}]
  async draw(parts) {
    const images = await Promise.all(
      parts.map(({ webp }) => createImageBitmap(new Blob([webp], { type: "image/webp" }))),
    );
    images.forEach((image, index) => {
      this.context.drawImage(image, parts[index].x, parts[index].y);
      image.close();
    });
  }

  point(hotX, hotY, png) {
    if (this.cursor) URL.revokeObjectURL(this.cursor);
    this.cursor = png.length ? URL.createObjectURL(new Blob([png], { type: "image/png" })) : "";
    this.canvas.style.cursor = this.cursor ? `url(${this.cursor}) ${hotX} ${hotY}, default` : "none";
  }
}
