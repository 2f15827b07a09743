import { catalogue } from '../../messages/message.js';

/** What is said about `module` and `output` blocks. */
export const messages = catalogue('module', {
  duplicate: (name: string, before: string) => ({ text: `the module \`${name}\` is already declared at ${before}` }),
  withoutSource: (name: string) => ({
    text: `the module \`${name}\` has no \`source\``,
    hint: 'name the folder of its templates: `source = "./FOLDER"`',
  }),
  source: (source: string) => ({
    text: `\`${source}\` is not a folder of templates`,
    hint: 'begin with `./` or `../`, from the folder of this template, or with `/`; what is elsewhere is fetched first, for example by git',
  }),
  withinItself: (folders: readonly string[]) => ({
    text: `a module contains itself: ${folders.map((folder) => `\`${folder}\``).join(' uses ')}`,
    hint: 'move what both need to a module of its own',
  }),
  unknownArgument: (name: string, module: string, meant: string | undefined) => ({
    text: `the module \`${module}\` has no variable \`${name}\``,
    hint: meant === undefined ? `declare it in the module: \`variable "${name}" {}\`` : `did you mean \`${meant}\`?`,
  }),
  missingArgument: (name: string, module: string, declared: string) => ({
    text: `the module \`${module}\` needs a value for \`${name}\``,
    hint: `write \`${name} = …\`; the variable is declared at ${declared} without a default`,
  }),
  argument: (name: string, reason: string) => ({
    text: `the value of \`${name}\` does not fit its type in the module: ${reason}`,
  }),
  undeclared: (name: string, meant: string | undefined) => ({
    text: `there is no module \`${name}\``,
    hint:
      meant === undefined ? `declare it: \`module "${name}" { source = "./FOLDER" }\`` : `did you mean \`${meant}\`?`,
  }),
  whole: () => ({
    text: '`module` can only be used with a name behind it',
    hint: 'write `module.NAME.OUTPUT`: what a local depends on must be seen before it is evaluated',
  }),
  duplicateOutput: (name: string, before: string) => ({
    text: `the output \`${name}\` is already declared at ${before}`,
  }),
});
