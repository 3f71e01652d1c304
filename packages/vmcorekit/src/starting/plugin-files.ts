import { analyzerSource, analyzerTest } from './analyzer-files.ts';
import { heuristicSource, heuristicTest } from './heuristic-files.ts';
import type { PluginName } from './plugin-name.ts';

/** What a plug-in to start from contributes. */
export const pluginKinds = ['heuristic', 'analyzer'] as const;
export type PluginKind = (typeof pluginKinds)[number];

/** The versions and names that a new plug-in must fit. */
export interface Surroundings {
  /** Of vmcorekit and its packages. */
  readonly version: string;
  /** The names of all heuristics, in their order. */
  readonly heuristics: readonly string[];
}

/** The files of a plug-in to start from: their paths in its folder, and their texts. */
export function pluginFiles(
  { ofPackage, inKebabCase: name }: PluginName,
  kind: PluginKind,
  { version, heuristics }: Surroundings,
): ReadonlyMap<string, string> {
  const isHeuristic = kind === 'heuristic';
  return new Map([
    ['package.json', packageJson(ofPackage, name, kind, version)],
    ['tsconfig.json', tsconfig],
    [`src/${name}.ts`, isHeuristic ? heuristicSource(name) : analyzerSource(name)],
    [`test/${name}.test.ts`, isHeuristic ? heuristicTest(name) : analyzerTest(name)],
    ['vmcorekit.config.yaml', configuration(name, kind, heuristics)],
    ['README.md', readme(ofPackage, name, kind)],
    ['.gitignore', 'node_modules\ndist\n'],
  ]);
}

/** The command that tries the plug-in on a dump. */
export function tryCommand(name: string, kind: PluginKind): string {
  const command = kind === 'heuristic' ? 'probe' : `analyze ${name}`;
  return `npx vmcorekit ${command} --config vmcorekit.config.yaml DUMP`;
}

function packageJson(ofPackage: string, name: string, kind: PluginKind, version: string): string {
  const range = `^${version}`;
  const contents = {
    name: ofPackage,
    version: '0.1.0',
    private: true,
    description: `A plug-in of vmcorekit: ${kind === 'heuristic' ? 'a heuristic' : 'an analyzer'}`,
    type: 'module',
    engines: { node: '>=20.19' },
    exports: { types: `./dist/src/${name}.d.ts`, default: `./dist/src/${name}.js` },
    files: ['dist/src', 'src'],
    scripts: {
      build: 'tsc',
      test: `tsc && node --test dist/test/${name}.test.js`,
    },
    peerDependencies: { '@vmcorekit/core': range },
    devDependencies: {
      ...(kind === 'heuristic' ? { '@vmcorekit/architectures': range } : {}),
      '@vmcorekit/core': range,
      '@vmcorekit/testing': range,
      '@types/node': '^20.19.0',
      typescript: '>=5.9',
      vmcorekit: range,
    },
  };
  return `${JSON.stringify(contents, null, 2)}\n`;
}

const tsconfig: string = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'es2022',
      lib: ['es2023', 'esnext.disposable'],
      module: 'nodenext',
      types: ['node'],
      strict: true,
      declaration: true,
      skipLibCheck: true,
      rootDir: '.',
      outDir: 'dist',
    },
    include: ['src', 'test'],
  },
  null,
  2,
)}\n`;

function configuration(name: string, kind: PluginKind, heuristics: readonly string[]): string {
  const head = `# Used with --config, or once you trust it: vmcorekit trust vmcorekit.config.yaml
# TypeScript is compiled first (npm run build), so it works on every Node.
plugins: [./dist/src/${name}.js]
`;
  return kind === 'analyzer'
    ? head
    : `${head}
rules:
  # Which dumps it is for, and which heuristics look for their kernel, in this order. A name that is
  # left out does not look for it; \`vmcorekit heuristics\` explains them.
  - name: ${name}
    match: { architecture: x86_64 }
    heuristics:
      - [${name}, { suffix: .phys_base }]
${heuristics.map((each) => `      - ${each}\n`).join('')}`;
}

function readme(ofPackage: string, name: string, kind: PluginKind): string {
  const isHeuristic = kind === 'heuristic';
  const what = isHeuristic
    ? 'The heuristic reads where the kernel lies from a file beside the dump: DUMP.phys_base, with a\n' +
      'line like phys_base=0x600000. Change src to read what your capture host writes.'
    : 'The analyzer counts the pages that hold a text, and shows the text at a symbol of the kernel.\n' +
      'Change src to look at what you want to know.';
  return `# ${ofPackage}

A plug-in of vmcorekit.

${what}

    npm install
    npm test
${isHeuristic ? '    echo phys_base=0x600000 > DUMP.phys_base\n' : ''}    ${tryCommand(name, kind)}${isHeuristic ? ` --verbose\n\n${seeing(name)}` : ''}
`;
}

/** A heuristic that finds nothing leaves no trace in the report. */
function seeing(name: string): string {
  return `The report names it with what it claims: under Evidence, or under Contradictions if the number
is wrong. Without the file, it finds nothing and is not named. \`Failed: ${name}\` says that its
code threw an error, ran too long, or yielded nonsense; \`--debug\` shows where an error came from.`;
}
