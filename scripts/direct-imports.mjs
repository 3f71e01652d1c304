// Makes modules import a name from the file that defines it, not through an index.
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const imported = /^import \{([^}]*)\} from (['"])([^'"\n]+)\2;/gm;
const exportedFrom = /^export \{([^}]*)\} from (['"])([^'"\n]+)\2;/gm;
const exportedAll = /^export \* from (['"])([^'"\n]+)\1;/gm;
const exportedHere = /^export (?:async )?(?:const|let|function\*?|class) ([\w$]+)/gm;
const exportedBelow = /^export \{([^}]*)\};/gm;
const isOurs = /^(?:@vmcorekit\/|vmcorekit\/|\.)/;

/**
 * esbuild gives to a chunk all files that an index on its way names, also those whose exports only
 * another chunk uses. Past the index, a chunk has what it needs. Our packages have no side effects,
 * so that nothing else changes.
 */
export const directImports = {
  name: 'direct-imports',
  setup({ onLoad }) {
    const tables = new Map();
    onLoad({ filter: /[/\\]packages[/\\][^/\\]+[/\\]dist[/\\].*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(imported, (whole, names, _quote, from) =>
        isOurs.test(from) ? directly(tables, whole, names, fileOf(from, path)) : whole,
      ),
    }));
  },
};

function directly(tables, whole, names, from) {
  const statements = namesIn(names).map(([name, local]) => {
    const at = definitionOf(tables, from, name);
    return at && `import { ${at.name} as ${local} } from ${JSON.stringify(at.file)};`;
  });
  return statements.every(Boolean) ? statements.join(' ') : whole;
}

/** The file that defines a name that another exports; undefined where it exports none such. */
function definitionOf(tables, file, name) {
  const { own, passed, all } = tableOf(tables, file);
  if (own.has(name)) {
    return { file, name };
  }
  const way = passed.get(name);
  if (way !== undefined) {
    return definitionOf(tables, way.file, way.name);
  }
  for (const other of all) {
    const found = definitionOf(tables, other, name);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** What a file exports: its own names, those of others, and files of which it exports all. */
function tableOf(tables, file) {
  let table = tables.get(file);
  if (table === undefined) {
    const text = readFileSync(file, 'utf8');
    const below = [...text.matchAll(exportedBelow)].flatMap(([, names]) => namesIn(names));
    const passed = [...text.matchAll(exportedFrom)].flatMap(([, names, , from]) =>
      namesIn(names).map(([name, as]) => [as, { file: fileOf(from, file), name }]),
    );
    table = {
      own: new Set([
        ...[...text.matchAll(exportedHere)].map(([, name]) => name),
        ...below.map(([, as]) => as),
      ]),
      passed: new Map(passed),
      all: [...text.matchAll(exportedAll)].map(([, , from]) => fileOf(from, file)),
    };
    tables.set(file, table);
  }
  return table;
}

/** Each name of `a, b as c`, and what it is called here. */
function namesIn(list) {
  return list
    .split(',')
    .map((each) => each.trim().split(/\s+as\s+/))
    .filter(([name]) => name !== '')
    .map(([name, as = name]) => [name, as]);
}

function fileOf(from, importer) {
  return from.startsWith('.')
    ? fileURLToPath(new URL(from, pathToFileURL(importer)))
    : realpathSync(fileURLToPath(import.meta.resolve(from)));
}
