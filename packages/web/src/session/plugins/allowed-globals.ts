/** What a plug-in finds in its worker: the language, and what computes on data. */
export const allowedGlobals: ReadonlySet<string> = new Set(
  `
  globalThis self undefined NaN Infinity eval isFinite isNaN parseFloat parseInt decodeURI
  decodeURIComponent encodeURI encodeURIComponent escape unescape
  Object Function Array Boolean Number BigInt String Symbol Date Math JSON Reflect Proxy RegExp Intl
  Map Set WeakMap WeakSet WeakRef FinalizationRegistry Promise Iterator Atomics WebAssembly Temporal
  ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array
  Uint16Array Int32Array Uint32Array BigInt64Array BigUint64Array Float16Array Float32Array
  Float64Array DisposableStack AsyncDisposableStack
  Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError
  SuppressedError DOMException
  WorkerGlobalScope DedicatedWorkerGlobalScope WorkerNavigator WorkerLocation
  navigator location origin isSecureContext crossOriginIsolated console performance crypto
  setTimeout clearTimeout setInterval clearInterval queueMicrotask structuredClone atob btoa
  Event EventTarget CustomEvent AbortController AbortSignal
  TextEncoder TextDecoder URL URLSearchParams Blob File FileReader FileReaderSync fetch Headers
  Response ReadableStream ReadableStreamDefaultReader ReadableStreamBYOBReader
  ReadableStreamDefaultController ReadableByteStreamController ReadableStreamBYOBRequest
  WritableStream WritableStreamDefaultWriter WritableStreamDefaultController TransformStream
  TransformStreamDefaultController ByteLengthQueuingStrategy CountQueuingStrategy
  CompressionStream DecompressionStream TextEncoderStream TextDecoderStream
  `
    .trim()
    .split(/\s+/),
);

/** What it finds in `navigator`: facts, and nothing that stores or sends. */
export const allowedOfNavigator: ReadonlySet<string> = new Set([
  'appCodeName',
  'appName',
  'appVersion',
  'deviceMemory',
  'hardwareConcurrency',
  'language',
  'languages',
  'onLine',
  'platform',
  'product',
  'userAgent',
  'vendor',
]);
