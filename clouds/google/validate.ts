import { existsSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { resolve } from 'node:path';
import type { ValidationContext } from '../../src/contract/context.js';
import { problem } from '../../src/contract/helpers/problem.js';
import { validateCommunicator } from '../../src/contract/options/communicator.js';
import type { Problem } from '../../src/contract/plugin.js';
import { ImgpackError } from '../../src/messages/message.js';
import { accessOf } from './access.js';
import { messages } from './messages.js';
import type { AccessConfig } from './options/access.js';
import type { BuildConfig } from './steps/config.js';
import { validateDisks } from './validate-disks.js';

const NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const LABEL_KEY = /^\p{Ll}[\p{Ll}0-9_-]{0,62}$/u;
const LABEL_VALUE = /^[\p{Ll}0-9_-]{0,63}$/u;
const WAYS = [
  'access_token',
  'account_file',
  'credentials_file',
  'credentials_json',
  'impersonate_service_account',
  'vault_gcp_oauth_engine',
] as const;

/** Checks of `googlecompute` that the schema cannot express. Nothing is asked of Google. */
export function validate(config: BuildConfig, context: ValidationContext): Problem[] {
  return [
    ...validateAccess(config, context),
    ...validateCommunicator(config, { needsHost: false, canInjectKey: true, environment: context }),
    ...machine(config, context),
    ...network(config),
    ...image(config, context),
    ...validateDisks(config),
  ];
}

/** Checks who calls Google. */
export function* validateAccess(config: Partial<AccessConfig>, context: ValidationContext): Generator<Problem> {
  const given = WAYS.filter((name) => config[name]);
  if (given.length > 1) yield problem(given[1], messages.oneOf(given));
  try {
    accessOf(config, context);
  } catch (error) {
    if (!(error instanceof ImgpackError)) throw error;
    const { code, message: text, hint } = error;
    yield problem(given[0], { code, text, ...(hint !== undefined && { hint }) });
  }
}

const refused = (option: string, reason: string): Problem => problem(option, messages.refused(option, reason));
const needs = (option: string, condition: string): Problem => problem(option, messages.needs(option, condition));

function* machine(config: BuildConfig, { workingDirectory }: ValidationContext): Generator<Problem> {
  if (!config.source_image && !config.source_image_family)
    yield problem(undefined, messages.needed(['source_image', 'source_image_family']));
  if (config.on_host_maintenance === 'MIGRATE' && config.preemptible)
    yield refused('on_host_maintenance', 'cannot be MIGRATE for a preemptible machine');
  if (config.enable_integrity_monitoring && !config.enable_vtpm)
    yield needs('enable_integrity_monitoring', '`enable_vtpm`');
  if (config.accelerator_count > 0) {
    const policy = config.on_host_maintenance || (config.preemptible ? 'TERMINATE' : 'MIGRATE');
    if (!config.accelerator_type) yield needs('accelerator_count', '`accelerator_type`');
    if (policy !== 'TERMINATE') yield needs('accelerator_count', '`on_host_maintenance = "TERMINATE"`');
  }
  if (config.service_account_email && config.disable_default_service_account)
    yield problem(
      'service_account_email',
      messages.oneOf(['service_account_email', 'disable_default_service_account']),
    );
  const action = config.instance_termination_action;
  if (action && !/^(STOP|DELETE)$/i.test(action))
    yield refused('instance_termination_action', 'must be STOP or DELETE');
  const seconds = config.max_run_duration_in_seconds;
  if (seconds !== undefined && seconds < -1) yield refused('max_run_duration_in_seconds', 'must be -1 or more');
  if (seconds !== undefined && seconds > 0 && !action)
    yield { ...problem('max_run_duration_in_seconds', messages.terminationChosen()), severity: 'warning' };
  const files = { startup_script_file: config.startup_script_file, ...prefixed(config.metadata_files) };
  for (const [option, path] of Object.entries(files))
    if (path && !existsSync(resolve(workingDirectory, path)))
      yield refused(option, `names a file that is not there: ${path}`);
}

const prefixed = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([key, path]) => [`metadata_files.${key}`, path]));

function* network(config: BuildConfig): Generator<Problem> {
  if (config.use_iap && config.communicator === 'none') yield needs('use_iap', 'the communicator `ssh`');
  if (config.communicator === 'winrm') yield problem('communicator', messages.winrmUnsupported());
  if (config.address && config.omit_external_ip)
    yield problem('address', messages.oneOf(['address', 'omit_external_ip']));
  if (config.omit_external_ip && !config.use_internal_ip && !config.use_iap)
    yield needs('omit_external_ip', '`use_internal_ip` or `use_iap`');
  if (config.network_ip && !isIPv4(config.network_ip)) yield refused('network_ip', 'must be an IPv4 address');
}

function* image(config: BuildConfig, { now }: ValidationContext): Generator<Problem> {
  for (const option of ['image_name', 'image_family'] as const) {
    const name = config[option];
    if (name && !NAME.test(name))
      yield refused(
        option,
        'must be a lower-case letter and then lower-case letters, digits and dashes, 63 at most, with no dash at the end',
      );
  }
  const architecture = config.image_architecture;
  if (architecture && !/^(X86_64|ARM64)$/i.test(architecture))
    yield refused('image_architecture', 'must be X86_64 or ARM64');
  if (config.image_storage_locations.length > 1) yield refused('image_storage_locations', 'takes one location at most');
  for (const [key, value] of Object.entries(config.image_labels)) {
    if (!LABEL_KEY.test(key)) yield refused('image_labels', `has a key that cannot be one: \`${key}\``);
    if (!LABEL_VALUE.test(value)) yield refused('image_labels', `has a value that cannot be one: \`${value}\``);
  }
  // Packer looks at these when the image is there already.
  for (const option of ['deprecate_at', 'obsolete_at', 'delete_at'] as const) {
    const time = config[option];
    if (!time) continue;
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(time) || Number.isNaN(Date.parse(time)))
      yield refused(option, 'is no time of the form 2030-01-31T12:00:00Z');
    else if (Date.parse(time) <= now().getTime()) yield refused(option, 'is in the past');
  }
}
