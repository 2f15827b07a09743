import { describe, expect, it } from 'vitest';
import { cleanResourceName as amazon } from '../../../clouds/amazon/clean-resource-name.js';
import { cleanResourceName as google } from '../../../clouds/google/clean-resource-name.js';
import { loadAndPlan } from '../../support/load-and-plan.js';

const EBS = {
  type: 'amazon-ebs',
  region: 'us-east-1',
  instance_type: 't2.micro',
  ssh_username: 'e',
  source_ami: 'ami-1',
};

describe('`clean_resource_name`', () => {
  it.each([
    [amazon, "a:b (c) [d] e.f/g-h'i@j_k", "a-b (c) [d] e.f/g-h'i@j_k"],
    [amazon, 'é', '--'],
    [google, 'A b:1', 'a-b-1'],
  ])('writes a name as the platform takes it', (clean, text, cleaned) => {
    expect(clean(text)).toBe(cleaned);
  });

  it('is there for the options of a builder in a legacy template', async () => {
    const builder = { ...EBS, ami_name: 'web {{isotime | clean_resource_name}}' };
    const { plan, failed } = await loadAndPlan({
      files: { 't.json': JSON.stringify({ builders: [builder] }) },
      path: 't.json',
    });
    expect(failed).toBe(false);
    const { config } = (await plan.builds[0]?.builder.configure()) ?? {};
    expect(config).toMatchObject({ ami_name: 'web 2026-01-02T03-04-05Z' });
  });

  it('is not there in HCL2, as in Packer', async () => {
    const options = Object.entries({ ...EBS, type: undefined, ami_name: 'web {{isotime | clean_resource_name}}' })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name} = "${value}"\n`);
    const { diagnostics } = await loadAndPlan({
      files: {
        't.pkr.hcl': `source "amazon-ebs" "a" {\n${options.join('')}}\nbuild {\n sources = ["amazon-ebs.a"]\n}\n`,
      },
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(['command/go-template']);
  });
});

describe('a default with `{{ }}`', () => {
  const options = { project_id: 'p', source_image: 'debian-12', zone: 'us-central1-a', ssh_username: 'e' };
  const hcl = Object.entries(options).map(([name, value]) => `${name} = "${value}"\n`);
  it.each([
    ['t.pkr.hcl', `source "googlecompute" "a" {\n${hcl.join('')}}\nbuild {\n sources = ["googlecompute.a"]\n}\n`],
    ['t.json', JSON.stringify({ builders: [{ type: 'googlecompute', ...options }] })],
  ])('is rendered in %s', async (path, text) => {
    const { plan, diagnostics } = await loadAndPlan({ files: { [path]: text }, path });
    expect(diagnostics).toEqual([]);
    const { config } = (await plan.builds[0]?.builder.configure()) ?? {};
    expect(config).toMatchObject({ image_name: expect.stringMatching(/^packer-\d+$/) as string });
  });
});
