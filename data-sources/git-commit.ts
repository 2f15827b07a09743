import { resolve } from 'node:path';
import { defineDataSource } from '../src/contract/plugin.js';
import { defineSchema, text, textList } from '../src/contract/schema.js';
import { git, gitRequirement, linesOf } from '../src/contract/helpers/git.js';

const schema = defineSchema({
  attributes: {
    path: text({ default: '.', description: 'a folder in the repository' }),
    commit_ish: text({ default: 'HEAD', description: 'a commit, branch, tag or an expression such as `HEAD~1`' }),
  },
});

const FIELDS = ['%H', '%an <%ae>', '%cn <%ce>', '%aI', '%T', '%P', '%B'];

export default defineDataSource({
  type: 'git-commit',
  summary: 'a commit of a git repository',
  schema,
  outputs: {
    hash: text({ description: 'hash of the commit' }),
    branches: textList({ description: 'short names of the branches that point at it' }),
    author: text({ description: 'who wrote it: `Name <address>`' }),
    committer: text({ description: 'who committed it' }),
    timestamp: text({ description: 'when it was written, RFC 3339 in UTC' }),
    pgp_signature: text({ description: 'the signature in it, or empty' }),
    message: text({ description: 'its message' }),
    tree_hash: text({ description: 'hash of its tree' }),
    parent_hashes: textList({ description: 'hashes of its parents' }),
  },
  requirements: () => [gitRequirement],
  async run(config, context) {
    const path = resolve(context.workingDirectory, config.path);
    const commit = await git(['rev-parse', '--verify', `${config.commit_ish}^{commit}`], path, context);
    const shown = await git(['show', '-s', `--format=${FIELDS.join('%x00')}`, commit], path, context);
    const [hash = '', author = '', committer = '', date = '', tree = '', parents = '', message = ''] =
      shown.split('\0');
    return {
      hash,
      author,
      committer,
      timestamp: new Date(date).toISOString().replace('.000Z', 'Z'),
      tree_hash: tree,
      parent_hashes: parents === '' ? [] : parents.split(' '),
      message,
      branches: linesOf(
        await git(['branch', '--format=%(refname:short)', `--points-at=${hash}`], path, context),
      ).filter((name) => !name.startsWith('(')),
      pgp_signature: signatureOf(await git(['cat-file', 'commit', hash], path, context)),
    };
  },
});

/** The `gpgsig` header of a raw commit; its continuation lines start with a blank. */
function signatureOf(raw: string): string {
  const header = raw.slice(0, raw.indexOf('\n\n'));
  const match = /^gpgsig (.*(?:\n .*)*)/m.exec(header);
  return match ? `${(match[1] as string).replace(/\n /g, '\n')}\n` : '';
}
