import { resolve } from 'node:path';
import { bool, defineSchema, text, textList } from '../src/contract/schema.js';
import { defineDataSource } from '../src/contract/plugin.js';
import { git, gitRequirement, linesOf } from '../src/contract/helpers/git.js';

const schema = defineSchema({
  attributes: { path: text({ default: '.', description: 'a folder in the repository' }) },
});

export default defineDataSource({
  type: 'git-repository',
  summary: 'the state of a git repository',
  schema,
  outputs: {
    head: text({ description: 'short name of what HEAD points at: a branch, or `HEAD` where it is detached' }),
    branches: textList({ description: 'short names of the local branches' }),
    tags: textList({ description: 'names of the tags' }),
    is_clean: bool({ description: 'whether the working tree has no changes and no untracked files' }),
  },
  requirements: () => [gitRequirement],
  async run(config, context) {
    const path = resolve(context.workingDirectory, config.path);
    const refs = async (folder: string) =>
      linesOf(await git(['for-each-ref', '--format=%(refname:short)', folder], path, context));
    return {
      head: await git(['rev-parse', '--abbrev-ref', 'HEAD'], path, context),
      branches: await refs('refs/heads'),
      tags: await refs('refs/tags'),
      is_clean: (await git(['status', '--porcelain'], path, context)) === '',
    };
  },
});
