import { defineConfig } from 'vitest/config';

const shared = { environment: 'node', pool: 'forks' } as const;

/** Three rings: pure code, the real command in a temporary folder, and real machines. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/command/**', 'test/e2e/**'],
          testTimeout: 30_000,
        },
      },
      { test: { ...shared, name: 'command', include: ['test/command/**/*.test.ts'], testTimeout: 120_000 } },
      {
        test: {
          ...shared,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
