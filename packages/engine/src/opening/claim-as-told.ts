import { type Damage, type FileHead, VmcorekitError } from '@vmcorekit/core';
import type { Registry } from '../toolkit/registry.ts';
import type { Claimed, Claims, ContainerClaimed } from './claims.ts';
import type { IdentifyOptions } from './identified-source.ts';
import type { PlacesIn } from './open-placed.ts';

/** What a user named, and how, where they said what it is. */
interface Told {
  readonly claims: Claims;
  readonly head: FileHead;
  readonly rest: string | undefined;
  readonly placed: PlacesIn | undefined;
}

/**
 * The user's word needs no probe, but it is about the memory itself: packed bytes are unpacked
 * first; but not where a container says that they are memory (`null`). A caller who gives both a
 * place and a format for memory means the file as it is. Throws `unknown-name` where there is no
 * such format.
 */
export function claimAsTold(
  registry: Registry,
  { format: name }: IdentifyOptions,
  told: Told | null,
): Claimed {
  const format =
    name === undefined
      ? registry.all('formats').find(({ takesPlaces }) => takesPlaces === true)
      : registry.named('formats', name);
  if (format === undefined) {
    throw new VmcorekitError('unknown-name', { kind: 'format', name: 'raw', known: [] });
  }
  const isItself = name !== undefined && told?.placed !== undefined && format.takesPlaces === true;
  return (
    (told === null ? undefined : containerAsTold(told, isItself)) ?? {
      format,
      claim: { because: 'it was given', strength: 'signature' },
    }
  );
}

/** A user who names an entry says that the file is an archive. */
function containerAsTold(
  { claims, head, rest }: Told,
  isItself: boolean,
): ContainerClaimed | undefined {
  if (rest !== undefined) {
    return claims.containerOf(head);
  }
  return isItself ? undefined : claims.certainContainerOf(head);
}

/** The damage of a file that is read as it was given, although a container claims it. */
export function notUnpacked({ container, claim }: ContainerClaimed, why: string): Damage {
  return {
    name: 'not-unpacked',
    loses: 'nothing',
    detail: `read as memory, ${why}; but it may be packed (${container.name}: ${claim.because})`,
  };
}
