import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { once } from './lib.mjs';
import { imgpack, packer, workplace } from './peers.mjs';

const COUNT = 50;
const SOURCE_IMAGE = 'ami-0000000000000001a';
/** Seconds that AWS takes; a call takes a tenth of one. */
const TIMES = { running: 12, stopped: 8, available: 25, terminated: 10 };
const CALL_MILLISECONDS = 100;

/** Lets states come as late as they do on AWS. */
function slow(proxy) {
  const since = new Map();
  const note = (state, id) => since.set(`${state} ${id}`, Date.now());
  const reached = (state, id) => Date.now() - (since.get(`${state} ${id}`) ?? 0) >= TIMES[state] * 1000;
  const before = { running: 'pending', stopped: 'stopping', terminated: 'shutting-down' };
  proxy.latency = () => CALL_MILLISECONDS;
  proxy.after = async ({ action, parameters }, { body }) => {
    const id = parameters['InstanceId.1'] ?? '';
    if (action === 'RunInstances') note('running', /<instanceId>([^<]+)/.exec(body)?.[1]);
    if (action === 'StopInstances') note('stopped', id);
    if (action === 'TerminateInstances') note('terminated', id);
    if (action === 'CreateImage') note('available', /<imageId>([^<]+)/.exec(body)?.[1]);
  };
  proxy.faults.push(
    {
      action: 'DescribeInstances',
      times: Infinity,
      rewrite: (body) =>
        body.replace(
          /(<instanceId>(i-\w+)<\/instanceId>[\s\S]*?<instanceState>[\s\S]*?<name>)([a-z-]+)(<\/name>)/g,
          (all, head, id, state, tail) => (state in before && !reached(state, id) ? head + before[state] + tail : all),
        ),
    },
    {
      action: 'DescribeImages',
      times: Infinity,
      rewrite: (body) =>
        body.replace(/(<imageId>(ami-\w+)<\/imageId>[\s\S]*?<imageState>)available(<)/g, (all, head, id, tail) =>
          reached('available', id) ? all : `${head}pending${tail}`,
        ),
    },
  );
}

const template = (endpoint, count) => {
  const names = Array.from({ length: count }, (_, i) => `n${i}`);
  const sources = names.map(
    (name) => `source "amazon-ebs" "${name}" {
  region                 = "us-east-1"
  custom_endpoint_ec2    = "${endpoint}"
  skip_region_validation = true
  communicator           = "none"
  source_ami             = "${SOURCE_IMAGE}"
  instance_type          = "t3.micro"
  ami_name               = "image-${name}"
  tags                   = { Name = "${name}" }
}
`,
  );
  return `${sources.join('\n')}\nbuild {\n  sources = [${names.map((name) => `"source.amazon-ebs.${name}"`).join(', ')}]\n}\n`;
};

/** Many AMIs at once, with the times that AWS takes: what the tool adds to them, and how often it asks. */
export async function run() {
  const load = (name) => tsImport(`../test/emulators/amazon/${name}.ts`, import.meta.url);
  const [{ Moto, motoMissing }, { AwsProxy }] = await Promise.all([load('moto'), load('proxy')]);
  const missing = motoMissing();
  if (missing !== undefined) return console.log(`\nAMIs: SKIPPED, ${missing}`);
  const moto = await Moto.start();
  const proxy = await AwsProxy.start(moto);
  const place = workplace();
  try {
    const measure = async (command, args, count) => {
      await proxy.reset();
      slow(proxy);
      writeFileSync(join(place.folder, 't.pkr.hcl'), template(proxy.url, count));
      const env = {
        ...place.env,
        AWS_ENDPOINT_URL: proxy.url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_EC2_METADATA_DISABLED: 'true',
      };
      const result = await once(command, [...args, 't.pkr.hcl'], { cwd: place.folder, env });
      if (result.code !== 0) throw new Error(result.output.slice(-3000));
      const reads = proxy.calls.filter(({ action }) => /^(Describe|Get|List)/.test(action)).length;
      return { seconds: result.seconds, calls: proxy.calls.length / count, reads: reads / count };
    };
    const ours = [process.execPath, [imgpack, 'build', '-color=false']];
    const rows = {
      'imgpack, 1 build': await measure(...ours, 1),
      [`imgpack, ${COUNT} builds`]: await measure(...ours, COUNT),
      'packer, 1 build': await measure(packer, ['build', '-color=false'], 1),
    };
    console.log(`\nAMIs, with the times that AWS takes (${Object.values(TIMES).join(' + ')} s)`);
    for (const [name, { seconds, calls, reads }] of Object.entries(rows))
      console.log(
        `  ${name.padEnd(20)} ${seconds.toFixed(1)} s  ${calls.toFixed(1)} calls a build, ${reads.toFixed(1)} of them reads`,
      );
    const [one, many, other] = Object.values(rows);
    console.log(
      `  ${COUNT} builds / 1 build: ${(many.seconds / one.seconds).toFixed(2)} of the time; imgpack / packer: ${(many.calls / other.calls).toFixed(2)} of the calls, ${(many.reads / other.reads).toFixed(2)} of the reads`,
    );
  } finally {
    place.remove();
    await proxy.stop();
    await moto.stop();
  }
}
