// Activations by Keras' names, with Keras' own settings.

/** Error function, to 1.5e-7: Abramowitz & Stegun 1964, formula 7.1.26. */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

export function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

/** log(1 + e^x), without overflow. */
export function softplus(x) {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function elu(x) {
  return x > 0 ? x : Math.expm1(x);
}

export const ACTIVATIONS = {
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  leaky_relu: (x, slope = 0.2) => (x > 0 ? x : slope * x),
  elu,
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  gelu: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  silu: (x) => x * sigmoid(x),
  mish: (x) => x * Math.tanh(softplus(x)),
  sigmoid,
  hard_sigmoid: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
  tanh: Math.tanh,
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  exponential: Math.exp,
};

/** Apply an activation to every value, in place. */
export function activate(values, name, slope) {
  if (name === "linear") return;
  const f = ACTIVATIONS[name];
  for (let i = 0; i < values.length; i++) values[i] = f(values[i], slope);
}
