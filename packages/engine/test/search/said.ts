import type { ClaimField, EvidenceKind, KernelClaim, Strength } from '@vmcorekit/core';
import type { Statement } from '@vmcorekit/engine/testing';
import { wordsOf } from './truth-table.ts';

/** Claim fields by the letter that a table writes for them. */
const fields = {
  o: 'imageOffset',
  b: 'physBase',
  k: 'kaslrOffset',
  m: 'linearMapOffset',
  v: 'textVirtualAddress',
  p: 'textPhysicalAddress',
  t: 'root',
  r: 'release',
  l: 'banner',
  i: 'buildId',
  e: 'byteOrder',
} as const satisfies Record<string, ClaimField>;

const kinds: readonly EvidenceKind[] = ['told', 'paging', 'vmcoreinfo', 'symbols', 'header'];
const strengths: readonly Strength[] = ['proof', 'strong', 'weak', 'hint'];

/**
 * One saying, as a table writes it: `vmcoreinfo proof k=1 v=2?`. `?` marks a value that is assumed,
 * `seen` what was read through the candidate's own page tables, `denies` what speaks against it.
 */
export function saidIn(cell: string): Statement {
  const [evidence, strength, ...words] = wordsOf(cell);
  const kind = kinds.find((known) => known === evidence);
  const rank = strengths.find((known) => known === strength);
  if (kind === undefined || rank === undefined) {
    throw new Error(`no kind and strength of evidence: ${cell}`);
  }
  const flags = words.filter((word) => !word.includes('='));
  const unknown = flags.find((word) => word !== 'seen' && word !== 'denies');
  if (unknown !== undefined) {
    throw new Error(`nothing is known by the word ${unknown}`);
  }
  const assumed = words.filter((word) => word.endsWith('?'));
  return {
    evidence: kind,
    strength: rank,
    stance: flags.includes('denies') ? 'against' : 'for',
    isThroughPageTables: flags.includes('seen'),
    claim: claimIn(words.map((word) => word.replace('?', '')).join(' ')),
    ...(assumed.length === 0
      ? {}
      : {
          assumes: Object.fromEntries(
            assumed.map((word) => [fieldOf(word), 'the test assumes it']),
          ),
        }),
  };
}

/** The sayings of a row's cells, empty ones left out. */
export function allSaidIn(...cells: readonly string[]): Statement[] {
  return cells.filter((cell) => wordsOf(cell).length > 0).map(saidIn);
}

/** A claim as a table writes it: `k=1 r=6.1`. */
export function claimIn(cell: string): KernelClaim {
  const pairs = wordsOf(cell).filter((word) => word.includes('='));
  return Object.fromEntries(pairs.map((word) => [fieldOf(word), valueIn(word)]));
}

function fieldOf(word: string): ClaimField {
  const field = fields[word.charAt(0) as keyof typeof fields];
  if (field === undefined || word.charAt(1) !== '=') {
    throw new Error(`no field of a claim: ${word}`);
  }
  return field;
}

function valueIn(word: string): KernelClaim[ClaimField] {
  const text = word.slice(2);
  switch (fieldOf(word)) {
    case 'imageOffset':
    case 'textVirtualAddress':
    case 'linearMapOffset':
      return BigInt(text);
    case 'physBase':
    case 'kaslrOffset':
    case 'textPhysicalAddress':
      return Number(text);
    case 'root':
      return {
        key: text,
        summary: `tables at ${text}`,
        basePageSizeInBytes: 4096,
        tableAddress: Number(text),
        levels: 4,
      };
    case 'byteOrder':
      return text === 'big' ? 'big' : 'little';
    default:
      return text;
  }
}
