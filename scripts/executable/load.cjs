// Turns the bundled command into a script, with V8's code cache where one fits. What it lacks in an
// executable is handed in: how to import, and where it is.
const Module = require('node:module');
const { dirname, join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { Script } = require('node:vm');

/** What a stack trace calls it. The code cache keeps the name, so it holds no folder. */
const scriptName = 'vmcorekit.cjs';
/** As if it lay beside the executable; nothing is read from there. */
const filename = join(dirname(process.execPath), scriptName);

/** The command as a script not yet run, and a function that runs it. */
exports.loadCommand = (source, cachedData) => {
  const script = new Script(`(function (require, importModule, importMetaUrl) {${source}\n})`, {
    filename: scriptName,
    cachedData,
  });
  const run = () => {
    script.runInThisContext()(require, importer(), pathToFileURL(filename).href);
  };
  return { script, run };
};

/** What imports plug-ins. Neither an executable's script nor a cached one can, but a module can. */
function importer() {
  const module = new Module(filename);
  // oxlint-disable-next-line no-underscore-dangle -- Node's own name, and that of what loaders use.
  module._compile('exports.importModule = (url) => import(url);', filename);
  return module.exports.importModule;
}
