import {
  localScriptInputs,
  localScriptOptions,
  runLocalScripts,
  validateLocalScript,
} from '../src/contract/helpers/local-script.js';
import { defineProvisioner } from '../src/contract/plugin.js';
import { defineSchema } from '../src/contract/schema.js';

export default defineProvisioner({
  type: 'shell-local',
  summary: 'Runs scripts on the machine that runs imgpack.',
  schema: defineSchema({ attributes: localScriptOptions }),
  validate: validateLocalScript,
  inputs: localScriptInputs,
  alwaysRuns: () => 'it runs on this machine and may do anything there',
  async run(config, context) {
    await runLocalScripts(config, context);
  },
});
