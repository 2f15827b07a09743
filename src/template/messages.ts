import { catalogue } from '../messages/message.js';

const near = (name: string | undefined): { hint?: string } =>
  name === undefined ? {} : { hint: `did you mean \`${name}\`?` };

/** What is said about files, blocks, variables and references of a template. */
export const messages = catalogue('template', {
  // Files
  templateNotFound: (path: string) => ({
    text: `\`${path}\` does not exist`,
    hint: 'name a folder with `.pkr.hcl` files, or one such file',
  }),
  fileNotFound: (path: string) => ({ text: `\`${path}\` does not exist`, hint: 'check the path of the variable file' }),
  unreadable: (path: string) => ({ text: `\`${path}\` cannot be read`, hint: 'check its permissions' }),
  emptyFolder: (path: string) => ({
    text: `there is no template in \`${path}\``,
    hint: 'templates are files that end in `.pkr.hcl` or `.pkr.json`; folders below are not searched',
  }),
  notAnHclTemplate: (path: string) => ({
    text: `\`${path}\` is not an HCL template`,
    hint: 'templates end in `.pkr.hcl` or `.pkr.json`; write an older JSON template as HCL with `packer hcl2_upgrade` first',
  }),
  standardInput: () => ({
    text: 'an HCL template cannot be read from standard input',
    hint: 'write it to a file that ends in `.pkr.hcl`',
  }),
  variableFileExtension: (path: string) => ({
    text: `the format of the variable file \`${path}\` is not known`,
    hint: 'its name must end in `.hcl` or `.json`',
  }),

  // Structure
  unsupportedBlock: (type: string, meant: string | undefined) => ({
    text: `a block of type \`${type}\` is not expected here`,
    ...near(meant),
  }),
  blockForArgument: (name: string) => ({
    text: `\`${name}\` is an argument, not a block`,
    hint: `write \`${name} = …\``,
  }),
  unsupportedArgument: (name: string, meant: string | undefined) => ({
    text: `an argument named \`${name}\` is not expected here`,
    ...near(meant),
  }),
  argumentForBlock: (name: string) => ({
    text: `\`${name}\` is a block, not an argument`,
    hint: `write \`${name} { … }\`, without \`=\``,
  }),
  missingArgument: (name: string) => ({ text: `the argument \`${name}\` is required` }),
  missingBlock: (name: string) => ({ text: `a block \`${name}\` is required` }),
  missingLabel: (type: string, label: string) => ({
    text: `the ${label} of \`${type}\` is missing`,
    hint: `write it in quotes behind \`${type}\``,
  }),
  extraneousLabel: (type: string, labels: readonly string[]) => ({
    text:
      labels.length === 0
        ? `a block \`${type}\` takes no label`
        : `a block \`${type}\` takes ${labels.length === 1 ? 'one label' : `${labels.length} labels`}: ${labels.join(', ')}`,
  }),
  duplicateBlock: (type: string) => ({ text: `a block \`${type}\` may stand only once` }),
  invalidName: (kind: string, name: string) => ({
    text: `\`${name}\` is not a valid name of a ${kind}`,
    hint: 'a name starts with a letter and holds letters, digits, `_` and `-`',
  }),
  unsuitableType: (name: string, wanted: string) => ({ text: `\`${name}\` must be ${wanted}` }),
  unsuitableNull: (name: string) => ({
    text: `\`${name}\` must not be null`,
    hint: 'leave it out to have its default',
  }),
  notKnownYet: (name: string) => ({
    text: `\`${name}\` depends on something that is not known here`,
    hint: '`source.*` and most of `build.*` are known inside provisioners and post-processors only',
  }),
  notConstant: (name: string) => ({
    text: `\`${name}\` must be a constant`,
    hint: 'variables and functions cannot be used here',
  }),

  // Versions and plugins
  versionConstraint: (text: string) => ({
    text: `\`${text}\` is not a version constraint`,
    hint: 'write comma-separated terms such as `>= 1.7, < 2.0` or `~> 1.2`',
  }),
  unsupportedVersion: (wanted: string, version: string) => ({
    text: `the template asks for version \`${wanted}\`, and this imgpack reads templates as Packer ${version} does`,
    hint: 'change `required_version`, or use a newer imgpack',
  }),
  pluginRequirement: (name: string) => ({
    text: `the requirement of the plugin \`${name}\` is not an object`,
    hint: 'write `NAME = { version = "…", source = "host/owner/name" }`',
  }),
  pluginKey: (name: string, key: string) => ({
    text: `the requirement of the plugin \`${name}\` has an unknown key \`${key}\``,
  }),
  pluginWithoutVersion: (name: string) => ({ text: `the requirement of the plugin \`${name}\` lacks \`version\`` }),
  pluginWithoutSource: (name: string) => ({ text: `the requirement of the plugin \`${name}\` lacks \`source\`` }),
  pluginSource: (source: string, reason: string) => ({
    text: `\`${source}\` is not a source of a plugin: ${reason}`,
    hint: 'write `host/owner/name`, such as `github.com/hashicorp/qemu`',
  }),
  duplicatePlugin: (name: string) => ({ text: `the plugin \`${name}\` is required twice` }),
  missingPlugin: (name: string, source: string) => ({
    text: `the plugin \`${name}\` (${source}) is not part of imgpack`,
    hint: 'remove the requirement where nothing uses it, or check the rest with `--ignore-missing-plugins`',
  }),

  // Variables
  duplicateVariable: (name: string, before: string) => ({
    text: `the variable \`${name}\` is already declared at ${before}`,
  }),
  unsetVariable: (name: string) => ({
    text: `the variable \`${name}\` has no value`,
    hint: `give it a default, or set it with \`-var '${name}=…'\`, a variable file, or PKR_VAR_${name}`,
  }),
  defaultValue: (name: string, reason: string) => ({
    text: `the default of \`${name}\` does not fit its type: ${reason}`,
  }),
  variableValue: (name: string, from: string, reason: string) => ({
    text: `the value of \`${name}\` from ${from} does not fit its type: ${reason}`,
  }),
  undeclaredVariable: (name: string, meant: string | undefined) => ({
    text: `there is no variable named \`${name}\``,
    hint: meant === undefined ? `declare it: \`variable "${name}" {}\`` : `did you mean \`${meant}\`?`,
  }),
  undeclaredInFile: (name: string, meant: string | undefined) => ({
    text: `\`${name}\` is set, but no variable of that name is declared`,
    hint:
      meant === undefined ? `declare it: \`variable "${name}" {}\`, or remove the line` : `did you mean \`${meant}\`?`,
  }),
  variableInVariableFile: (name: string) => ({
    text: `variables are declared in templates, not in variable files`,
    hint: `write \`${name} = …\` here, and move the block to a \`.pkr.hcl\` file`,
  }),
  referenceNotAllowed: () => ({
    text: 'a reference cannot be used here',
    hint: 'variable files, and defaults of variables, hold constants',
  }),
  functionNotAllowed: (name: string, allowed: string) => ({ text: `\`${name}\` cannot be called here`, hint: allowed }),

  // Validation
  validationReference: (name: string) => ({
    text: `a condition may refer only to its own variable, \`var.${name}\``,
  }),
  validationWithoutReference: (name: string) => ({
    text: `the condition never refers to \`var.${name}\``,
    hint: 'a condition checks the value of its own variable',
  }),
  validationResult: (reason: string) => ({ text: `the condition must be true or false: ${reason}` }),
  validationMessage: (reason: string) => ({
    text: `\`error_message\` ${reason}`,
    hint: 'write at least one full sentence: a capital at the start, `.`, `?` or `!` at the end',
  }),
  validationFailed: (name: string, from: string, sentence: string) => ({
    text: `the value of \`${name}\` (${from}) is refused: ${sentence}`,
  }),

  // Locals and data
  duplicateLocal: (name: string, before: string) => ({ text: `the local \`${name}\` is already defined at ${before}` }),
  localWithoutExpression: (name: string) => ({
    text: `the local \`${name}\` has no \`expression\``,
  }),
  undeclaredLocal: (name: string, meant: string | undefined) => ({
    text: `there is no local named \`${name}\``,
    ...near(meant),
  }),
  wholeLocals: () => ({
    text: '`local` can only be used with a name behind it',
    hint: 'write `local.NAME`: what a local depends on must be seen before it is evaluated',
  }),
  undeclaredData: (type: string, name: string, meant: string | undefined) => ({
    text: `there is no data source \`data.${type}.${name}\``,
    ...near(meant),
  }),
  wholeData: () => ({
    text: '`data` can only be used with a type and a name behind it here',
    hint: 'write `data.TYPE.NAME`: what a local depends on must be seen before it is evaluated',
  }),
  dependencyCycle: (path: readonly string[]) => ({
    text: `${path.map((name) => `\`${name}\``).join(' needs ')}`,
    hint: 'break the circle: one of them must not refer to the next',
  }),
  duplicateData: (type: string, name: string, before: string) => ({
    text: `the data source \`data.${type}.${name}\` is already declared at ${before}`,
  }),
  unknownDataSource: (type: string, meant: string | undefined) => ({
    text: `there is no data source of type \`${type}\``,
    ...near(meant),
  }),
  dataSourceFailed: (type: string, name: string, reason: string) => ({
    text: `the data source \`data.${type}.${name}\` failed: ${reason}`,
  }),

  // Sources and builds
  duplicateSource: (type: string, name: string, before: string) => ({
    text: `the source \`${type}.${name}\` is already declared at ${before}`,
  }),
  missingBuild: () => ({
    text: 'the template has no `build` block',
    hint: 'add `build { sources = ["source.TYPE.NAME"] }`',
  }),
  noSources: () => ({
    text: 'the build has no source',
    hint: 'add `sources = ["source.TYPE.NAME"]` or a `source "TYPE.NAME" {}` block',
  }),
  sourceReference: (text: string) => ({
    text: `\`${text}\` is not a reference to a source`,
    hint: 'write `source.TYPE.NAME` or `TYPE.NAME`',
  }),
  unknownSource: (reference: string, known: readonly string[], meant: string | undefined) => ({
    text: `there is no source \`${reference}\``,
    hint:
      meant !== undefined
        ? `did you mean \`${meant}\`?`
        : known.length === 0
          ? 'declare it: `source "TYPE" "NAME" { … }`'
          : `known sources: ${known.map((name) => `\`${name}\``).join(', ')}`,
  }),
  unknownComponent: (kind: string, type: string, meant: string | undefined) => ({
    text: `there is no ${kind} of type \`${type}\``,
    hint:
      meant !== undefined
        ? `did you mean \`${meant}\`?`
        : 'imgpack has no plugin for it; `--ignore-missing-plugins` checks the rest of the template',
  }),
  missingComponent: (kind: string, type: string) => ({
    text: `there is no ${kind} of type \`${type}\`: its options are not checked`,
  }),
  onlyAndExcept: () => ({ text: '`only` and `except` cannot be used together', hint: 'remove one of them' }),
  duration: (name: string, text: string) => ({
    text: `\`${name}\` is not a duration: \`${text}\``,
    hint: 'write a number with its unit, such as `30s`, `5m` or `1h30m`',
  }),
  override: (source: string) => ({ text: `\`override\` for \`${source}\` must be an object of options` }),
  hcpRegistry: () => ({
    text: 'the HCP registry is not used: nothing is published there',
    hint: 'imgpack keeps no link to HCP; the block is checked and otherwise ignored',
  }),
  hcpRegistryValue: (name: string, reason: string) => ({ text: `\`${name}\` ${reason}` }),
  hcpRegistryPlace: () => ({
    text: '`hcp_packer_registry` belongs to the top level',
    hint: 'move it out of the build',
  }),

  // Dynamic blocks
  dynamicType: () => ({
    text: '`dynamic` needs the type of the blocks it makes',
    hint: 'write `dynamic "provisioner" { … }`',
  }),
  dynamicForEach: (reason: string) => ({
    text: `\`for_each\` ${reason}`,
    hint: 'give it a list, set, tuple, map or object',
  }),
  dynamicIterator: () => ({ text: '`iterator` must be a plain name', hint: 'write it without quotes' }),
  dynamicLabels: (wanted: number, given: number) => ({
    text: `${given} labels are given where ${wanted} ${wanted === 1 ? 'is' : 'are'} needed`,
  }),
  dynamicLabel: (reason: string) => ({ text: `a label of a dynamic block ${reason}` }),
  dynamicContent: () => ({ text: 'a `dynamic` block needs a `content` block' }),
  dynamicContents: () => ({ text: 'a `dynamic` block holds exactly one `content` block' }),

  // Options
  optionType: (name: string, reason: string) => ({ text: `the value of \`${name}\` does not fit: ${reason}` }),
  optionValue: (name: string, text: string, values: readonly string[], meant: string | undefined) => ({
    text: `\`${name}\` cannot be \`${text}\``,
    hint:
      meant === undefined ? `one of ${values.map((value) => `\`${value}\``).join(', ')}` : `did you mean \`${meant}\`?`,
  }),
  deprecatedOption: (name: string, instead: string) => ({ text: `\`${name}\` is obsolete`, hint: instead }),
  deprecatedBlock: (name: string, instead: string) => ({ text: `the block \`${name}\` is obsolete`, hint: instead }),
  duplicateArgument: (name: string, before: string) => ({
    text: `\`${name}\` is already set by the source at ${before}`,
    hint: 'a source block within a build adds to the source and cannot replace what it sets',
  }),
});
