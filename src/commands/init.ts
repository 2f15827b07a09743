import type { Host } from '../host.js';
import { commandMessages } from '../messages/commands.js';
import { ImgpackError } from '../messages/message.js';
import { builtInPlugins } from '../registry.js';
import { checkPlugins } from '../template/requirements.js';
import { checkTypes } from '../template/sources.js';
import type { RequiredPlugin, Template } from '../template/template.js';
import { Diagnostics } from '../hcl/diagnostic.js';
import type { CommandArguments } from './command.js';
import type { InitValues } from './flag-tables.js';
import { componentsOf, requirementText, type BuiltIn } from './plugins/built-in.js';
import { openSession } from './session.js';

/**
 * `imgpack init`: which plugins a template requires, and whether they are built in. Nothing is installed. Exit 1 where one
 * is missing, or a component that a build uses.
 */
export async function run(values: CommandArguments<InitValues>, host: Host): Promise<number> {
  const path = values.positionals[0] as string;
  const { template, faults, failed } = await openSession(
    {
      path,
      values,
      warnUndeclared: false,
      evaluateDataSources: false,
      tolerant: true,
      signal: new AbortController().signal,
      write: (text) => (values.json ? host.err(text) : host.out(text)),
    },
    host,
  );
  if (failed || !template) return 1;
  if (template.legacy) throw new ImgpackError(commandMessages.noRequirements(path));
  const required = template.requiredPlugins.map((plugin) => ({
    plugin,
    components: componentsOf(plugin.name, builtInPlugins),
  }));
  host.out(values.json ? asJson(required) : asText(required));
  const missing = new Diagnostics();
  checkPlugins(template.requiredPlugins, builtInPlugins, missing);
  checkUsed(template, missing);
  return faults.print(missing.list) ? 1 : 0;
}

/** Components that builds use and nobody requires: what a missing plugin would bring is told with the plugin. */
function checkUsed({ builds, requiredPlugins }: Template, diagnostics: Diagnostics): void {
  const used = new Diagnostics();
  const registry = {
    ...builtInPlugins,
    types: (kind: Parameters<typeof builtInPlugins.types>[0]) => [
      ...builtInPlugins.types(kind),
      ...builds
        .flatMap((build) => [
          ...build.uses.map(({ type }) => type),
          ...[...build.provisioners, ...(build.errorCleanup ? [build.errorCleanup] : []), ...build.chains.flat()].map(
            ({ type }) => type,
          ),
        ])
        .filter((type) => requiredPlugins.some(({ name }) => type === name || type.startsWith(`${name}-`))),
    ],
  };
  checkTypes(builds, { registry, ignoreMissingPlugins: false }, used);
  diagnostics.add(used.list);
}

interface Requirement {
  readonly plugin: RequiredPlugin;
  readonly components: readonly BuiltIn[];
}

function asText(required: readonly Requirement[]): string {
  if (required.length === 0) return 'No plugins are required, and there is nothing to install.\n';
  const lines = required.map(({ plugin, components }) =>
    components.length > 0 ? `built in   ${requirementText(plugin)}` : `missing    ${requirementText(plugin)}`,
  );
  return `${lines.join('\n')}\n`;
}

function asJson(required: readonly Requirement[]): string {
  const plugins = required.map(({ plugin: { name, source, version }, components }) => ({
    name,
    source,
    version,
    built_in: components.length > 0,
    components,
  }));
  return `${JSON.stringify({ version: 1, plugins }, null, 2)}\n`;
}
