import type { Artifact } from '../src/contract/artifact.js';
import type { ConnectionTarget } from '../src/contract/communicator.js';
import type { BuilderContext } from '../src/contract/context.js';
import type { Machine } from '../src/contract/machine.js';
import { communicatorOptions, sshTargetFrom, validateCommunicator } from '../src/contract/options/communicator.js';
import { defineBuilder, Pipeline, type Provisioned } from '../src/contract/plugin.js';
import { defineSchema, type Decoded } from '../src/contract/schema.js';
import { catalogue, ImgpackError } from '../src/messages/message.js';

const messages = catalogue('null-builder', {
  noSuchCommunicator: (name: string) => ({
    text: `the builder \`null\` cannot connect by \`${name}\``,
    hint: 'use `communicator = "ssh"` or `"none"`',
  }),
});

const schema = defineSchema({ attributes: communicatorOptions });

type Config = Decoded<typeof schema>;

interface State {
  readonly machine: Machine;
}

const ARTIFACT: Artifact = {
  builderId: 'fnoeding.null',
  id: 'Null',
  files: [],
  description: 'Did not export anything. This is the null builder',
  values: { ID: 'Null' },
  remove: [],
};

export default defineBuilder({
  type: 'null',
  summary: 'Runs provisioners on a machine that is there already, or on none; makes no image.',
  schema,
  validate: (config, context) => [
    ...validateCommunicator(config, { needsHost: true, canInjectKey: false, environment: context }),
    ...(config.communicator === 'winrm'
      ? [{ severity: 'error' as const, message: messages.noSuchCommunicator('winrm'), option: 'communicator' }]
      : []),
  ],
  launch: (): Pipeline<Config, State> =>
    Pipeline.of<Config>().step('find machine', async (context) => ({
      machine: { connection: targetOf(context), values: { ID: ARTIFACT.id } },
    })),
  finish: () => Pipeline.of<Config, State & Provisioned>().step('leave machine', async () => ({ artifact: ARTIFACT })),
});

function targetOf(context: BuilderContext<Config>): ConnectionTarget {
  const { config } = context;
  switch (config.communicator) {
    case 'none':
      return { type: 'none' };
    case 'ssh':
      return sshTargetFrom(config, {}, context);
    case 'winrm':
      throw new ImgpackError(messages.noSuchCommunicator(config.communicator));
  }
}
