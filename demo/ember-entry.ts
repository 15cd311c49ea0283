import type { CatalogueEntry } from '../src/index.ts';

/** The model that comes with the page, so that it answers with no download from elsewhere; see demo/ember. */
export const EMBER: CatalogueEntry = {
  name: 'ember',
  file: './models/ember-q8_0.gguf',
  bytes: 4_394_944,
  contextLength: 1024,
  licence: 'MIT',
  description: 'A tiny model trained for this demo: it greets, remembers what you tell it and writes short stories.',
};
