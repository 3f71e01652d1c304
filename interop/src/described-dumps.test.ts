import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Guest, guests, vmlinuxFiles } from './guests.ts';
import { crashSys, crashWith, has } from './peers.ts';
import { answerOf, vmcorekit } from './vmcorekit.ts';

/** The parts of `describe`'s answer that crash prints too. */
type Facts = Readonly<
  Record<
    | 'hostName'
    | 'release'
    | 'version'
    | 'machine'
    | 'wallClock'
    | 'uptimeInSeconds'
    | 'loadAverage'
    | 'cpusOnline'
    | 'cpusPresent'
    | 'systemRamInBytes'
    | 'panic',
    { readonly value: unknown }
  >
>;

/** The part of `probe`'s answer that crash needs. */
interface Located {
  readonly kernel: { readonly physBase: number; readonly kaslrOffset: number };
}

const files = ['elf.vmcore', 'makedumpfile-zlib.vmcore'];
/** crash counts ticks, which are not the clock's. */
const uptimeToleranceInSeconds = 2;
const vmlinuxOf = vmlinuxFiles();
const all = guests();

/** What crash prints after a label; undefined where it does not. */
function field(output: string, label: string): string | undefined {
  return new RegExp(`^ *${label}: *(.*?) *$`, 'm').exec(output)?.[1];
}

/** `12 days, 03:04:05`. */
function secondsIn(text: string): number {
  const [, days = '0', hours, minutes, seconds] =
    /^(?:(\d+) days, )?(\d+):(\d+):(\d+)$/.exec(text) ?? [];
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}

describe('described dumps', () => {
  if (all.length === 0) {
    it('not tried: there are no laboratory dumps in .lab or VMCOREKIT_LAB_DUMPS');
  }
  // Of several kernels, crash takes one and `describe` maybe another.
  for (const guest of all.filter(({ kernelCount }) => kernelCount === 1)) {
    for (const file of files.filter((each) => existsSync(join(guest.folder, each)))) {
      compareWithCrash(guest, file);
    }
    if (existsSync(join(guest.folder, 'elf.vmcore'))) {
      compareRawWithCrash(guest);
    }
  }
});

function compareWithCrash({ name, folder, buildId }: Guest, file: string): void {
  const title = `${name}, ${file}: says what sys of crash says`;
  const vmlinux = vmlinuxOf.get(buildId);
  if (!has.crash || vmlinux === undefined) {
    it(`${title}: not tried: ${has.crash ? 'no vmlinux of it is given' : 'crash is not here'}`);
    return;
  }
  it(title, function () {
    const dump = join(folder, file);
    const { status, output } = crashSys(dump, vmlinux);
    if (status !== 0 || field(output, 'RELEASE') === undefined) {
      this.skip();
    }
    const { system } = answerOf('describe', dump) as { readonly system: Facts };
    expectSameSystem(output, system);
  });
}

/** Raw memory says nothing about its kernel: crash needs phys_base and the KASLR offset. */
function compareRawWithCrash({ name, folder, buildId }: Guest): void {
  const title = `${name}, its memory alone: says what sys and the banner of crash say`;
  const vmlinux = vmlinuxOf.get(buildId);
  if (!has.crash || vmlinux === undefined) {
    it(`${title}: not tried: ${has.crash ? 'no vmlinux of it is given' : 'crash is not here'}`);
    return;
  }
  it(title, function () {
    const temporary = mkdtempSync(join(tmpdir(), 'vmcorekit-interop-'));
    const raw = join(temporary, 'memory.raw');
    try {
      const made = vmcorekit('convert', '--to', 'raw', join(folder, 'elf.vmcore'), raw);
      expect(made.status, made.output).to.equal(0);
      const { kernel } = answerOf('probe', raw) as Located;
      const options = ['-m', `phys_base=${kernel.physBase}`, `--kaslr=${kernel.kaslrOffset}`];
      const { status, output } = crashWith(options, `${raw}@0`, vmlinux, 'sys', 'p linux_banner');
      if (status !== 0 || field(output, 'RELEASE') === undefined) {
        this.skip();
      }
      const { system } = answerOf('describe', raw) as { readonly system: Facts };
      expectSameSystem(output, system);
      const { release, version } = system;
      expect(output).to.include(`Linux version ${String(release.value)} `);
      expect(output).to.include(String(version.value));
    } finally {
      rmSync(temporary, { recursive: true });
    }
  });
}

function expectSameSystem(output: string, system: Facts): void {
  expect(field(output, 'NODENAME')).to.equal(system.hostName.value);
  expect(field(output, 'RELEASE')).to.equal(system.release.value);
  expect(field(output, 'VERSION')).to.equal(system.version.value);
  expect(field(output, 'MACHINE')?.split(' ')[0]).to.equal(system.machine.value);
  expect(new Date(field(output, 'DATE') ?? '')).to.deep.equal(
    new Date(String(system.wallClock.value)),
  );
  expect(secondsIn(field(output, 'UPTIME') ?? '')).to.be.closeTo(
    Number(system.uptimeInSeconds.value),
    uptimeToleranceInSeconds,
  );
  expect(field(output, 'LOAD AVERAGE')?.split(', ').map(Number)).to.deep.equal(
    system.loadAverage.value,
  );
  const [, present, offline = '0'] =
    /^(\d+)(?: \[OFFLINE: (\d+)\])?$/.exec(field(output, 'CPUS') ?? '') ?? [];
  expect(Number(present)).to.equal(system.cpusPresent.value);
  expect(Number(present) - Number(offline)).to.equal(system.cpusOnline.value);
  const mebibytes = Number(system.systemRamInBytes.value) / 2 ** 20;
  expect(field(output, 'MEMORY')).to.be.oneOf([
    `${mebibytes.toFixed(1)} MB`,
    `${Math.round(mebibytes)} MB`,
    `${(mebibytes / 1024).toFixed(1)} GB`,
    `${Math.round(mebibytes / 1024)} GB`,
  ]);
  const panic = (system.panic.value as { readonly text: string } | null)?.text ?? '';
  expect(field(output, 'PANIC')?.replaceAll('"', '')).to.equal(panic);
}
