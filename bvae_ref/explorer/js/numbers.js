// The block of numbers that packing.py wrote.

const KINDS = { int16: Int16Array, float32: Float32Array, uint8: Uint8Array };

/** Decompress the block; nothing leaves the page. */
export async function unpack(base64) {
  const packed = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

/** The numbers at a place. */
export function numbersAt(block, place) {
  return new KINDS[place.kind](block, place.at, place.length);
}

/** Weights of 16 bits, times the scale of their output: float32, with their shape. */
export function weightsAt(block, told) {
  const whole = numbersAt(block, told.whole);
  const scales = numbersAt(block, told.scales);
  const values = new Float32Array(whole.length);
  for (let i = 0; i < whole.length; i++) values[i] = whole[i] * scales[i % scales.length];
  return { shape: told.shape, values };
}
