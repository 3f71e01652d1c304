import type { EvidencePart } from '@vmcorekit/report';
import { html, nothing, type TemplateResult } from 'lit';
import { memoryLink } from '../links/memory-link.ts';

type Word = EvidencePart['at'][number][number];

/** More places of one row say nothing new. */
const maxPlaces = 4;

/** The places that evidence was read from. Addresses lead to the memory there. */
export function placeLinks(places: EvidencePart['at']): TemplateResult | typeof nothing {
  const more = places.length - maxPlaces;
  return places.length === 0
    ? nothing
    : html`
        <p class="places muted">
          ${places
            .slice(0, maxPlaces)
            .map((words, index) => html`${index === 0 ? '' : '; '}${words.map(wordLink)}`)}
          ${more > 0 ? `and ${more} more` : ''}
        </p>
      `;
}

function wordLink(word: Word, index: number): TemplateResult {
  const href = memoryHref(word);
  const gap = index === 0 ? '' : ' ';
  return href === null ? html`${gap}${word.text}` : html`${gap}<a href=${href}>${word.text}</a>`;
}

function memoryHref({ physicalAddress, virtualAddress }: Word): string | null {
  if (virtualAddress !== undefined) {
    return memoryLink('virtual', virtualAddress);
  }
  return physicalAddress === undefined ? null : memoryLink('physical', BigInt(physicalAddress));
}
