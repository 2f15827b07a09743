import { catalogue } from '../../messages/message.js';

const near = (name: string | undefined): { hint?: string } =>
  name === undefined ? {} : { hint: `did you mean \`${name}\`?` };

/** What is said about legacy JSON templates. */
export const messages = catalogue('legacy', {
  syntax: (reason: string) => ({
    text: `the JSON is not valid: ${reason}`,
    hint: 'a template in HCL has a name that ends in `.pkr.hcl` or `.pkr.json`',
  }),
  duplicateKey: (name: string, before: string) => ({ text: `\`${name}\` already stands at ${before}` }),
  notAnObject: (what: string) => ({ text: `${what} must be an object` }),
  unknownRootKey: (name: string, meant: string | undefined) => ({
    text: `\`${name}\` is not part of a template`,
    hint: meant === undefined ? 'comments have names that start with `_`' : `did you mean \`${meant}\`?`,
  }),
  rootComment: (name: string) => ({ text: `the comment \`${name}\` must be a string` }),
  wrongType: (what: string, wanted: string) => ({ text: `${what} must be ${wanted}` }),
  noBuilders: () => ({ text: 'the template has no builder', hint: 'add `"builders": [{"type": "TYPE"}]`' }),
  missingType: (what: string) => ({ text: `${what} has no \`type\`` }),
  duplicateBuilder: (name: string, before: string) => ({
    text: `there is already a builder \`${name}\` at ${before}`,
    hint: 'give one of them another `name`',
  }),
  nestedSequence: () => ({
    text: 'a sequence of post-processors cannot hold another sequence',
    hint: 'give the inner one an entry of its own in `post-processors`',
  }),
  postProcessorForm: () => ({ text: 'a post-processor is a string, an object, or a list of them' }),
  onlyAndExcept: () => ({ text: '`only` and `except` cannot be used together', hint: 'remove one of them' }),
  unknownBuilder: (option: string, name: string, meant: string | undefined) => ({
    text: `\`${option}\` names the builder \`${name}\`, which is not there`,
    ...near(meant),
  }),
  minVersion: (version: string) => ({
    text: `\`min_packer_version\` is not a version: \`${version}\``,
    hint: 'write it as `1.7.0`',
  }),
  tooOld: (wanted: string, version: string) => ({
    text: `the template needs Packer ${wanted} or later; imgpack works as Packer ${version}`,
  }),
  requiredVariable: (name: string) => ({
    text: `the variable \`${name}\` is not set`,
    hint: `set it with \`-var '${name}=…'\``,
  }),
  variable: (name: string, reason: string) => ({ text: `the variable \`${name}\` has no value: ${reason}` }),
  variableCycle: (names: readonly string[]) => ({
    text: `the variables ${names.map((name) => `\`${name}\``).join(', ')} have no value: they refer to each other`,
  }),
  variableFile: (name: string) => ({ text: `\`${name}\` in a variable file must be a string` }),
  name: (reason: string) => ({ text: `the name of the builder cannot be rendered: ${reason}` }),
  optionType: (name: string, reason: string) => ({ text: `the value of \`${name}\` does not fit: ${reason}` }),
  goTemplate: (name: string, reason: string) => ({
    text: `the \`{{ }}\` in \`${name}\` cannot be rendered: ${reason}`,
    hint: 'write `{{ "{{" }}` for braces that are meant as they are',
  }),
  notUpgraded: (action: string) => ({
    text: `\`${action}\` has no counterpart in HCL2 and stays as it is`,
    hint: 'put a function of HCL2 in its place',
  }),
  cannotFix: (reason: string) => ({ text: `the template cannot be fixed: ${reason}` }),
  retries: (text: string) => ({ text: `\`max_retries\` is not a whole number: \`${text}\`` }),
  notHcl: () => ({
    text: 'a JSON template in the old form has no `required_plugins`',
    hint: '`imgpack hcl2_upgrade` turns it into HCL2',
  }),
});
