import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import commit from '../../data-sources/git-commit.js';
import repository from '../../data-sources/git-repository.js';
import tree from '../../data-sources/git-tree.js';
import { dataSourceContext } from '../support/data-source.js';

let folder: string;
const identity = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Bob',
  GIT_COMMITTER_EMAIL: 'bob@example.com',
  GIT_AUTHOR_DATE: '2024-01-02T10:38:19+01:00',
  GIT_COMMITTER_DATE: '2024-01-02T10:38:19+01:00',
};
const git = (...args: string[]) =>
  execFileSync('git', args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, ...identity },
    encoding: 'utf8',
  }).trim();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-git-'));
  git('init', '-q', '-b', 'main');
  await writeFile(join(folder, 'a file.txt'), 'a');
  git('add', '.');
  git('commit', '-q', '-m', 'First\n\nWith a body.');
  git('branch', 'other');
  git('tag', 'v1');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the git data sources', () => {
  it('tell the commit, its people, its tree and the branches at it', async () => {
    expect(await commit.run({ path: '.', commit_ish: 'v1' }, dataSourceContext(folder))).toEqual({
      hash: git('rev-parse', 'HEAD'),
      author: 'Ada <ada@example.com>',
      committer: 'Bob <bob@example.com>',
      timestamp: '2024-01-02T09:38:19Z',
      tree_hash: git('rev-parse', 'HEAD^{tree}'),
      parent_hashes: [],
      message: 'First\n\nWith a body.\n',
      branches: ['main', 'other'],
      pgp_signature: '',
    });
  });

  it('tell HEAD, branches, tags, and whether the tree is clean', async () => {
    expect(await repository.run({ path: '.' }, dataSourceContext(folder))).toEqual({
      head: 'main',
      branches: ['main', 'other'],
      tags: ['v1'],
      is_clean: true,
    });
    await writeFile(join(folder, 'new'), '');
    expect(await repository.run({ path: '.' }, dataSourceContext(folder))).toMatchObject({ is_clean: false });
  });

  it('list the files of a commit', async () => {
    expect(await tree.run({ path: '.', commit_ish: 'HEAD' }, dataSourceContext(folder))).toEqual({
      hash: git('rev-parse', 'HEAD'),
      files: ['a file.txt'],
    });
  });

  it('refuse a commit that does not exist with what git says', async () => {
    await expect(commit.run({ path: '.', commit_ish: 'nosuch' }, dataSourceContext(folder))).rejects.toMatchObject({
      code: 'git/failed',
      details: ['fatal: Needed a single revision'],
    });
  });

  it('refuse a folder that is in no repository', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'imgpack-none-'));
    try {
      await expect(repository.run({ path: elsewhere }, dataSourceContext(folder))).rejects.toMatchObject({
        code: 'git/failed',
      });
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });
});
