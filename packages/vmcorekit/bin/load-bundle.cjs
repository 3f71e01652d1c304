// Loads the bundled command with V8's code cache, if the build left one that fits this Node:
// compiling it took a quarter of a probe's time. A cache of another version, processor or flags is
// refused by V8, and the bundle compiled as ever.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname } = require('node:path');
const { Script, constants } = require('node:vm');

/** The bundle as a script not yet run, and a function that runs it. */
exports.loadBundle = (file, cacheFile) => {
  const script = new Script(Module.wrap(readFileSync(file, 'utf8')), {
    filename: file,
    cachedData: readIfThere(cacheFile),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const run = () => {
    const main = new Module(file);
    main.filename = file;
    script.runInThisContext()(main.exports, Module.createRequire(file), main, file, dirname(file));
  };
  return { script, run };
};

function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
