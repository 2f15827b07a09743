import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/contract/json.js';
import { planToJson } from '../../src/plan/plan-json.js';
import { loadAndPlan, type Planned, type TemplateCase } from '../support/load-and-plan.js';

const TWO_SOURCES = `source "null" "a" {
  communicator = "none"
}
source "null" "b" {
  communicator = "none"
}
`;

async function plan(text: string, more: Partial<TemplateCase> = {}): Promise<Planned> {
  return await loadAndPlan({ files: { 't.pkr.hcl': text }, path: 't.pkr.hcl', ...more });
}

const names = ({ plan: { builds } }: Planned): string[] => builds.map(({ identity }) => identity.name);
const said = ({ diagnostics }: Planned): string[] =>
  diagnostics.map(({ severity, summary }) => `${severity}: ${summary}`);
const inline = (options: JsonObject | undefined): unknown => options?.['inline'];

describe('builds', () => {
  test('are named by block, type and local name, and told apart by their ids', async () => {
    const planned = await plan(`${TWO_SOURCES}
build {
  name = "one"
  source "source.null.a" {
    name = "local"
  }
  sources = ["source.null.b"]
}
build {
  sources = ["null.a", "null.a"]
}
`);
    expect(planned.plan.builds.map(({ id, identity }) => ({ id, ...identity }))).toEqual([
      {
        id: 'one.null.b',
        name: 'one.null.b',
        blockName: 'one',
        sourceLabel: 'b',
        sourceName: 'b',
        builderType: 'null',
      },
      {
        id: 'one.null.local',
        name: 'one.null.local',
        blockName: 'one',
        sourceLabel: 'a',
        sourceName: 'local',
        builderType: 'null',
      },
      { id: 'null.a', name: 'null.a', blockName: '', sourceLabel: 'a', sourceName: 'a', builderType: 'null' },
      { id: 'null.a#2', name: 'null.a', blockName: '', sourceLabel: 'a', sourceName: 'a', builderType: 'null' },
    ]);
  });

  test('keep their ids whatever is selected', async () => {
    const text = `${TWO_SOURCES}build {\n  sources = ["null.a", "null.b"]\n}\nbuild {\n  sources = ["null.a"]\n}\n`;
    const all = await plan(text);
    const some = await plan(text, { except: ['null.b'] });
    expect(some.plan.builds.map(({ id }) => id)).toEqual(['null.a', 'null.a#2']);
    expect(all.plan.builds.map(({ id }) => id)).toEqual(['null.a', 'null.b', 'null.a#2']);
  });

  test('that are not in order are left out and reported, and the others stay', async () => {
    const planned = await plan(
      `${TWO_SOURCES}source "null" "bad" {\n  communicator = "zz"\n}\nbuild {\n  sources = ["null.a", "null.bad", "null.b"]\n}\n`,
    );
    expect(names(planned)).toEqual(['null.a', 'null.b']);
    expect(said(planned)).toEqual(['error: `communicator` cannot be `zz`']);
  });

  test('tell a fault of a shared provisioner once', async () => {
    const planned = await plan(
      `${TWO_SOURCES}build {\n  sources = ["null.a", "null.b"]\n  provisioner "shell-local" {\n    inline = "x"\n  }\n}\n`,
    );
    expect(said(planned)).toEqual([
      'error: the value of `inline` does not fit: a list(string) is required, this is a string',
    ]);
    expect(names(planned)).toEqual([]);
  });
});

describe('the selection', () => {
  const text = `${TWO_SOURCES}build {
  name = "one"
  sources = ["null.a", "null.b"]
  post-processors {
    post-processor "shell-local" {
      inline = ["echo first"]
    }
    post-processor "shell-local" {
      name = "second"
      inline = ["echo second"]
    }
    post-processor "shell-local" {
      name = "third"
      inline = ["echo third"]
    }
  }
}
`;
  const chains = ({ plan: { builds } }: Planned): unknown[] =>
    builds.map((build) => build.chains.map((chain) => chain.map(({ options }) => inline(options))));

  test('takes what matches, and warns of what matches nothing', async () => {
    const planned = await plan(text, { only: ['*.a', 'zz'] });
    expect(names(planned)).toEqual(['one.null.a']);
    expect(said(planned)).toEqual(['warning: `-only=zz` matches no build']);
  });

  test('is empty where `-only` is', async () => {
    expect(names(await plan(text, { only: [] }))).toEqual([]);
  });

  test('cuts a chain at a post-processor that `-except` names', async () => {
    const planned = await plan(text, { except: ['second', '*.b'] });
    expect(names(planned)).toEqual(['one.null.a']);
    expect(chains(planned)).toEqual([[[['echo first']]]]);
    expect(said(planned)).toEqual([]);
  });

  test('refuses a pattern that is not valid', async () => {
    const planned = await plan(text, { only: ['nu[l'] });
    expect(said(planned)).toEqual(['error: `nu[l` in `-only` is not a valid pattern']);
    expect(names(planned)).toEqual([]);
  });

  test('leaves a source that it passes over unread', async () => {
    const planned = await plan(
      `${TWO_SOURCES}source "null" "bad" {\n  communicator = var.undeclared\n}\nbuild {\n  sources = ["null.a", "null.bad"]\n}\n`,
      { only: ['null.a'] },
    );
    expect(said(planned)).toEqual([]);
    expect(names(planned)).toEqual(['null.a']);
  });
});

describe('provisioners', () => {
  test('are chosen by `only` and `except` letter by letter, and a step left out of a chain is skipped', async () => {
    const planned = await plan(`${TWO_SOURCES}build {
  name = "one"
  sources = ["null.a", "null.b"]
  provisioner "shell-local" {
    only = ["null.a"]
    inline = ["echo only"]
  }
  provisioner "shell-local" {
    except = ["null.a"]
    inline = ["echo except"]
  }
  provisioner "shell-local" {
    only = ["null.*", "one.null.a", "a"]
    inline = ["echo never"]
  }
  post-processors {
    post-processor "shell-local" {
      inline = ["echo 1"]
    }
    post-processor "shell-local" {
      only = ["null.b"]
      inline = ["echo 2"]
    }
    post-processor "shell-local" {
      inline = ["echo 3"]
      keep_input_artifact = false
    }
  }
}
`);
    const seen = planned.plan.builds.map((build) => ({
      provisioners: build.provisioners.map(({ options }) => inline(options)),
      chains: build.chains.map((chain) =>
        chain.map(({ options, keepInputArtifact }) => [inline(options), keepInputArtifact]),
      ),
    }));
    expect(seen).toEqual([
      {
        provisioners: [['echo only']],
        chains: [
          [
            [['echo 1'], undefined],
            [['echo 3'], false],
          ],
        ],
      },
      {
        provisioners: [['echo except']],
        chains: [
          [
            [['echo 1'], undefined],
            [['echo 2'], undefined],
            [['echo 3'], false],
          ],
        ],
      },
    ]);
  });

  test('take `override` by local name or label, with `source` known in it', async () => {
    const planned = await plan(`${TWO_SOURCES}build {
  sources = ["null.a", "null.b"]
  source "null.a" {
    name = "c"
  }
  provisioner "shell-local" {
    inline = ["echo base"]
    override = {
      a = { inline = ["echo \${source.name}"] }
      c = { inline = ["echo by local name"] }
      zz = { inline = ["echo never"] }
    }
  }
}
`);
    expect(said(planned)).toEqual([]);
    expect(planned.plan.builds.map((build) => inline(build.provisioners[0]?.options))).toEqual([
      ['echo a'],
      ['echo base'],
      ['echo by local name'],
    ]);
  });

  test('have their meta-arguments, and the cleanup of errors stands apart', async () => {
    const planned = await plan(`${TWO_SOURCES}build {
  sources = ["null.a"]
  provisioner "shell-local" {
    name = "named"
    pause_before = "1s"
    timeout = "1m"
    max_retries = "2"
    continue_on_error = true
    inline = ["true"]
  }
  error-cleanup-provisioner "shell-local" {
    inline = ["echo cleanup"]
  }
}
`);
    const [build] = planned.plan.builds;
    expect(build?.provisioners[0]).toMatchObject({
      name: 'named',
      pauseBefore: 1000,
      timeout: 60_000,
      maxRetries: 2,
      continueOnError: true,
    });
    expect(inline(build?.errorCleanup?.options)).toEqual(['echo cleanup']);
  });
});

describe('`build.*`', () => {
  const text = `${TWO_SOURCES}build {
  name = "one"
  sources = ["null.a"]
  provisioner "shell-local" {
    inline = ["echo \${build.ID}@\${build.Host} in \${build.name} of \${source.type}"]
  }
  provisioner "shell-local" {
    inline = ["echo \${build.name}"]
  }
}
`;

  test('is a placeholder in the plan and real when the component is configured', async () => {
    const [first] = (await plan(text)).plan.builds[0]?.provisioners ?? [];
    expect(inline(first?.options)).toEqual(['echo <unknown>@<unknown> in one of null']);
    const { config } = (await first?.configure({ build: { ID: 'i-1', Host: 'h' } })) ?? {};
    expect(config).toMatchObject({ inline: ['echo i-1@h in one of null'] });
    const partly = (await first?.configure({ build: { ID: 'i-1' } })) ?? { config: undefined };
    expect(partly.config).toMatchObject({ inline: ['echo i-1@<unknown> in one of null'] });
  });

  test('is told by key, so that a content key can hold names in place of values', async () => {
    const [first, second] = (await plan(text)).plan.builds[0]?.provisioners ?? [];
    expect([first?.buildKeys, second?.buildKeys]).toEqual([['Host', 'ID'], []]);
    expect(inline(first?.optionsWith({ build: { ID: '(ID)', Host: '(Host)' } }))).toEqual([
      'echo (ID)@(Host) in one of null',
    ]);
  });

  test('with a value that does not fit is a coded error at the option', async () => {
    const planned = await plan(
      `${TWO_SOURCES}build {\n  sources = ["null.a"]\n  provisioner "shell-local" {\n    inline = [jsondecode(build.ID == "<unknown>" ? "1" : "{}")]\n  }\n}\n`,
    );
    const [component] = planned.plan.builds[0]?.provisioners ?? [];
    await expect(component?.configure({ build: { ID: 'i-1' } })).rejects.toMatchObject({
      name: 'ImgpackError',
      code: 'template/option-type',
      place: { file: 't.pkr.hcl', start: { line: 10 } },
    });
  });

  test('in a source, or with an unknown key, is a fault', async () => {
    const inSource = await plan(
      'source "null" "a" {\n  communicator = build.name\n}\nbuild {\n  sources = ["null.a"]\n}\n',
    );
    expect(inSource.diagnostics.map(({ code, subject }) => `${code} ${subject?.start.line}`)).toEqual([
      'hcl/unsupported-attribute 2',
    ]);
    const unknown = await plan(text.replace('build.ID', 'build.Nope'));
    expect(unknown.diagnostics.map(({ code }) => code)).toEqual(['hcl/unsupported-attribute']);
  });
});

describe('a plan as JSON', () => {
  test('says what will be done, in order, with keys sorted', async () => {
    const planned = await plan(`source "null" "a" {
  communicator = "none"
}
build {
  sources = ["null.a"]
  provisioner "shell-local" {
    name = "n"
    inline = ["true"]
    environment_vars = ["B=1"]
    max_retries = 1
  }
  post-processor "shell-local" {
    inline = ["true"]
  }
}
`);
    expect(planToJson(planned.plan)).toEqual({
      version: 1,
      builds: [
        {
          id: 'null.a',
          name: 'null.a',
          type: 'null',
          source: 'a',
          place: 't.pkr.hcl:5',
          builder: { type: 'null', place: 't.pkr.hcl:1', options: { communicator: 'none' } },
          provisioners: [
            {
              type: 'shell-local',
              name: 'n',
              place: 't.pkr.hcl:6',
              options: { environment_vars: ['B=1'], inline: ['true'] },
              maxRetries: 1,
            },
          ],
          postProcessors: [[{ type: 'shell-local', place: 't.pkr.hcl:12', options: { inline: ['true'] } }]],
          dependsOn: [],
        },
      ],
    });
  });
});

describe('a component without a plugin', () => {
  const text = `source "nosuch" "a" {
  region = local.typo
}
source "null" "b" {
  communicator = "none"
}
build {
  sources = ["nosuch.a", "null.b"]
  provisioner "shell-local" {
    inlin = ["x"]
  }
  provisioner "other" {
    block {
      value = upper(1, 2)
    }
  }
}
`;

  test('ends the work', async () => {
    expect(said(await plan(text))).toEqual([
      'error: there is no builder of type `nosuch`',
      'error: there is no provisioner of type `other`',
    ]);
  });

  test('is passed over where that is allowed, and all else is checked', async () => {
    const planned = await plan(text, { ignoreMissingPlugins: true });
    expect(
      planned.diagnostics.map(({ severity, code, subject }) => `${severity} ${code} ${subject?.start.line}`),
    ).toEqual([
      'warning template/missing-component 8',
      'warning template/missing-component 12',
      'error hcl/unsupported-attribute 2',
      'error template/unsupported-argument 10',
      expect.stringMatching(/^error .* 14$/),
    ]);
    expect(names(planned)).toEqual([]);
  });
});
