import {
  BlockSource,
  type ByteSource,
  type Container,
  type ContainerContents,
  hasAt,
  latin1Text,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { decodeBase64 } from './apport/base64.ts';
import { type EncodedField, walkFields } from './apport/walk-fields.ts';

const name = 'apport';
const firstField = 'ProblemType: ';
const kernelField = 'VmCore';
const kernelFieldInHead: RegExp = /^VmCore: base64$/m;
/** The name of a field is shorter. */
const lookedAtInBytes = 128;
const anyField: RegExp = /^[A-Za-z][\w.-]*: /;

/**
 * A crash report of Ubuntu's apport. The fields in base64 are its entries, each a gzip, zlib or
 * zstd file; of a kernel's crash, the memory alone. Every line is decoded when it is read. Source:
 * apport, the reports that its problem_report.py writes.
 */
export const apport: Container = {
  name,
  probe({ head }) {
    if (hasAt(head, 0, firstField)) {
      return { because: `begins with '${firstField}'`, strength: 'signature' };
    }
    const isReport = anyField.test(latin1Text(head.subarray(0, lookedAtInBytes)));
    return isReport && kernelFieldInHead.test(latin1Text(head))
      ? { because: `has a line '${kernelField}: base64'`, strength: 'signature' }
      : undefined;
  },
  open: async (file) => opened(file),
};

/** A report that was added to has a field twice: the second is called `NAME (2)`. */
function namedApart(fields: readonly EncodedField[]): ReadonlyMap<string, EncodedField> {
  const byName = new Map<string, EncodedField>();
  const counts = new Map<string, number>();
  for (const field of fields) {
    const count = (counts.get(field.name) ?? 0) + 1;
    counts.set(field.name, count);
    byName.set(count === 1 ? field.name : `${field.name} (${count})`, field);
  }
  return byName;
}

function* opened(file: ByteSource): Generator<Progress, ContainerContents, void> {
  const { fields, damage } = yield* walkFields(file);
  const memory = fields.filter((field) => field.name === kernelField);
  const byName = namedApart(memory.length > 0 ? memory : fields);
  return {
    entries: [...byName].map(([field, { index }]) => ({
      name: field,
      sizeInBytes: index.unpackedSizeInBytes,
      kind: 'field',
    })),
    open(entry) {
      const field = byName.get(entry.name);
      if (field === undefined) {
        throw new VmcorekitError('unknown-name', { kind: 'field', name: entry.name, known: [] });
      }
      return new BlockSource(file, {
        name: `${file.name}//${entry.name}`,
        codec: 'base64',
        index: field.index,
        decode: decodeBase64,
      });
    },
    damage,
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}
