// Loads the bundled command with what V8 compiled of it in an earlier run. Code of another version,
// processor or flags is refused by V8, and the bundle compiled as ever.
const { readFileSync, realpathSync } = require('node:fs');
const Module = require('node:module');
const { dirname } = require('node:path');
const { Script, constants } = require('node:vm');
const { cacheName, readCodeCache, writeCodeCache } = require('./code-cache.cjs');

/** Higher ones are of mistakes and files that do not open: little of the command was run. */
const highestStatusOfAnswer = 1;

/**
 * The bundle as a script not yet run, and a function that runs it. `folder` is where compiled code
 * is kept between runs, undefined for nowhere; `words` are the command line's.
 */
exports.loadBundle = (file, folder, words) => {
  // esbuild writes ASCII, which V8 keeps and compiles faster as Latin-1.
  const source = readFileSync(file);
  const name = folder && cacheName(source, words[0]);
  const script = new Script(Module.wrap(source.latin1Slice()), {
    filename: file,
    cachedData: folder && readCodeCache(folder, name),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const run = () => {
    if (folder && script.cachedDataRejected !== false) {
      process.on('exit', (status) => {
        if (status <= highestStatusOfAnswer && !words.some((word) => liesIn(folder, word))) {
          writeCodeCache(folder, name, script.createCachedData());
        }
      });
    }
    const main = new Module(file);
    main.filename = file;
    script.runInThisContext()(main.exports, Module.createRequire(file), main, file, dirname(file));
  };
  return { script, run };
};

/** Whether a word names a file in the folder: nothing is written beside a dump. */
function liesIn(folder, word) {
  try {
    return dirname(realpathSync(word)) === realpathSync(folder);
  } catch {
    return false;
  }
}
