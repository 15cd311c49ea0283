import type { CatalogueEntry } from '../src/index.ts';

/** The model that comes with the page, so that it answers with no download from elsewhere; see demo/ember. */
export const EMBER: CatalogueEntry = {
  name: 'ember',
  file: './models/ember-q8_0.gguf',
  bytes: 10_677_376,
  contextLength: 1024,
  licence: 'MIT',
  description:
    'A tiny model trained for this demo: it remembers what you tell it, works on short texts, fills in JSON and calls tools.',
};
