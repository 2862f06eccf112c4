// Two ways between codes, as in bvae_ref/interpolation.py.

export function lerp(start, end, t) {
  return start.map((value, i) => (1 - t) * value + t * end[i]);
}

/** Shoemake 1985: the direction turns evenly, the length changes evenly. */
export function slerp(start, end, t) {
  const lengths = [start, end].map((code) => Math.hypot(...code));
  if (t <= 0 || t >= 1 || Math.min(...lengths) === 0) return lerp(start, end, t);
  const u = start.map((value) => value / lengths[0]);
  const v = end.map((value) => value / lengths[1]);
  const apart = Math.hypot(...u.map((value, i) => value - v[i]));
  const together = Math.hypot(...u.map((value, i) => value + v[i]));
  const angle = 2 * Math.atan2(apart, together);
  if (Math.sin(angle) < 1e-6) return lerp(start, end, t);
  const length = (1 - t) * lengths[0] + t * lengths[1];
  const [first, second] = [1 - t, t].map((part) => Math.sin(part * angle) / Math.sin(angle));
  return u.map((value, i) => length * (first * value + second * v[i]));
}
