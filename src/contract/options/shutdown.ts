import { duration, text } from '../schema.js';

/** How a machine is powered off when everything is in it. */
export const shutdownOptions = {
  shutdown_command: text({
    description: 'Command that powers the machine off from inside; its exit status does not count, the power-off does.',
    defaultNote: 'the power button is pressed, and a machine that ignores it is switched off',
  }),
  shutdown_timeout: duration({ description: 'How long the machine may take to power off.', default: '5m' }),
} as const;
