import { resolve } from 'node:path';
import { defineDataSource } from '../src/contract/plugin.js';
import { defineSchema, text, textList } from '../src/contract/schema.js';
import { git, gitRequirement } from '../src/contract/helpers/git.js';

const schema = defineSchema({
  attributes: {
    path: text({ default: '.', description: 'a folder in the repository' }),
    commit_ish: text({ default: 'HEAD', description: 'a commit, branch, tag or an expression such as `HEAD~1`' }),
  },
});

export default defineDataSource({
  type: 'git-tree',
  summary: 'the files of a commit',
  schema,
  outputs: {
    hash: text({ description: 'hash of the commit' }),
    files: textList({ description: 'paths of its files, from the top of the repository' }),
  },
  requirements: () => [gitRequirement],
  async run(config, context) {
    const path = resolve(context.workingDirectory, config.path);
    const hash = await git(['rev-parse', '--verify', `${config.commit_ish}^{commit}`], path, context);
    const listed = await git(['ls-tree', '-r', '-z', '--name-only', '--full-tree', hash], path, context);
    return { hash, files: listed.split('\0').filter((name) => name !== '') };
  },
});
