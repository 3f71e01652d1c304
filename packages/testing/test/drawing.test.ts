import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect } from 'chai';
import { imports, projects, root, wholeSources } from './support/sources.ts';

/** Packages that a composer's may import; every other imports what stands here and nothing else. */
const drawing: Readonly<Record<string, readonly string[]>> = {
  core: [],
  architectures: ['core'],
  compressors: ['core'],
  disassemblers: ['core'],
  containers: ['core', 'compressors'],
  formats: ['core'],
  'format-elf': ['core', 'file-memory'],
  'format-kdump': ['core'],
  'file-memory': ['core'],
  'format-raw': ['core', 'file-memory'],
  'format-qemu': ['core', 'file-memory'],
  'format-lime': ['core', 'file-memory'],
  'format-vmware': ['core', 'file-memory'],
  'format-hibernation': ['core', 'compressors', 'file-memory'],
  'format-s390': ['core', 'file-memory'],
  'format-xen': ['core', 'file-memory'],
  'format-sadump': ['core', 'file-memory'],
  'format-lkcd': ['core', 'file-memory'],
  linux: ['core'],
  heuristics: ['core', 'linux'],
  analyzers: ['core', 'linux'],
  engine: ['core', 'linux'],
  gdb: ['core', 'linux'],
  shell: ['core', 'linux'],
  node: ['core'],
  browser: ['core', 'source-http'],
  'source-http': ['core', 'node'],
  'source-s3': ['core', 'source-http'],
  report: ['core', 'engine'],
  config: ['core', 'node'],
  testing: ['core', 'engine'],
};
/** Packages that compose the others. */
const composers = ['vmcorekit', 'fleet', 'mcp', 'web'];
/** Rooms that run without Node. */
const portable = Object.keys(drawing).filter(
  (name) => !['node', 'config', 'source-http', 'source-s3'].includes(name),
);
const maxImports = 15;

function packageOf(path: string): string {
  return /^packages\/([^/]+)\//.exec(path)?.[1] ?? '';
}

function ownPackage(specifier: string): string | undefined {
  return /^@vmcorekit\/([^/]+)/.exec(specifier)?.[1];
}

/** Every file that a file of the project takes from by a path. */
function graph(): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  for (const { path, from } of imports().filter(({ from: specifier }) =>
    specifier.startsWith('.'),
  )) {
    const target = posix.join(posix.dirname(path), from);
    edges.set(path, (edges.get(path) ?? new Set()).add(target));
  }
  return edges;
}

/** A way from a file back to itself, or undefined. */
function circleThrough(
  start: string,
  edges: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] | undefined {
  const seen = new Set<string>();
  const search = (at: string, way: readonly string[]): readonly string[] | undefined => {
    for (const next of edges.get(at) ?? []) {
      if (next === start) {
        return [...way, next];
      }
      if (!seen.has(next)) {
        seen.add(next);
        const found = search(next, [...way, next]);
        if (found !== undefined) {
          return found;
        }
      }
    }
    return undefined;
  };
  return search(start, [start]);
}

describe('the drawing of the house', () => {
  it('has a place for every package', () => {
    const packages = projects()
      .filter((folder) => folder.startsWith('packages/'))
      .map((folder) => folder.slice(9));
    expect(
      packages.filter((name) => !(name in drawing) && !composers.includes(name)),
    ).to.deep.equal([]);
  });

  it('is how packages import each other, and nothing else', () => {
    const strangers = imports().filter(({ path, from }) => {
      const [importer, imported] = [packageOf(path), ownPackage(from)];
      const allowed = drawing[importer];
      return (
        allowed !== undefined &&
        imported !== undefined &&
        imported !== importer &&
        !allowed.includes(imported)
      );
    });
    expect(strangers).to.deep.equal([]);
  });

  it('is what the packages declare', () => {
    const undeclared = Object.keys({ ...drawing, vmcorekit: [] }).flatMap((name) => {
      const { dependencies = {}, peerDependencies = {} } = JSON.parse(
        readFileSync(new URL(`packages/${name}/package.json`, root), 'utf8'),
      ) as Record<string, Record<string, string>>;
      const declared = new Set([
        ...Object.keys(dependencies),
        ...Object.keys(peerDependencies),
        `@vmcorekit/${name}`,
      ]);
      const used = imports().filter(
        ({ path, from }) => packageOf(path) === name && !/^(?:\.|node:)/.test(from),
      );
      return used
        .map(({ path, from }) => ({
          path,
          from,
          needed: /^(?:@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? from,
        }))
        .filter(({ needed }) => !declared.has(needed));
    });
    expect(undeclared).to.deep.equal([]);
  });

  it('lets core depend on nothing', () => {
    const manifest = JSON.parse(
      readFileSync(new URL('packages/core/package.json', root), 'utf8'),
    ) as object;
    expect(manifest).not.to.have.any.keys(
      'dependencies',
      'peerDependencies',
      'optionalDependencies',
    );
    expect(
      imports().filter(({ path, from }) => packageOf(path) === 'core' && !from.startsWith('.')),
    ).to.deep.equal([]);
  });

  it('keeps Node in its room', () => {
    const node = imports().filter(
      ({ path, from }) => portable.includes(packageOf(path)) && from.startsWith('node:'),
    );
    expect(node).to.deep.equal([]);
  });

  it('has no circle of files', () => {
    const edges = graph();
    const circles = [...edges.keys()].flatMap(
      (file) => circleThrough(file, edges)?.join(' → ') ?? [],
    );
    expect(circles).to.deep.equal([]);
  });

  it(`lets no file import more than ${maxImports} others without a reason in its head`, () => {
    const counts = new Map<string, number>();
    for (const { path } of imports().filter(({ isImport }) => isImport)) {
      counts.set(path, (counts.get(path) ?? 0) + 1);
    }
    const texts = wholeSources();
    const unexplained = [...counts].filter(
      ([path, count]) =>
        count > maxImports && !/^\/[/*][^\n]*\bimports\b/i.test(texts.get(path) ?? ''),
    );
    expect(unexplained).to.deep.equal([]);
  });

  it('is described in the documentation with files that exist', () => {
    const text = readFileSync(new URL('docs/architecture.md', root), 'utf8');
    const named = [...text.matchAll(/`(packages\/[\w./-]+\.ts)`/g)].map(([, path = '']) => path);
    const ofCore = [...text.matchAll(/^\|[^|]*\| `([\w-]+\.ts)` \|/gm)].map(
      ([, name = '']) => `packages/core/src/${name}`,
    );
    expect(named).to.have.lengthOf.above(15);
    expect(ofCore).to.have.lengthOf.above(10);
    expect([...named, ...ofCore].filter((path) => !existsSync(new URL(path, root)))).to.deep.equal(
      [],
    );
    const missing = Object.keys(drawing).filter(
      (name) => !new RegExp(`@vmcorekit/${name}\`|, \`-kdump\``).test(text),
    );
    expect(missing).to.deep.equal([]);
  });
});
