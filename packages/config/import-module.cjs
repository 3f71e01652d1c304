// A file of its own, and CommonJS: the command runs as a script out of V8's code cache, and such a
// script cannot import by itself.
exports.importModule = (url) => import(url);
