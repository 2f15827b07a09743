import { packerFunctions } from '../go-template/functions.js';
import { GoTemplateError, renderGoTemplate, renderUntilStable } from '../go-template/render.js';
import type { Environment } from '../contract/context.js';
import type { JsonObject } from '../contract/json.js';
import { commandMessages } from '../messages/commands.js';
import { ImgpackError } from '../messages/message.js';
import type { LegacyBuild } from '../template/legacy/functions.js';
import type { LegacyTemplate } from '../template/legacy/legacy-template.js';
import { PACKER_VERSION } from '../version.js';

/** Renders `{{ }}` in a text; `build` gives `build_name` and `build_type` their values. */
export type Render = (template: string, data: JsonObject, build?: LegacyBuild) => string;

const startTime = new Date();

/** As options are rendered when a component is prepared: once, what is not known is `<no value>`. */
export function prepareRender(environment: Environment): Render {
  return renderWith(environment, renderGoTemplate);
}

/** As texts are rendered while a build runs: until nothing changes any more. Legacy templates have functions of their own. */
export function runRender(environment: Environment, legacy?: LegacyTemplate): Render {
  return renderWith(environment, renderUntilStable, legacy);
}

function renderWith(environment: Environment, render: typeof renderGoTemplate, legacy?: LegacyTemplate): Render {
  return (template, data, build) => {
    const functions =
      legacy?.functions(build, data) ??
      packerFunctions({
        startTime,
        packerVersion: PACKER_VERSION,
        workingDirectory: environment.workingDirectory,
        ...(build && { buildName: build.sourceLabel, buildType: build.builderType }),
      });
    try {
      return render(template, data, functions);
    } catch (error) {
      if (!(error instanceof GoTemplateError)) throw error;
      const line = error.template.split('\n')[error.line - 1] ?? '';
      throw new ImgpackError(commandMessages.goTemplate(error.message), {
        cause: error.cause,
        details: [line, `${' '.repeat(Math.max(0, error.column - 1))}^`],
      });
    }
  };
}
