import { type Judgement, judge as judgeWithRoots } from '@vmcorekit/lab/check/judge';
import type { ProbedKernel, ProbeResult } from '@vmcorekit/lab/check/probe-output';
import type { KernelTruth, Truth } from '@vmcorekit/lab/truth/truth';
import { expect } from 'chai';

const crashed: KernelTruth = {
  role: 'crashed',
  imageOffset: '0xffffffffa2800000',
  physBase: -0x22800000,
  kaslrOffset: 0x3a400000,
  textVirtualAddress: '0xffffffffbb400000',
  textPhysicalAddress: '0x18c00000',
  pageTableRoot: '0x1a610000',
  pagingLevels: 4,
  release: '6.1.0',
  version: 'Linux version 6.1.0',
  buildId: '3b43',
  commandLine: 'quiet pti=on',
  symbols: {},
  vmcoreinfoPointer: null,
  vmcoreinfo: {},
  memoryMap: [],
  processes: [],
  modules: [],
  meltdown: 'Not affected',
  kernelLog: [],
};
const capture: KernelTruth = {
  ...crashed,
  role: 'capture',
  physBase: 0x7400000,
  kaslrOffset: 0xc800000,
};

function truthOf(kernels: readonly KernelTruth[]): Truth {
  return {
    schema: 1,
    guest: 'made-up',
    purpose: '',
    architecture: 'x86_64',
    firmware: 'seabios',
    memoryInMebibytes: 256,
    expected: {
      kernel: kernels.length > 0,
      roles: kernels.map(({ role }) => role),
    },
    kernels,
    cpus: [],
    qemuVersion: '7.2',
    qemuCommand: '',
    kernelPackage: null,
    dumps: [],
  };
}

function answer(
  fields: Partial<ProbedKernel> | null,
  others: readonly Partial<ProbedKernel>[] = [],
  reason = 'no-kernel',
): ProbeResult {
  const origin = { capturedBy: 'qemu', writtenBy: 'unknown' };
  const nothing: ProbedKernel = {
    imageOffset: null,
    physBase: null,
    kaslrOffset: null,
    textVirtualAddress: null,
    textPhysicalAddress: null,
    pageTableRoot: null,
    pagingLevels: null,
    numbers: {},
    release: null,
    buildId: null,
    role: null,
  };
  const kernel = fields === null ? null : { ...nothing, ...fields };
  const candidates = [...(fields === null ? [] : [fields]), ...others].map((other) => ({
    ...nothing,
    ...other,
  }));
  return {
    output: {
      kernel,
      confidence: 'certain',
      reason: kernel === null ? reason : null,
      candidates,
      origin,
    },
  };
}

/** Knows each kernel's own root only. */
function judge(result: ProbeResult, truth: Truth): Judgement {
  return judgeWithRoots(
    result,
    truth,
    { capturedBy: 'qemu', writtenBy: 'qemu' },
    (kernel, root) => BigInt(kernel.pageTableRoot ?? 0) === root,
  );
}

const alone = truthOf([{ ...crashed, role: 'running' }]);
const rightOffsets = { physBase: -0x22800000, kaslrOffset: 0x3a400000 };

describe('the judgement of an answer', () => {
  it('is right when both offsets are', () => {
    expect(judge(answer(rightOffsets), alone)).to.deep.equal({ outcome: 'right', because: '' });
  });

  it('is partial when one offset is left open', () => {
    expect(judge(answer({ physBase: -0x22800000 }), alone).outcome).to.equal('partial');
  });

  it('is wrong when any field is, and says which', () => {
    expect(judge(answer({ ...rightOffsets, release: '5.10.0' }), alone)).to.deep.equal({
      outcome: 'wrong',
      because: 'release 5.10.0, not 6.1.0',
    });
  });

  it('is none when nothing is said of a guest that has a kernel', () => {
    expect(judge(answer(null), alone)).to.deep.equal({ outcome: 'none', because: 'no-kernel' });
  });

  it('is unsupported only where the answer says so of an architecture that is', () => {
    const arm64: Truth = { ...alone, architecture: 'aarch64' };
    expect(judge(answer(null, [], 'unsupported-architecture'), arm64).outcome).to.equal(
      'unsupported',
    );
    expect(judge(answer(null, [], 'unsupported-architecture'), alone).outcome).to.equal('none');
    expect(judge(answer(null), arm64).outcome).to.equal('none');
  });

  it('is wrong when someone else is said to have made the dump', () => {
    const result = answer(rightOffsets);
    const output = {
      ...('output' in result ? result.output : expect.fail()),
      origin: { capturedBy: 'kdump', writtenBy: 'makedumpfile' },
    };
    expect(judge({ output }, alone)).to.deep.equal({
      outcome: 'wrong',
      because: 'capturedBy kdump, not qemu, writtenBy makedumpfile, not qemu',
    });
  });

  it('is right if nothing is said of a guest without a kernel, wrong if something is', () => {
    expect(judge(answer(null), truthOf([])).outcome).to.equal('right');
    expect(judge(answer({ physBase: 0 }), truthOf([])).outcome).to.equal('wrong');
  });

  it('is failed when the command does not answer', () => {
    expect(judge({ failure: 'exit code 3: out of memory' }, alone)).to.deep.equal({
      outcome: 'failed',
      because: 'exit code 3: out of memory',
    });
  });

  it('holds an answer against one kernel of two, not against a mixture', () => {
    const both = truthOf([crashed, capture]);
    const captureOffsets = { physBase: 0x7400000, kaslrOffset: 0xc800000 };
    expect(
      judge(answer({ ...rightOffsets, role: 'crashed' }, [captureOffsets]), both).outcome,
    ).to.equal('right');
    expect(
      judge(answer({ ...captureOffsets, role: 'capture' }, [rightOffsets]), both).outcome,
    ).to.equal('right');
    expect(
      judge(answer({ physBase: 0x7400000, kaslrOffset: 0x3a400000 }, [rightOffsets]), both).outcome,
    ).to.equal('wrong');
    expect(
      judge(answer({ ...rightOffsets, role: 'running' }, [captureOffsets]), both).outcome,
    ).to.equal('wrong');
  });

  it('is partial when the other of two kernels is not even a candidate', () => {
    expect(judge(answer(rightOffsets), truthOf([crashed, capture]))).to.deep.equal({
      outcome: 'partial',
      because: 'no candidate for the capture kernel',
    });
  });

  it('does not ask for a stale kernel’s remains, and knows it by its role if found', () => {
    const afterKexec = truthOf([
      { ...crashed, role: 'stale' },
      { ...capture, role: 'running' },
    ]);
    const running = { physBase: 0x7400000, kaslrOffset: 0xc800000, role: 'running' };
    expect(judge(answer(running), afterKexec).outcome).to.equal('right');
    expect(
      judge(answer({ ...rightOffsets, role: 'running' }, [running]), afterKexec).outcome,
    ).to.equal('wrong');
  });

  it('takes the word of the one who knows the page tables on what is a root', () => {
    expect(judge(answer({ ...rightOffsets, pageTableRoot: '0x1a610000' }), alone).outcome).to.equal(
      'right',
    );
    expect(judge(answer({ ...rightOffsets, pageTableRoot: '0x9c000' }), alone)).to.deep.equal({
      outcome: 'wrong',
      because: 'pageTableRoot 0x9c000, not a root of this kernel (its own is 0x1a610000)',
    });
  });

  it('knows a kernel of another machine by its image offset and where its text lies', () => {
    const arm64: KernelTruth = {
      ...crashed,
      physBase: null,
      imageOffset: '0xffff9a8c04c00000',
      textVirtualAddress: '0xffff9a8c44e00000',
      textPhysicalAddress: '0x40200000',
    };
    const place = { imageOffset: '0xffff9a8c04c00000', textPhysicalAddress: '0x40200000' };
    const truth: Truth = { ...truthOf([arm64]), architecture: 'aarch64' };
    const { imageOffset } = place;
    for (const found of [place, { imageOffset }]) {
      const said = answer({ ...found, kaslrOffset: 0x3a400000 });
      expect(judge(said, truth).outcome).to.equal('right');
    }
    expect(judge(answer(place), truth)).to.deep.equal({
      outcome: 'partial',
      because: 'left open: kaslrOffset',
    });
    expect(judge(answer({ ...place, imageOffset: '0xffff9a8c04e00000' }), truth)).to.deep.equal({
      outcome: 'wrong',
      because: 'imageOffset 0xffff9a8c04e00000, not 0xffff9a8c04c00000',
    });
    expect(judge(answer({ ...place, physBase: 0 }), truth).outcome).to.equal('wrong');
  });

  it('compares the place in a machine’s own words with the guest’s VMCOREINFO', () => {
    const arm64: KernelTruth = {
      ...crashed,
      physBase: null,
      vmcoreinfo: {
        'NUMBER(kimage_voffset)': '0xffff9a8c04c00000',
        'NUMBER(VA_BITS)': '52',
        'NUMBER(TCR_EL1_T1SZ)': '0x10',
        'NUMBER(PHYS_OFFSET)': '0xfff0d46c80000000',
      },
    };
    const truth: Truth = { ...truthOf([arm64]), architecture: 'aarch64' };
    const numbers = {
      kimage_voffset: '0xffff9a8c04c00000',
      vabits_actual: '0x30',
      phys_offset: '0xffffd46c80000000',
    };
    const { kaslrOffset, textVirtualAddress, textPhysicalAddress } = arm64;
    const imageOffset = '0xffffffffa2800000';
    const said = { imageOffset, textVirtualAddress, textPhysicalAddress, kaslrOffset, numbers };
    expect(judge(answer(said), truth).because).to.equal('');
    const wider = answer({ ...said, numbers: { ...numbers, vabits_actual: '0x34' } });
    expect(judge(wider, truth).because).to.equal('vabits_actual 0x34, not 48');
    expect(judge(answer({ ...said, numbers: { phys_ram_base: '0x0' } }), truth).outcome).to.equal(
      'wrong',
    );
  });

  it('distinguishes kernels of one image offset by their texts', () => {
    const window = 0xc000000000000000n;
    const [first, second] = [0, 0x20000000].map((start) => ({
      ...crashed,
      physBase: null,
      kaslrOffset: null,
      imageOffset: `0x${window.toString(16)}`,
      textVirtualAddress: `0x${(window + BigInt(start)).toString(16)}`,
      textPhysicalAddress: `0x${start.toString(16)}`,
    })) as [KernelTruth, KernelTruth];
    const both: Truth = {
      ...truthOf([first, { ...second, role: 'capture' }]),
      architecture: 'ppc64le',
    };
    const [one, other] = [first, second].map(({ imageOffset, textPhysicalAddress }) => ({
      imageOffset,
      textPhysicalAddress,
    })) as [Partial<ProbedKernel>, Partial<ProbedKernel>];
    expect(judge(answer({ ...one, kaslrOffset: 0 }, [other]), both).outcome).to.equal('right');
    expect(judge(answer(one), both).because).to.equal('no candidate for the capture kernel');
    const { imageOffset } = first;
    expect(judge(answer({ imageOffset }), both).because).to.contain('left open: textPhysical');
  });

  it('compares addresses as numbers, whatever zeros lead them', () => {
    expect(
      judge(answer({ ...rightOffsets, textPhysicalAddress: '0x0000000018c00000' }), alone).outcome,
    ).to.equal('right');
  });
});
