import { builtInPlugins } from '../../src/registry.js';
import type { GoogleCloud } from '../emulators/google/server.js';
import { dataSourceContext } from './data-source.js';
import { decodedConfig } from './decoded-config.js';

/** Runs a data source whose services are all played by the stand-in. */
export async function runDataSource(google: GoogleCloud, type: string, options: object): Promise<unknown> {
  const definition = await builtInPlugins.load('data-source', type);
  if (!definition) throw new Error(`there is no ${type}`);
  // Endpoints of its own for each stand-in: what builds share is told apart by them.
  const custom_endpoints = { compute: google.url, secretmanager: google.url, parametermanager: google.url };
  const config = decodedConfig(definition.schema, { custom_endpoints, ...options } as never);
  return definition.run(config as never, dataSourceContext('/nowhere'));
}
