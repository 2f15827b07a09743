/** Who may import whom: the table in docs/architecture.md, held by a tool. */
const room = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|bin|clouds|builders|provisioners|post-processors|data-sources)/', pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    room('hcl-stands-alone', '^src/hcl/', [], 'The language knows nothing of images.'),
    room('go-template-stands-alone', '^src/go-template/', [], 'The legacy template engine knows nothing of images.'),
    room('messages-stand-alone', '^src/messages/', [], 'The catalogue and its printer.'),
    room(
      'contract',
      '^src/contract/',
      ['^src/hcl/values/', '^src/hcl/source', '^src/messages/'],
      'Types shared by plugins and engine.',
    ),
    room('template', '^src/template/', ['^src/hcl/', '^src/go-template/', '^src/contract/', '^src/messages/']),
    room('cache', '^src/cache/', ['^src/contract/', '^src/messages/'], 'What was made before.'),
    room('plan', '^src/plan/', ['^src/cache/', '^src/template/', '^src/hcl/', '^src/contract/', '^src/messages/']),
    room('engine', '^src/engine/', [
      '^src/plan/',
      '^src/cache/',
      '^src/contract/',
      '^src/messages/',
      '^src/go-template/',
    ]),
    room('communicators', '^src/communicators/', ['^src/contract/', '^src/messages/']),
    room('clouds', '^clouds/', ['^src/contract/', '^src/messages/message'], 'What the components of one cloud share.'),
    room('reporters', '^src/reporters/', ['^src/contract/', '^src/messages/']),
    {
      name: 'plugins-import-the-contract-only',
      severity: 'error',
      from: { path: '^(builders|provisioners|post-processors|data-sources)/([^/.]+)' },
      to: {
        path: '^(src|bin|builders|provisioners|post-processors|data-sources)/',
        pathNot: ['^src/contract/', '^src/messages/message', '^clouds/', '^$1/$2'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs'], conditionNames: ['import', 'node', 'default'] },
  },
};
