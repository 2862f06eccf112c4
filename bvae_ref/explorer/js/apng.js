// An animated PNG from canvases: PNG specification, third edition, with the browser's own zlib.

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = TABLE[(sum ^ byte) & 255] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

function numberBytes(value, count = 4) {
  return Array.from({ length: count }, (_, i) => (value >>> (8 * (count - 1 - i))) & 255);
}

function chunk(name, body) {
  const named = Uint8Array.from([...name].map((sign) => sign.charCodeAt(0)).concat([...body]));
  return Uint8Array.from([...numberBytes(body.length), ...named, ...numberBytes(crc(named))]);
}

async function deflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Rows of one byte for each pixel, each after the number of its filter: none. */
function rows(image) {
  const { width, height, data } = image;
  const out = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) out[y * (width + 1) + 1 + x] = data[4 * (y * width + x)];
  }
  return out;
}

/**
 * Bytes of a grey animation that repeats for ever.
 *
 * images: ImageData of one size. milliseconds: how long each is shown.
 */
export async function animated(images, milliseconds) {
  const { width, height } = images[0];
  const size = [...numberBytes(width), ...numberBytes(height)];
  const parts = [
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", [...size, 8, 0, 0, 0, 0]),
    chunk("acTL", [...numberBytes(images.length), ...numberBytes(0)]),
  ];
  let order = 0;
  for (const [which, image] of images.entries()) {
    const delay = [...numberBytes(milliseconds, 2), ...numberBytes(1000, 2)];
    const place = [...size, ...numberBytes(0), ...numberBytes(0)];
    parts.push(chunk("fcTL", [...numberBytes(order++), ...place, ...delay, 0, 0]));
    const body = await deflated(rows(image));
    if (which === 0) parts.push(chunk("IDAT", body));
    else parts.push(chunk("fdAT", [...numberBytes(order++), ...body]));
  }
  parts.push(chunk("IEND", []));
  return new Blob(parts, { type: "image/png" });
}
