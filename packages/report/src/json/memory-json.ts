import { hex, hexText, type VmcorekitError } from '@vmcorekit/core';
import { describeError } from '../describe-error.ts';
import { filesJson } from './dump-json.ts';
import { addressJson, type Json, type JsonObject } from './json-line.ts';

/** The memory that was asked for. */
export interface MemoryRequest {
  readonly address: bigint;
  readonly lengthInBytes: number;
  readonly isVirtual: boolean;
}

/** Collects the answer of `read`, stretch by stretch. docs/json.md describes it. */
export class MemoryJson {
  readonly #segments: Json[] = [];
  readonly #unreadable: Json[] = [];

  /** False once a stretch could not be read. */
  get isWhole(): boolean {
    return this.#unreadable.length === 0;
  }

  addBytes(address: bigint, bytes: Uint8Array): void {
    this.#segments.push({
      address: addressJson(address),
      lengthInBytes: bytes.length,
      bytes: hexText(bytes),
    });
  }

  addUnreadable(address: bigint, lengthInBytes: number, error: VmcorekitError): void {
    const { code, message } = describeError(error);
    this.#unreadable.push({ address: addressJson(address), lengthInBytes, code, because: message });
  }

  /** `files` are those of the dump. */
  answer(
    files: readonly string[],
    { address, lengthInBytes, isVirtual }: MemoryRequest,
  ): JsonObject {
    return {
      schema: 1,
      ...filesJson(files),
      space: isVirtual ? 'virtual' : 'physical',
      address: hex(address),
      lengthInBytes,
      segments: this.#segments,
      unreadable: this.#unreadable,
    };
  }
}
