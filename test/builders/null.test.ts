import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import builder from '../../builders/null.js';
import type { ConnectionTarget } from '../../src/contract/communicator.js';
import type { BuildValues } from '../../src/contract/artifact.js';
import { generateKeyPair } from '../../src/contract/helpers/key-pair.js';
import { decodedConfig } from '../support/decoded-config.js';
import { fakeProvisioner, nowhere } from '../support/fake-plan.js';
import { planBuild, PluginPlace } from '../support/plugin-run.js';

let place: PluginPlace;
beforeEach(async () => (place = await PluginPlace.make()));
afterEach(() => place.remove());

type Given = Parameters<typeof decodedConfig<typeof builder.schema>>[1];
const configOf = (given: Given) => decodedConfig(builder.schema, given);
const surroundings = () => ({ env: {}, workingDirectory: place.folder, now: () => new Date() });

const problemsOf = async (given: Given) =>
  (await builder.validate?.(configOf(given), surroundings() as never))?.map(({ message }) => message.code);

/** Runs a build, and tells what was dialled and which values provisioners saw. */
async function run(given: Given) {
  const dialled: ConnectionTarget[] = [];
  let values: BuildValues = {};
  const build = {
    ...planBuild({ builder, config: configOf(given) }),
    provisioners: [fakeProvisioner((context) => void (values = context.values))],
  };
  const { outcome } = await place.run([build], {
    connect: (target) => {
      dialled.push(target);
      return Promise.resolve(nowhere);
    },
  });
  return { outcome, dialled, values };
}

describe('the builder `null`', () => {
  it('runs provisioners without a machine, and exports nothing', async () => {
    const { outcome, values } = await run({ communicator: 'none' });
    expect(outcome).toMatchObject({
      succeeded: true,
      results: [
        {
          artifacts: [
            {
              builderId: 'fnoeding.null',
              id: 'Null',
              files: [],
              description: 'Did not export anything. This is the null builder',
              values: { ID: 'Null' },
              remove: [],
            },
          ],
        },
      ],
    });
    expect(values).toMatchObject({ ID: 'Null', Host: '<unknown>', ConnType: '<unknown>' });
  });

  it('dials the machine that the options name, with the key from the file', async () => {
    const { privateKey } = await generateKeyPair('ed25519');
    await writeFile(place.path('key'), privateKey, { mode: 0o600 });
    const { dialled, values } = await run({
      ssh_host: '192.0.2.1',
      ssh_port: 2022,
      ssh_username: 'admin',
      ssh_private_key_file: 'key',
    });
    expect(dialled).toMatchObject([
      { type: 'ssh', host: '192.0.2.1', port: 2022, username: 'admin', privateKeys: [privateKey] },
    ]);
    expect(values).toMatchObject({ ID: 'Null', Host: '192.0.2.1', Port: 2022, User: 'admin', ConnType: 'ssh' });
  });

  it('needs a host, a user and one way to log in', async () => {
    expect(await problemsOf({})).toEqual([
      'communicator/host-missing',
      'communicator/username-missing',
      'communicator/authentication-missing',
    ]);
    expect(await problemsOf({ ssh_host: 'h', ssh_username: 'u', ssh_password: 'p', ssh_agent_auth: true })).toContain(
      'communicator/authentication-twice',
    );
    expect(await problemsOf({ ssh_host: 'h', ssh_username: 'u', ssh_password: 'p' })).toEqual([]);
  });

  it('needs nothing with `communicator = "none"`', async () => {
    expect(await problemsOf({ communicator: 'none' })).toEqual([]);
  });

  it('says that it cannot connect by WinRM', async () => {
    expect(
      await problemsOf({ communicator: 'winrm', winrm_host: 'h', winrm_username: 'u', winrm_password: 'p' }),
    ).toEqual(['null-builder/no-such-communicator']);
  });
});
