import {
  byStrength,
  type Container,
  claimStrengths,
  type Damage,
  type DumpFormat,
  type FileClaim,
  type FileHead,
  isSourceFailure,
  reasonOf,
  VmcorekitError,
} from '@vmcorekit/core';
import { guardedProbe } from '../running/plugin-call.ts';
import type { StepLimit } from '../running/step-limit.ts';
import type { Registry } from '../toolkit/registry.ts';

/** A container that claims a file, and why. */
export interface ContainerClaimed {
  readonly claim: FileClaim;
  readonly container: Container;
  readonly format?: never;
}

/** What claims a file, and why. */
export type Claimed =
  | ContainerClaimed
  | { readonly claim: FileClaim; readonly format: DumpFormat; readonly container?: never };

/** Asks all containers and formats of a registry for their files. */
export class Claims {
  /** Damage from probes that failed, once for each plug-in. */
  readonly failures: Map<string, Damage> = new Map();
  readonly #registry: Registry;
  readonly #stepLimit: StepLimit | undefined;

  constructor(registry: Registry, stepLimit: StepLimit | undefined) {
    this.#registry = registry;
    this.#stepLimit = stepLimit;
  }

  /** The names of all that are asked; those that only recognize a file come last. */
  get tried(): string[] {
    const all = [...this.#registry.all('containers'), ...this.#registry.all('formats')];
    const [named, read] = [
      all.filter(({ isNamedOnly }) => isNamedOnly),
      all.filter(({ isNamedOnly }) => !isNamedOnly),
    ];
    return [...read, ...named].map(({ name }) => name);
  }

  /**
   * The container that a file is, whatever the user says of the file: by a certain claim, also
   * where it is only named. A weaker claim is no reason to contradict the user.
   */
  certainContainerOf(file: FileHead): ContainerClaimed | undefined {
    return this.#containersOf(file).find(isCertain);
  }

  /** The container that a file is, by the strongest claim of any. */
  containerOf(file: FileHead): ContainerClaimed | undefined {
    return byStrength(this.#containersOf(file))[0];
  }

  /**
   * All claims to a file, the strongest first. Among equals, containers come before formats, each
   * in order of registration.
   */
  to(file: FileHead): Claimed[] {
    const claimed: Claimed[] = this.#containersOf(file);
    for (const format of this.#registry.all('formats')) {
      const claim = this.#claimOf(format, file);
      claimed.push(...(claim === undefined ? [] : [{ claim, format }]));
    }
    return byStrength(claimed);
  }

  #containersOf(file: FileHead): ContainerClaimed[] {
    return this.#registry.all('containers').flatMap((container) => {
      const claim = this.#claimOf(container, file);
      return claim === undefined ? [] : [{ claim, container }];
    });
  }

  /**
   * A probe must not throw. One that does claims nothing, and is reported. An unreadable file is
   * not the probe's fault; a broken contract is.
   */
  #claimOf(candidate: Container | DumpFormat, file: FileHead): FileClaim | undefined {
    try {
      const claim = guardedProbe(candidate.name, () => candidate.probe(file), this.#stepLimit);
      if (
        claim !== undefined &&
        (typeof claim.because !== 'string' || !claimStrengths.includes(claim.strength))
      ) {
        throw new VmcorekitError('contract', {
          what: 'its probe returned neither a claim nor undefined',
        });
      }
      return claim;
    } catch (error) {
      if (isSourceFailure(error) && error.code !== 'contract') {
        throw error;
      }
      const reason = reasonOf(error);
      const detail = `'${candidate.name}' failed when it was asked for its files: ${reason}`;
      this.failures.set(candidate.name, { name: 'plugin-failed', detail, loses: 'nothing' });
      return undefined;
    }
  }
}

function isCertain({ claim, container }: ContainerClaimed): boolean {
  return (
    claim.isCertain === true ||
    (claim.strength === 'signature' && claim.mayBeMemory !== true && container.isNamedOnly !== true)
  );
}
