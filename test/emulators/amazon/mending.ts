import type { AwsProxy, Call, Reply } from './proxy.js';

type Forward = (call: Call) => Promise<Reply>;

/**
 * Mends what the emulator gets wrong, from the request alone: creations with one token happen once, tags at the creation of
 * images and their snapshots are set, and actions that it lacks answer in the form of AWS.
 */
export async function mended(proxy: AwsProxy, call: Call, forward: Forward): Promise<Reply> {
  if (call.service !== 'ec2') return forward(call);
  if (call.action === 'ImportImage') return imported(proxy, call);
  const canned = lacking(call);
  if (canned !== undefined) return { status: 200, body: canned };
  const token = call.parameters['ClientToken'];
  const key = token === undefined ? undefined : `${call.action} ${token}`;
  const before = key === undefined ? undefined : proxy.answered.get(key);
  if (before) return before;
  const reply = await (['CreateImage', 'CopyImage'].includes(call.action)
    ? tagged(proxy, call, forward)
    : forward(call));
  if (key !== undefined && reply.status === 200) proxy.answered.set(key, reply);
  return reply;
}

/** The task is done at once; its id holds that of the image. */
async function imported(proxy: AwsProxy, { region }: Call): Promise<Reply> {
  const made = await proxy.moto.ec2('RegisterImage', { Name: `import-${proxy.calls.length}` }, region);
  const [, image = ''] = /<imageId>ami-(\w+)</.exec(made) ?? [];
  return {
    status: 200,
    body: `<ImportImageResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><importTaskId>import-ami-${image}</importTaskId></ImportImageResponse>`,
  };
}

async function tagged(proxy: AwsProxy, call: Call, forward: Forward): Promise<Reply> {
  const specifications = specificationsOf(call.parameters);
  const plain = Object.entries(call.parameters).filter(([name]) => !name.startsWith('TagSpecification'));
  const reply = await forward({ ...call, parameters: Object.fromEntries(plain) });
  const [, image] = /<imageId>(ami-\w+)<\/imageId>/.exec(reply.body) ?? [];
  if (reply.status !== 200 || image === undefined) return reply;
  const described = await proxy.moto.ec2('DescribeImages', { 'ImageId.1': image }, call.region);
  const snapshots = [...described.matchAll(/<snapshotId>(snap-\w+)<\/snapshotId>/g)].map(([, id]) => id as string);
  for (const { kind, tags } of specifications) {
    const resources = kind === 'image' ? [image] : snapshots;
    const parameters = Object.fromEntries([
      ...resources.map((id, i) => [`ResourceId.${i + 1}`, id] as const),
      ...tags.flatMap(([name, value], i) => [
        [`Tag.${i + 1}.Key`, name] as const,
        [`Tag.${i + 1}.Value`, value] as const,
      ]),
    ]);
    if (resources.length > 0) await proxy.moto.ec2('CreateTags', parameters, call.region);
  }
  return reply;
}

function specificationsOf(parameters: Readonly<Record<string, string>>): { kind: string; tags: [string, string][] }[] {
  const found: { kind: string; tags: [string, string][] }[] = [];
  for (let i = 1; parameters[`TagSpecification.${i}.ResourceType`] !== undefined; i++) {
    const prefix = `TagSpecification.${i}`;
    const tags: [string, string][] = [];
    for (let j = 1; parameters[`${prefix}.Tag.${j}.Key`] !== undefined; j++)
      tags.push([parameters[`${prefix}.Tag.${j}.Key`] as string, parameters[`${prefix}.Tag.${j}.Value`] ?? '']);
    found.push({ kind: parameters[`${prefix}.ResourceType`] as string, tags });
  }
  return found;
}

/** A picture. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

function lacking({ action, parameters }: Call): string | undefined {
  const id = parameters['ImageId'] ?? parameters['ImageId.1'] ?? '';
  const answer = (inner: string) =>
    `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>${inner}</${action}Response>`;
  switch (action) {
    case 'EnableImageDeprecation':
    case 'EnableImageDeregistrationProtection':
      return answer('<return>true</return>');
    case 'GetConsoleScreenshot':
      return answer(`<instanceId>${parameters['InstanceId']}</instanceId><imageData>${PIXEL}</imageData>`);
    case 'EnableFastLaunch':
      return answer(`<imageId>${id}</imageId><state>enabling</state>`);
    case 'DescribeImportImageTasks':
      return answer(
        `<importImageTaskSet><item><status>completed</status><imageId>${(parameters['ImportTaskId.1'] ?? '').replace('import-', '')}</imageId></item></importImageTaskSet>`,
      );
    case 'DescribeFastLaunchImages':
      return answer(
        `<fastLaunchImageSet><item><imageId>${id}</imageId><state>enabled</state></item></fastLaunchImageSet>`,
      );
    default:
      return undefined;
  }
}
