import type { Problem } from '../../src/contract/plugin.js';
import { ImgpackError } from '../../src/messages/message.js';
import { messages } from '../../clouds/amazon/messages.js';
import type { MadeImage } from '../../clouds/amazon/made-image.js';
import { problem } from '../../src/contract/helpers/problem.js';
import { isFault } from '../../clouds/amazon/fault.js';
import { retryWhile } from '../../src/contract/helpers/retry-while.js';
import { pause } from '../../src/contract/helpers/pause.js';
import type { BuilderContext } from '../../src/contract/context.js';
import type { Config } from './config.js';

const POLL_MILLISECONDS = 15_000;
const POLLS = 500;

type FastLaunch = NonNullable<Config['fast_launch']>;

export function* validateFastLaunch(config: Config, buildRegion: string | undefined): Generator<Problem> {
  const fast = config.fast_launch;
  if (!fast) return;
  const option = (name: string) => `fast_launch.${name}`;
  if (fast.max_parallel_launches !== undefined && fast.max_parallel_launches < 6)
    yield problem(
      option('max_parallel_launches'),
      messages.refused(option('max_parallel_launches'), 'must be 6 or more'),
    );
  if (fast.target_resource_count !== undefined && fast.target_resource_count < 1)
    yield problem(
      option('target_resource_count'),
      messages.refused(option('target_resource_count'), 'must be 1 or more'),
    );
  const seen = new Set<string>();
  for (const template of [fast, ...fast.region_launch_templates]) {
    if (template.template_id && template.template_name)
      yield problem('fast_launch', messages.oneOf(['template_id', 'template_name']));
    if (template.template_version !== undefined && !template.template_id && !template.template_name)
      yield problem('fast_launch', messages.needs('template_version', '`template_id` or `template_name`'));
    if (!('region' in template)) continue;
    if (seen.has(template.region))
      yield problem('fast_launch', messages.refused('region', `\`${template.region}\` stands twice`));
    seen.add(template.region);
    if (template.region !== buildRegion && !config.ami_regions.includes(template.region))
      yield problem('fast_launch', messages.refused('region', `\`${template.region}\` is not in \`ami_regions\``));
  }
}

/** Has EC2 prepare snapshots of Windows images, in every region at once. */
export async function enableFastLaunch(
  context: BuilderContext<Config>,
  { images }: { readonly images: readonly MadeImage[] },
): Promise<void> {
  const fast = context.config.fast_launch;
  if (!fast) return;
  await Promise.all(images.map((image) => enableIn(context, fast, image)));
}

async function enableIn(
  { signal, say }: BuilderContext<Config>,
  fast: FastLaunch,
  { cloud, id }: MadeImage,
): Promise<void> {
  const { region } = cloud.access;
  const own = fast.region_launch_templates.find((it) => it.region === region);
  if (own?.enable_fast_launch === false) return;
  const template = own ?? fast;
  const sdk = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  const named = {
    ...(template.template_id && { LaunchTemplateId: template.template_id }),
    ...(template.template_name && { LaunchTemplateName: template.template_name }),
  };
  const usesTemplate = Object.keys(named).length > 0;
  say(`enabling fast launch of ${id} in ${region}`);
  await retryWhile(
    (error) => isFault(error, /^InvalidAMIID/, /^InvalidParameter/),
    { signal, tries: 8 },
    () =>
      ec2.send(
        new sdk.EnableFastLaunchCommand({
          ImageId: id,
          ResourceType: 'snapshot',
          ...(fast.max_parallel_launches && { MaxParallelLaunches: fast.max_parallel_launches }),
          ...(fast.target_resource_count && {
            SnapshotConfiguration: { TargetResourceCount: fast.target_resource_count },
          }),
          ...(usesTemplate && {
            LaunchTemplate: { ...named, Version: String(template.template_version ?? '$Latest') },
          }),
        }),
      ),
  );
  for (let polls = 0; polls < POLLS; polls++) {
    const { FastLaunchImages = [] } = await ec2.send(new sdk.DescribeFastLaunchImagesCommand({ ImageIds: [id] }));
    const [found] = FastLaunchImages;
    if (found?.State === 'enabled') return;
    if (found?.State?.endsWith('failed'))
      throw new ImgpackError(
        messages.stateReached(`fast launch of ${id}`, found.State, found.StateTransitionReason ?? ''),
      );
    await pause(POLL_MILLISECONDS, signal);
  }
}
