import {
  type Architecture,
  type Compressor,
  type DumpFormat,
  type DumpImage,
  type Finding,
  type Heuristic,
  imageOf,
  type Progress,
  readExactly,
  resultOf,
  VmcorekitError,
} from '@vmcorekit/core';
import {
  describeCompressor,
  describeFormat,
  describeHeuristic,
  memoryDump,
  SparseMemory,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { Rehearsal } from './rehearsal.ts';

const architecture: Architecture = {
  name: 'x86_64',
  machines: { elf: [], utsname: [] },
  wordSizeInBits: 64,
  pageSizesInBytes: [4096],
};

const good: Heuristic = {
  name: 'good-one',
  summary: 'reads a word',
  needs: [],
  cost: 'pages',
  yields: ['physBase'],
  looksAt: 'physical address 0',
  architectures: 'any',
  options: {},
  *run({ dump }) {
    const physBase = dump.image.memory.readUint32(0);
    if (physBase === 0x600000) {
      yield {
        kind: 'candidate',
        evidence: 'header',
        strength: 'weak',
        claim: { physBase },
        because: 'it says so',
        at: [],
      };
    }
  },
};
const finding: Finding = {
  kind: 'candidate',
  evidence: 'header',
  strength: 'weak',
  claim: { physBase: 0x600000 },
  because: 'x',
  at: [],
};

async function heuristicFailures(
  heuristic: Heuristic,
  physBase: number = 0x600000,
): Promise<string[]> {
  const runner = new Rehearsal();
  const open = () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x4000 }] });
    memory.writeUint64(0, BigInt(physBase));
    return memoryDump({ memory, architecture });
  };
  describeHeuristic(heuristic, {
    cases: [{ title: 'c', open, finds: { physBase: 0x600000 } }],
    runner,
    stepLimitInMilliseconds: 1000,
  });
  return await runner.failures();
}

/** Only a step that says so takes time. */
let now = 0;

describe('describeHeuristic', () => {
  const clock = performance.now.bind(performance);
  before(() => {
    performance.now = () => now;
  });
  after(() => {
    performance.now = clock;
  });

  it('passes a heuristic that keeps the contract', async () => {
    expect(await heuristicFailures(good)).to.deep.equal([]);
  });

  it('fails one that does not find what it should', async () => {
    expect((await heuristicFailures(good, 0x800000)).join()).to.include(
      'wanted {"physBase":6291456}, got []',
    );
  });

  it('shows the NaN that one claims, which is null in JSON', async () => {
    const claimsNaN: Heuristic = {
      ...good,
      *run() {
        yield { ...finding, claim: { physBase: Number.NaN } };
      },
    };
    expect(await heuristicFailures(claimsNaN)).to.include(
      'wanted {"physBase":6291456}, got [{"physBase":"NaN"}]',
    );
  });

  let runs = 0;
  const faults: readonly (readonly [fault: string, heuristic: Heuristic, message: RegExp])[] = [
    ['a name that is no kebab-case', { ...good, name: 'Good One' }, /is not kebab-case/],
    [
      'a default that its own spec forbids',
      { ...good, options: { n: { type: 'integer', summary: 's', default: 9, maximum: 3 } } },
      /up to 3/,
    ],
    [
      'a field that it does not declare',
      { ...good, yields: ['release'] },
      /claims physBase, which is not among its yields/,
    ],
    [
      'nonsense',
      {
        ...good,
        *run() {
          yield { ...finding, claim: { physBase: Number.NaN } };
        },
      },
      /physBase NaN/,
    ],
    [
      'no reason',
      {
        ...good,
        *run() {
          yield { ...finding, because: '' };
        },
      },
      /gives no reason/,
    ],
    [
      'another answer each time',
      {
        ...good,
        *run() {
          yield { ...finding, because: `run ${++runs}` };
        },
      },
      /first .* then /,
    ],
    [
      'a long step',
      {
        ...good,
        *run() {
          now += 1500;
          yield finding;
        },
      },
      /a step took/,
    ],
    [
      'an error of its own making',
      {
        ...good,
        *run({ dump }) {
          yield finding;
          if (dump.image.memory.pageState(0) === 'excluded') {
            (null as unknown as { x: () => void }).x();
          }
        },
      },
      /threw no VmcorekitError, but TypeError/,
    ],
  ];
  for (const [fault, heuristic, message] of faults) {
    it(`fails one with ${fault}`, async () => {
      expect((await heuristicFailures(heuristic)).join('\n')).to.match(message);
    });
  }

  it('says that a runner must be passed where none is global', () => {
    const { describe: global } = globalThis;
    try {
      Reflect.deleteProperty(globalThis, 'describe');
      expect(() => describeHeuristic(good, { cases: [] })).to.throw('pass them');
    } finally {
      globalThis.describe = global;
    }
  });
});

/** A byte says how long the page is, then its one repeated byte: enough of a codec. */
const runLength: Compressor = {
  name: 'runs-test',
  method: 'runs',
  isAvailable: () => true,
  decode(input, output) {
    const [high = 0, low = 0, byte = 0] = input;
    const length = high * 256 + low;
    if (input.length !== 3 || length > output.length) {
      throw new VmcorekitError('bad-data', { codec: 'runs', because: 'does not fit' });
    }
    output.fill(byte, 0, length);
    return length;
  },
  encode(input, output) {
    if (output.length < 3 || !input.every((byte) => byte === input[0])) {
      return -1;
    }
    output.set([input.length >> 8, input.length & 0xff, input[0] ?? 0]);
    return 3;
  },
};
const samples = [
  { title: 'a run', encoded: Uint8Array.of(1, 0, 7), decoded: new Uint8Array(256).fill(7) },
];

async function compressorFailures(compressor: Compressor): Promise<string> {
  const runner = new Rehearsal();
  describeCompressor(compressor, { samples, runner });
  return (await runner.failures()).join('\n');
}

describe('describeCompressor', () => {
  it('passes a codec that keeps the contract', async () => {
    expect(await compressorFailures(runLength)).to.equal('');
  });

  const faults: readonly (readonly [fault: string, compressor: Compressor, message: RegExp])[] = [
    ['another method in its name', { ...runLength, name: 'x' }, /does not begin with/],
    [
      'other bytes',
      { ...runLength, decode: (_input, output) => output.fill(0).length },
      /something else/,
    ],
    [
      'errors of its own making',
      {
        ...runLength,
        decode() {
          throw new RangeError('x');
        },
      },
      /x|something else than bad-data/,
    ],
    [
      'writes beyond its output',
      {
        ...runLength,
        decode(input, output) {
          new Uint8Array(output.buffer).fill(0);
          return runLength.decode(input, output);
        },
      },
      /wrote outside/,
    ],
    [
      'an encoding that does not come back',
      { ...runLength, encode: () => 3 },
      /something else|does not fit/,
    ],
  ];
  for (const [fault, compressor, message] of faults) {
    it(`fails one with ${fault}`, async () =>
      expect(await compressorFailures(compressor)).to.match(message));
  }
});

const magic = 0x7e;
/** A magic byte, then pages: enough of a format. */
const plain: DumpFormat = {
  name: 'plain',
  summary: 'a byte and pages',
  probe: ({ head }) =>
    head[0] === magic && head[1] === 0
      ? { because: 'the magic bytes', strength: 'signature' }
      : undefined,
  async open([source]) {
    if (source === undefined || source.sizeInBytes < 4098) {
      throw new VmcorekitError('truncated', {
        structure: 'page',
        fileOffset: 2,
        wanted: 4096,
        got: source?.sizeInBytes ?? 0,
      });
    }
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 4096 }] });
    memory.write(0, readExactly(source, 2, 4096, 'page'));
    return steps(
      imageOf({ format: 'plain', memory, [Symbol.dispose]: () => source[Symbol.dispose]() }),
    );
  },
};

function* steps(image: DumpImage): Generator<Progress, DumpImage, void> {
  yield { kind: 'progress', doing: 'opening', fraction: null };
  return image;
}

const file = Uint8Array.from({ length: 4098 }, (_, index) =>
  index === 0 ? magic : index === 1 ? 0 : index & 0xff,
);

async function formatFailures(format: DumpFormat): Promise<string> {
  const runner = new Rehearsal();
  describeFormat(format, {
    cases: [{ title: 'c', files: [file], holds: [{ address: 16, bytes: file.subarray(18, 80) }] }],
    runner,
  });
  return (await runner.failures()).join('\n');
}

describe('describeFormat', () => {
  it('passes a format that keeps the contract', async () => {
    expect(await formatFailures(plain)).to.equal('');
  });

  const faults: readonly (readonly [fault: string, format: DumpFormat, message: RegExp])[] = [
    [
      'a claim to everything',
      { ...plain, probe: () => ({ because: 'mine', strength: 'signature' }) },
      /claims 0 bytes/,
    ],
    [
      'a probe that throws',
      {
        ...plain,
        probe: (seen) =>
          seen.head.length === 1 ? (null as unknown as () => undefined)() : plain.probe(seen),
      },
      /is not a function/,
    ],
    [
      'memory that is another',
      {
        ...plain,
        open: async (sources, context) => {
          const image = resultOf(await plain.open(sources, context));
          const memory = new SparseMemory({ ranges: image.memory.ranges });
          return steps({ ...image, memory });
        },
      },
      /other bytes at 0x10/,
    ],
    [
      'files left open',
      {
        ...plain,
        open: async (sources, context) => {
          const image = resultOf(await plain.open(sources, context));
          return steps({ ...image, [Symbol.dispose]: () => {} });
        },
      },
      /leaves a file open/,
    ],
    [
      'an opinion on what lies below address 0',
      {
        ...plain,
        open: async (sources, context) => {
          const image = resultOf(await plain.open(sources, context));
          const memory = new SparseMemory({ ranges: [{ start: 0, end: 4096 }] });
          memory.write(0, image.memory.read(0, 4096));
          image.memory.withView = (address, lengthInBytes, use) => {
            if (address < 0) {
              throw new VmcorekitError('contract', { what: 'no such address' });
            }
            return memory.withView(address, lengthInBytes, use);
          };
          return steps(image);
        },
      },
      /an address of -1 is not said to be absent/,
    ],
    [
      'errors of its own making',
      {
        ...plain,
        open: async (sources, context) =>
          sources[0]?.sizeInBytes === file.length
            ? plain.open(sources, context)
            : Promise.reject(new TypeError('x')),
      },
      /threw no VmcorekitError, but TypeError/,
    ],
  ];
  for (const [fault, format, message] of faults) {
    it(`fails one with ${fault}`, async () =>
      expect(await formatFailures(format)).to.match(message));
  }
});
