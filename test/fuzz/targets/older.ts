import { Diagnostics } from '../../../src/hcl/diagnostic.js';
import { packerFunctions } from '../../../src/go-template/functions.js';
import { GoTemplateError, renderUntilStable } from '../../../src/go-template/render.js';
import { checkLegacyText, fixLegacyText } from '../../../src/template/legacy/fix-text.js';
import type { Random } from '../../support/random.js';
import { hold, type Target } from '../target.js';
import { holdPlaces, jsonText } from './inputs.js';

const PARTS = [
  '{{', '}}', '{{-', '-}}', '{{ ', ' }}', 'if ', 'else', 'end', 'range ', 'with ', 'define "t"', 'template "t"', '.', '.Name', '$x', ':=', '|',
  '`a`', '"b"', "'c'", '1', '1e3', '0x1F', 'nil', 'true', ' ', '(', ')', ',', 'printf ', '"%d%s"', 'upper ', 'lower ', 'isotime ', 'user ', 'env ',
  'build ', 'split ', 'replace_all ', 'len ', 'index ', 'eq ', 'and ', 'or ', 'not ', 'timestamp', 'break', 'continue', '/* x */', '\n', 'text', 'é',
]; // prettier-ignore

const goFunctions = packerFunctions({
  startTime: new Date('2031-02-03T04:05:06.789Z'),
  packerVersion: '1.16.0',
  workingDirectory: '/nonexistent',
  randomBytes: (size) => new Uint8Array(size),
});

function goTemplate(random: Random): string {
  const part = () => random.pick(PARTS);
  return random
    .list(5, () => (random.oneIn(4) ? part() : `{{${random.list(5, part).join('')}${random.oneIn(12) ? '' : '}}'}`))
    .join('');
}

export const olderTargets: readonly Target[] = [
  {
    name: 'go-template',
    claim: 'any text is rendered or refused with a place in it',
    weight: 14,
    make: goTemplate,
    check(text) {
      try {
        renderUntilStable(text, { Name: 'n' }, goFunctions);
      } catch (error) {
        if (!(error instanceof GoTemplateError)) throw error;
        hold(error.line >= 1 && error.column >= 1 && error.offset <= error.template.length, 'the place');
      }
    },
  },
  {
    name: 'legacy',
    claim: 'any JSON template is read, fixed, or has coded faults',
    weight: 6,
    make: jsonText,
    check(text) {
      for (const run of [checkLegacyText, fixLegacyText]) {
        const diagnostics = new Diagnostics();
        run({ name: 't.json', text }, diagnostics);
        holdPlaces(diagnostics.list, text);
      }
    },
  },
];
