import { defineProvisioner } from '../src/contract/plugin.js';
import { bool, defineSchema, text } from '../src/contract/schema.js';

export default defineProvisioner({
  type: 'breakpoint',
  summary: 'Stops the build until Enter is pressed, to look at the machine.',
  schema: defineSchema({
    attributes: {
      note: text({ description: 'Text that is shown at the stop.', default: '' }),
      disable: bool({ description: 'Go on without stopping.', default: false }),
    },
  }),
  alwaysRuns: ({ disable }) => (disable ? undefined : 'it waits for you'),
  async run(config, context) {
    const note = config.note === '' ? '' : ` with note "${config.note}"`;
    if (config.disable) {
      context.say(`Breakpoint provisioner${note} disabled; continuing...`);
      return;
    }
    context.say(`Pausing at breakpoint provisioner${note}.`);
    await context.ask('Press enter to continue.');
  },
});
