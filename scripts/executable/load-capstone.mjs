// In the place of packages/disassemblers/src/capstone/load-capstone.ts: the WebAssembly lies in the
// executable.
import { getRawAsset } from 'node:sea';
import createModule from '@alexaltea/capstone-js';

export const loadCapstone = () =>
  createModule({ wasmBinary: new Uint8Array(getRawAsset('capstone.wasm')) });
