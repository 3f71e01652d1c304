import type { Fact, SystemFacts } from '@vmcorekit/engine';
import { nanosecondsText, secondsText } from '../layout/time-text.ts';
import type { FileProvenance, Provenance } from '../provenance.ts';
import type { DescribeAnswer } from '../text/describe-report.ts';
import { dumpJson } from './dump-json.ts';
import type { Json, JsonObject } from './json-line.ts';
import { kernelJson, originJson } from './verdict-json.ts';
import { damageJson } from './verification-json.ts';

/** The answer of `describe`. docs/json.md describes it. */
export function describeJson({
  dump,
  verdict,
  system,
  damage,
  provenance,
}: DescribeAnswer): JsonObject {
  return {
    ...dumpJson(dump),
    origin: originJson(verdict.origin),
    kernel: verdict.kernel === null ? null : kernelJson(verdict.kernel),
    confidence: verdict.confidence,
    reason: verdict.reason,
    system: systemJson(system),
    provenance: provenance === null ? null : provenanceJson(provenance),
    damage: damageJson(damage),
  };
}

function systemJson(system: SystemFacts): Json {
  return {
    hostName: factJson(system.hostName),
    release: factJson(system.release),
    version: factJson(system.version),
    machine: factJson(system.machine),
    machineModel: factJson(system.machineModel),
    firmware: factJson(system.firmware),
    cpuModel: factJson(system.cpuModel),
    hypervisor: factJson(system.hypervisor),
    cpusInDump: factJson(system.cpusInDump),
    cpusOnline: factJson(system.cpusOnline),
    cpusPresent: factJson(system.cpusPresent),
    memoryInDumpInBytes: factJson(system.memoryInDump),
    systemRamInBytes: factJson(system.systemRam),
    usableMemoryInBytes: factJson(system.usableMemory),
    crashTime: factJson(system.crashTime, secondsText),
    wallClock: factJson(system.wallClock, secondsText),
    headerTime: factJson(system.headerTime, secondsText),
    uptimeInSeconds: factJson(system.uptimeInSeconds),
    loadAverage: factJson(system.loadAverage, (loads) => [...loads]),
    tasks: factJson(system.tasks),
    commandLine: factJson(system.commandLine),
    taint: factJson(system.taint, ({ mask, flags }) => ({
      mask,
      flags: flags.map((flag) => ({ ...flag })),
    })),
    panic: factJson(system.panic, ({ text, nanoseconds, oops, task }) => ({
      text,
      nanoseconds,
      oops: [...oops],
      task: task === null ? null : { ...task },
    })),
  };
}

/** A value that is not proved is null, with `because` instead of `from`. */
function factJson<Value extends Json>(fact: Fact<Value>): Json;
function factJson<Value>(fact: Fact<Value>, json: (value: Value) => Json): Json;
function factJson<Value>(fact: Fact<Value>, json?: (value: Value) => Json): Json {
  return 'because' in fact
    ? { value: null, because: fact.because }
    : { value: json === undefined ? (fact.value as Json) : json(fact.value), from: fact.from };
}

function provenanceJson({ files, memory, tool, reportedAt, configuration }: Provenance): Json {
  return {
    files: files.map(fileJson),
    memory: memory === null ? null : { sha256: memory.sha256, bytes: { ...memory.bytes } },
    tool: { ...tool },
    reportedAt: new Date(reportedAt).toISOString(),
    configuration: [...configuration],
  };
}

function fileJson({ modified, changed, created, ...file }: FileProvenance): Json {
  const time = (nanoseconds: bigint | null) =>
    nanoseconds === null ? null : nanosecondsText(nanoseconds);
  return {
    path: file.path,
    target: file.target,
    sizeInBytes: file.sizeInBytes,
    modified: time(modified),
    changed: time(changed),
    created: time(created),
    sha256: file.sha256,
  };
}
