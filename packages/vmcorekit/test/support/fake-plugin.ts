import {
  type Architecture,
  type ByteSource,
  type Dump,
  type DumpFormat,
  type DumpImage,
  definePlugin,
  type EvidenceKind,
  type Finding,
  type Heuristic,
  hex,
  type KernelClaim,
  type Progress,
  readExactly,
  type TranslationRoot,
  VmcorekitError,
  type Witness,
} from '@vmcorekit/core';
import { createToolkit, type Toolkit } from '@vmcorekit/engine';
import { x8664Layout } from '@vmcorekit/linux';
import { fileOpener } from '@vmcorekit/node';
import { SparseMemory } from '@vmcorekit/testing';
import { type FakeDumpFields, type FakeKernel, fakeMagic } from './fake-dump.ts';

const windowStart = 0xffffffff80000000n;

const format: DumpFormat = {
  name: 'fake',
  summary: 'what the tests of the command line open',
  probe: ({ head }) =>
    Buffer.from(head).toString('latin1').startsWith(fakeMagic)
      ? { because: 'the magic word', strength: 'signature' }
      : undefined,
  splitSetOf: (source) => fieldsOf(source).set,
  async open(sources) {
    return imageIn(sources);
  },
};

function* imageIn(sources: readonly ByteSource[]): Generator<Progress, DumpImage, void> {
  yield { kind: 'progress', doing: 'opening', fraction: null };
  const fields = Object.assign({}, ...sources.map(fieldsOf)) as FakeDumpFields;
  if (fields.isTruncated === true) {
    throw new VmcorekitError('truncated', {
      structure: 'page descriptor',
      fileOffset: 0x3a18,
      wanted: 24,
      got: 8,
    });
  }
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x10000 }] });
  for (const [address, text] of Object.entries(fields.memory ?? {})) {
    memory.write(Number(address), Buffer.from(text, 'latin1'));
  }
  memory.exclude(0x3000);
  return {
    format: 'fake',
    architecture: 'x86_64',
    byteOrder: 'little',
    wordSizeInBits: 64,
    memory,
    notes: (fields.cpus ?? []).map((cr3, index) => ({
      name: 'CORE',
      type: 1,
      descriptor: Uint8Array.of(cr3),
      fileOffset: 0x1000 + index * 0x100,
    })),
    header: new Map(Object.entries({ ...fields.header, fake: JSON.stringify(fields) })),
    headerOffsets: new Map(),
    vmcoreinfo: fields.vmcoreinfo ?? null,
    eraseinfo: null,
    damage: fields.conditions ?? [],
    [Symbol.dispose]: () => {
      for (const source of sources) {
        source[Symbol.dispose]();
      }
    },
  };
}

function fieldsOf(source: ByteSource): FakeDumpFields {
  const text = Buffer.from(readExactly(source, 0, source.sizeInBytes, 'fake dump')).toString(
    'utf8',
  );
  return JSON.parse(text.slice(fakeMagic.length)) as FakeDumpFields;
}

function fieldsIn(dump: Dump): FakeDumpFields {
  return JSON.parse(String(dump.image.header.get('fake'))) as FakeDumpFields;
}

/** Maps the image window to the start of memory, whatever the root. */
const architecture: Architecture = {
  name: 'x86_64',
  machines: { elf: [], utsname: [] },
  wordSizeInBits: 64,
  pageSizesInBytes: [4096],
  registers: {
    read: (note) => ({
      from: 'prstatus',
      pid: 1,
      registers: new Map([
        ['rip', 0xffffffff81000123n],
        ['cr3', BigInt(note.descriptor[0] ?? 0) << 12n],
      ]),
    }),
  },
  mmu: {
    rootOf: (registers) => rootAt(Number(registers.get('cr3'))),
    rootsAt: (tableAddress) => [rootAt(tableAddress)],
    translate(_memory, _root, virtualAddress) {
      if (virtualAddress < windowStart || virtualAddress >= windowStart + 0x20000n) {
        throw new VmcorekitError('not-mapped', {
          virtualAddress,
          because: 'the level 4 entry is not present',
          entryAt: 0x1ff8,
        });
      }
      return {
        physicalAddress: Number(virtualAddress - windowStart),
        mappingSizeInBytes: 4096,
        isWritable: false,
        isExecutable: true,
        isUser: false,
        entries: [{ at: 0x1ff8, index: 511, value: 0x2067n, level: 4, leadsTo: 0x2000 }],
      };
    },
    *mappedRuns() {},
  },
};

function rootAt(tableAddress: number): TranslationRoot {
  return {
    key: String(tableAddress),
    summary: `4-level tables at ${hex(tableAddress)}`,
    basePageSizeInBytes: 4096,
    tableAddress,
    levels: 4,
  };
}

function claimOf({
  textVirtualAddress,
  tableAddress,
  foundBy: _foundBy,
  isWitnessed: _isWitnessed,
  reachedByCpu: _reachedByCpu,
  ...claim
}: FakeKernel): KernelClaim {
  return {
    ...claim,
    ...(textVirtualAddress === undefined ? {} : { textVirtualAddress: BigInt(textVirtualAddress) }),
    ...(tableAddress === undefined ? {} : { root: rootAt(tableAddress) }),
  };
}

function heuristic(name: string, evidence: EvidenceKind): Heuristic {
  return {
    name,
    summary: `finds what the test says, as ${evidence}`,
    needs: [],
    cost: 'pages',
    yields: ['physBase', 'root'],
    looksAt: 'the test',
    architectures: 'any',
    options: {
      to: { type: 'size', summary: 'where to stop', default: 0x2000000, minimum: 0 },
      step: { type: 'size', summary: 'how far to go each time', default: 0x100000, minimum: 1 },
    },
    *run({ dump }): Generator<Finding, void, void> {
      for (const kernel of fieldsIn(dump).kernels ?? []) {
        if (kernel.foundBy?.includes(evidence) !== false) {
          yield {
            kind: 'candidate',
            evidence,
            strength: 'strong',
            claim: claimOf(kernel),
            because: `the test put it there for ${name}`,
            at: [{ physicalAddress: 0x1234000, fileOffset: 0x88 }],
            reachedByCpu: kernel.reachedByCpu === true,
          };
        }
      }
    },
  };
}

/** Yields origins and remarks. */
const signs: Heuristic = {
  ...heuristic('fake-signs', 'header'),
  cost: 'header',
  yields: ['origin'],
  options: {},
  *run({ dump }): Generator<Finding, void, void> {
    const fields = fieldsIn(dump);
    for (const axis of ['capturedBy', 'writtenBy'] as const) {
      const who = fields[axis];
      if (who !== undefined) {
        yield {
          kind: 'origin',
          axis,
          who,
          score: 120,
          because: 'the test signed it',
          at: [{ note: 'note 0' }],
        };
      }
    }
    for (const because of fields.remarks ?? []) {
      yield { kind: 'remark', because, at: [] };
    }
  },
};

const needsSymbols: Heuristic = { ...heuristic('fake-symbols', 'symbols'), needs: ['symbol-file'] };

const witness: Witness = {
  name: 'fake-witness',
  summary: 'believes what the test says',
  architectures: 'any',
  *testify({ dump }, candidate) {
    const kernel = fieldsIn(dump).kernels?.find(
      ({ physBase }) => physBase === candidate.claim.physBase,
    );
    if (kernel !== undefined && kernel.isWitnessed !== false) {
      yield {
        stance: 'for',
        evidence: 'paging',
        strength: 'strong',
        isThroughPageTables: true,
        claim: claimOf(kernel),
        because: 'the banner reads through the page tables',
        at: [{ virtualAddress: 0xffffffff81800000n }],
      };
    }
  },
};

/** A toolkit whose dumps say what is found in them. */
export function fakeToolkit(): Toolkit {
  return createToolkit([
    definePlugin({
      name: 'fake',
      sources: [fileOpener],
      formats: [format],
      architectures: [architecture],
      kernelLayouts: [x8664Layout],
      heuristics: [
        signs,
        heuristic('fake-walk', 'paging'),
        heuristic('fake-note', 'vmcoreinfo'),
        needsSymbols,
      ],
      witnesses: [witness],
    }),
  ]);
}
