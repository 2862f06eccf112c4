// One function for each operation of layers.py: tensors {shape, values} in, one out. A tensor is
// one image or code, without a batch axis; images are (height, width, channels).

import { activate } from "./activations.js";

function size(shape) {
  return shape.reduce((a, b) => a * b, 1);
}

function dense([{ shape, values }], step) {
  const [inputs, outputs] = step.kernel.shape;
  const kernel = step.kernel.values;
  const rows = size(shape) / inputs;
  const out = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const sums = out.subarray(row * outputs, (row + 1) * outputs);
    sums.set(step.bias);
    for (let i = 0; i < inputs; i++) {
      const value = values[row * inputs + i];
      if (value === 0) continue; // paper: most of an image
      const at = i * outputs;
      for (let o = 0; o < outputs; o++) sums[o] += value * kernel[at + o];
    }
  }
  activate(out, step.activation);
  return { shape: [...shape.slice(0, -1), outputs], values: out };
}

/** Output length and padding before, as TensorFlow has them. */
function window(length, kernel, stride, same) {
  if (!same) return [Math.floor((length - kernel) / stride) + 1, 0];
  const count = Math.ceil(length / stride);
  return [count, Math.floor(Math.max((count - 1) * stride + kernel - length, 0) / 2)];
}

/** Add one pixel's channels, times their weights, to the sums of one output pixel. */
function addPixel(out, to, outputs, values, from, channels, kernel, at) {
  for (let c = 0; c < channels; c++) {
    const value = values[from + c];
    if (value === 0) continue;
    const k = at + c * outputs;
    for (let o = 0; o < outputs; o++) out[to + o] += value * kernel[k + o];
  }
}

/** An image of so many pixels, each with the bias in it. */
function filled(pixels, bias) {
  const out = new Float32Array(pixels * bias.length);
  for (let pixel = 0; pixel < pixels; pixel++) out.set(bias, pixel * bias.length);
  return out;
}

/** Call `visit(small, large, tap)` for every pair of pixels that a window joins. */
function slide(small, large, kernel, strides, top, left, visit) {
  for (let row = 0; row < small[0]; row++) {
    for (let column = 0; column < small[1]; column++) {
      for (let i = 0; i < kernel[0]; i++) {
        const y = row * strides[0] + i - top;
        if (y < 0 || y >= large[0]) continue;
        for (let j = 0; j < kernel[1]; j++) {
          const x = column * strides[1] + j - left;
          if (x < 0 || x >= large[1]) continue;
          visit(row * small[1] + column, y * large[1] + x, i * kernel[1] + j);
        }
      }
    }
  }
}

function conv([{ shape, values }], { kernel, bias, strides, same, activation }) {
  const [down, across, channels, outputs] = kernel.shape;
  const [rows, top] = window(shape[0], down, strides[0], same);
  const [columns, left] = window(shape[1], across, strides[1], same);
  const out = filled(rows * columns, bias);
  slide([rows, columns], shape, [down, across], strides, top, left, (to, from, tap) =>
    addPixel(out, to * outputs, outputs, values, from * channels, channels, kernel.values,
      tap * channels * outputs),
  );
  activate(out, activation);
  return { shape: [rows, columns, outputs], values: out };
}

/** The other way round: each input pixel adds its window to the output. */
function convTranspose([{ shape, values }], { kernel, bias, strides, same, activation }) {
  const [down, across, channels, outputs] = kernel.shape;
  const overlap = [Math.max(down - strides[0], 0), Math.max(across - strides[1], 0)];
  const [rows, columns] = [0, 1].map((i) => shape[i] * strides[i] + (same ? 0 : overlap[i]));
  const [top, left] = overlap.map((pixels) => (same ? Math.floor(pixels / 2) : 0));
  const out = filled(rows * columns, bias);
  slide(shape, [rows, columns], [down, across], strides, top, left, (from, to, tap) =>
    addPixel(out, to * outputs, outputs, values, from * channels, channels, kernel.values,
      tap * channels * outputs),
  );
  activate(out, activation);
  return { shape: [rows, columns, outputs], values: out };
}

function pool([{ shape, values }], { size: sides, strides, same }, start, join, finish) {
  const channels = shape[2];
  const [rows, top] = window(shape[0], sides[0], strides[0], same);
  const [columns, left] = window(shape[1], sides[1], strides[1], same);
  const out = new Float32Array(rows * columns * channels).fill(start);
  const counts = new Float32Array(rows * columns);
  slide([rows, columns], shape, sides, strides, top, left, (to, from) => {
    counts[to] += 1;
    for (let c = 0; c < channels; c++) {
      out[to * channels + c] = join(out[to * channels + c], values[from * channels + c]);
    }
  });
  for (let i = 0; i < out.length; i++) out[i] = finish(out[i], counts[Math.floor(i / channels)]);
  return { shape: [rows, columns, channels], values: out };
}

/** Where an output pixel looks: two input pixels and the share of the second. */
function between(at, factor, length, smooth) {
  if (!smooth) return [Math.floor(at / factor), Math.floor(at / factor), 0];
  const place = Math.max((at + 0.5) / factor - 0.5, 0);
  const first = Math.floor(place);
  return [first, Math.min(first + 1, length - 1), place - first];
}

function upSample([{ shape, values }], { size: [down, across], smooth }) {
  const [height, width, channels] = shape;
  const out = new Float32Array(height * down * width * across * channels);
  let to = 0;
  for (let row = 0; row < height * down; row++) {
    const [y0, y1, v] = between(row, down, height, smooth);
    for (let column = 0; column < width * across; column++) {
      const [x0, x1, u] = between(column, across, width, smooth);
      for (let c = 0; c < channels; c++) {
        const pixel = (y, x) => values[(y * width + x) * channels + c];
        const above = (1 - u) * pixel(y0, x0) + u * pixel(y0, x1);
        const below = (1 - u) * pixel(y1, x0) + u * pixel(y1, x1);
        out[to++] = (1 - v) * above + v * below;
      }
    }
  }
  return { shape: [height * down, width * across, channels], values: out };
}

/** Copy an image into a larger or smaller one, shifted; what is not covered is 0. */
function shifted({ shape, values }, height, width, top, left) {
  const channels = shape[2];
  const out = new Float32Array(height * width * channels);
  for (let y = Math.max(top, 0); y < Math.min(height, shape[0] + top); y++) {
    for (let x = Math.max(left, 0); x < Math.min(width, shape[1] + left); x++) {
      const from = ((y - top) * shape[1] + x - left) * channels;
      out.set(values.subarray(from, from + channels), (y * width + x) * channels);
    }
  }
  return { shape: [height, width, channels], values: out };
}

function pad([image], { by: [[above, below], [before, after]] }) {
  const [height, width] = image.shape;
  return shifted(image, height + above + below, width + before + after, above, before);
}

function crop([image], { by: [[above, below], [before, after]] }) {
  const [height, width] = image.shape;
  return shifted(image, height - above - below, width - before - after, -above, -before);
}

function globalAverage([{ shape, values }], { keep }) {
  const channels = shape[2];
  const out = new Float32Array(channels);
  const pixels = values.length / channels;
  for (let i = 0; i < values.length; i++) out[i % channels] += values[i] / pixels;
  return { shape: keep ? [1, 1, channels] : [channels], values: out };
}

function reshape([{ shape, values }], step) {
  const known = size(step.shape.filter((side) => side > 0));
  return { shape: step.shape.map((side) => (side > 0 ? side : size(shape) / known)), values };
}

/** Factor and offset for each channel, or one for all. */
function affine([{ shape, values }], { factor, offset }) {
  const out = values.map((v, i) => v * factor[i % factor.length] + offset[i % offset.length]);
  return { shape, values: out };
}

function layerNorm([tensor], { epsilon, factor, offset }) {
  const { shape, values } = tensor;
  const width = shape[shape.length - 1];
  const out = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += width) {
    const row = values.subarray(at, at + width);
    const mean = row.reduce((a, b) => a + b, 0) / width;
    const variance = row.reduce((a, b) => a + (b - mean) ** 2, 0) / width;
    const scale = 1 / Math.sqrt(variance + epsilon);
    for (let i = 0; i < width; i++) {
      out[at + i] =
        (row[i] - mean) * scale * factor[i % factor.length] + offset[i % offset.length];
    }
  }
  return { shape, values: out };
}

function activation([{ shape, values }], step) {
  const out = values.slice();
  activate(out, step.activation, step.slope);
  return { shape, values: out };
}

function add(tensors) {
  const out = tensors[0].values.slice();
  for (const { values } of tensors.slice(1)) values.forEach((v, i) => (out[i] += v));
  return { shape: tensors[0].shape, values: out };
}

/** Side by side along the last axis. */
function concatenate(tensors) {
  const widths = tensors.map(({ shape }) => shape[shape.length - 1]);
  const width = widths.reduce((a, b) => a + b, 0);
  const rows = size(tensors[0].shape) / widths[0];
  const out = new Float32Array(rows * width);
  let before = 0;
  tensors.forEach(({ values }, which) => {
    for (let row = 0; row < rows; row++) {
      const part = values.subarray(row * widths[which], (row + 1) * widths[which]);
      out.set(part, row * width + before);
    }
    before += widths[which];
  });
  return { shape: [...tensors[0].shape.slice(0, -1), width], values: out };
}

export const OPERATIONS = {
  dense,
  conv,
  convTranspose,
  maxPool: (inputs, step) => pool(inputs, step, -Infinity, Math.max, (most) => most),
  averagePool: (inputs, step) => pool(inputs, step, 0, (a, b) => a + b, (sum, n) => sum / n),
  upSample,
  pad,
  crop,
  globalAverage,
  reshape,
  affine,
  layerNorm,
  activation,
  add,
  concatenate,
};
