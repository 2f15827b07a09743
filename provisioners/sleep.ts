import { formatDuration } from '../src/contract/duration.js';
import { pause } from '../src/contract/helpers/pause.js';
import { defineProvisioner } from '../src/contract/plugin.js';
import { defineSchema, duration } from '../src/contract/schema.js';

export default defineProvisioner({
  type: 'sleep',
  summary: 'waits for a while',
  schema: defineSchema({
    attributes: { duration: duration({ description: 'how long to wait', default: '0s' }) },
  }),
  async run(config, context) {
    context.say(`Sleeping for ${formatDuration(config.duration)}...`);
    await pause(Math.max(0, config.duration), context.signal);
  },
});
