import type { StepKey } from '../../plan/keys/step-key.js';
import { engineMessages } from '../../messages/engine.js';
import { ImgpackError } from '../../messages/message.js';

/**
 * The place of a step in a list: by its name (`provisioner 2: shell`), by what stands behind its number (`shell`, the
 * `name` of a provisioner) where that is said of one step alone, or by the number of a provisioner.
 * @throws ImgpackError `engine/no-such-step`
 */
export function stepIndex(steps: readonly Pick<StepKey, 'step'>[], wanted: string): number {
  const whole = steps.findIndex(({ step }) => step === wanted);
  if (whole >= 0) return whole;
  if (/^\d+$/.test(wanted)) {
    const numbered = steps.findIndex(({ step }) => step.startsWith(`provisioner ${wanted}:`));
    if (numbered >= 0) return numbered;
  }
  const named = steps.filter(({ step }) => step.replace(/^[^:]*: /, '') === wanted);
  const [only] = named;
  if (only && named.length === 1) return steps.indexOf(only);
  const names = steps.map(({ step }) => step);
  throw new ImgpackError(engineMessages.noSuchStep(wanted, names, named.length > 1));
}
