import { STRING } from '../../hcl/values/type.js';
import { Value } from '../../hcl/values/value.js';
import type { ArtifactReference, ArtifactValues } from '../late-values.js';
import type { ArtifactNames, ArtifactUse } from './names.js';

const LIST_OF_STRINGS = { kind: 'list', element: STRING } as const;

/**
 * `artifact` as a body sees it: what it refers to, with real values where there are any, and unknown where not.
 */
export function artifactValue(
  { references }: ArtifactUse,
  names: ArtifactNames,
  artifacts: ReadonlyMap<string, ArtifactValues> | undefined,
): Value {
  const root: Tree = new Map();
  for (const { build, name, path } of references) {
    const values = artifacts?.get(build);
    const attributes = values ? known(values) : unknown(names.builderType(name) ?? '');
    const tree = path.reduce((at, part) => inside(at, part), root);
    for (const [attribute, value] of attributes) tree.set(attribute, value);
  }
  // Where a reference is wrong, that was said; nothing else is to be said of it.
  return references.length === 0 ? Value.unknown() : toValue(root);
}

/** Values that say which they are, for a key that is to hold references and not what they refer to. */
export function namedArtifacts(references: readonly ArtifactReference[]): ReadonlyMap<string, ArtifactValues> {
  return new Map(
    references.map(({ build }) => {
      const of = (attribute: string): string => `artifact.${build}.${attribute}`;
      return [build, { id: of('id'), builderType: of('builder_type'), files: [of('files')], path: of('path') }];
    }),
  );
}

function known({ id, builderType, files, path }: ArtifactValues): [string, Value][] {
  return [
    ['id', Value.string(id)],
    ['builder_type', Value.string(builderType)],
    [
      'files',
      Value.list(
        STRING,
        files.map((file) => Value.string(file)),
      ),
    ],
    ['path', path === undefined ? Value.null(STRING) : Value.string(path)],
  ];
}

function unknown(builderType: string): [string, Value][] {
  return [
    ['id', Value.unknown(STRING)],
    ['builder_type', Value.string(builderType)],
    ['files', Value.unknown(LIST_OF_STRINGS)],
    ['path', Value.unknown(STRING)],
  ];
}

type Tree = Map<string, Tree | Value>;

function inside(tree: Tree, name: string): Tree {
  const there = tree.get(name);
  if (there instanceof Map) return there;
  const made: Tree = new Map();
  tree.set(name, made);
  return made;
}

const toValue = (tree: Tree): Value =>
  Value.object([...tree].map(([name, node]) => [name, node instanceof Map ? toValue(node) : node] as const));
