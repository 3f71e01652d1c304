// What the bundled command cannot do itself, being a script out of a code cache.
exports.importModule = (specifier) => import(specifier);
