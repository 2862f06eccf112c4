// A network as networks.py describes it: steps, each of which takes results of earlier ones.

import { OPERATIONS } from "./layers.js";
import { numbersAt, weightsAt } from "./numbers.js";

export class Network {
  constructor(told, block) {
    this.outputs = told.outputs;
    this.steps = told.steps.map((step) => loaded(step, block));
  }

  /** The outputs' values for one image or code. */
  run(values, shape) {
    const results = [{ shape, values }];
    for (const step of this.steps.slice(1)) {
      const inputs = step.from.map((number) => results[number]);
      results.push(OPERATIONS[step.op](inputs, step));
    }
    return this.outputs.map((number) => results[number].values);
  }
}

function loaded(step, block) {
  const ready = { ...step };
  if (step.kernel) ready.kernel = weightsAt(block, step.kernel);
  for (const name of ["bias", "factor", "offset"]) {
    if (step[name]) ready[name] = numbersAt(block, step[name]);
  }
  return ready;
}
