import {
  localScriptInputs,
  localScriptOptions,
  runLocalScripts,
  validateLocalScript,
} from '../src/contract/helpers/local-script.js';
import { definePostProcessor } from '../src/contract/plugin.js';
import { defineSchema } from '../src/contract/schema.js';

export default definePostProcessor({
  type: 'shell-local',
  summary: 'Runs scripts on the machine that runs imgpack, and hands the artifact on as it is.',
  schema: defineSchema({ attributes: localScriptOptions }),
  validate: validateLocalScript,
  inputs: localScriptInputs,
  async run(config, context, artifact) {
    await runLocalScripts(config, context, { wrapSingle: true });
    return { artifact, keep: true, forceKeep: true };
  },
});
