// What a program in TypeScript says with nothing but vmcorekit installed. npm run packages compiles
// and runs it against the packed packages.
import {
  type AnalyzerData,
  type ByteSink,
  type Comparison,
  type CompressionMethod,
  type ConvertOptions,
  type Damage,
  defineAnalyzer,
  type ErrorCode,
  isVmcorekitError,
  type KernelSymbol,
  type LocateResult,
  type MemoryMap,
  type OpenedDump,
  open,
  type Progress,
  type Report,
  type Verdict,
  type Verification,
  VmcorekitError,
  type WriteReport,
} from 'vmcorekit';

const [path = ''] = process.argv.slice(2);
const seen: string[] = [];
const onProgress = ({ doing }: Progress): void => {
  seen.push(doing);
};

const dump: OpenedDump = await open(path, { onProgress, signal: AbortSignal.timeout(3_600_000) });
const result: LocateResult = await dump.locate({ onProgress });
const verdict: Verdict = result.verdict;
const banner: KernelSymbol | undefined = result.kernel?.symbols.find('linux_banner');
if (result.kernel !== null && banner !== undefined) {
  const text: string = result.kernel.memory.readText(banner.address);
  console.log(text.startsWith('Linux version '));
}

const map: Report<MemoryMap> = await dump.analyze('memory-map');
const log: Report<AnalyzerData['kernel-log']> | ErrorCode = await dump
  .analyze('kernel-log')
  .catch((error: unknown) => {
    if (isVmcorekitError(error, 'no-kernel') || error instanceof VmcorekitError) {
      return error.code;
    }
    throw error;
  });
const tasks: AnalyzerData['ps'] = (await dump.analyze('ps')).data;
const pids: readonly (number | null)[] | undefined = tasks?.tasks.map(({ pid }) => pid);
const files = defineAnalyzer({
  name: 'file-count',
  summary: 'counts the files of the dump',
  options: {},
  *run({ dump: { files: names } }) {
    yield { kind: 'progress', doing: 'counting', fraction: null };
    return { text: [], data: { count: names.length } };
  },
});
const { data } = await dump.analyze(files);
const count: number = data.count;

const verification: Verification = await dump.verify();
const damage: readonly Damage[] = dump.damage;
const compression: CompressionMethod = 'zlib';
const options: ConvertOptions = { kind: 'flattened', compression, replace: true };
const convert = async (output: string | ByteSink): Promise<WriteReport> =>
  (await dump.convert(output, options)).report;
const { pagesStored } = await convert(`${path}.copy`);
const comparison: Comparison = await dump.compare(await open(`${path}.copy`));

console.log(
  verdict.confidence,
  map.data.ranges.length > 0,
  typeof log,
  pids === undefined || pids.length > 0,
  count,
  verification.isSound,
  damage.length,
  comparison.isEqual,
  pagesStored > 0,
  seen.length > 0,
);
dump.close();
