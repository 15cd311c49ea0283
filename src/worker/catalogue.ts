import known from '../catalogue.json' with { type: 'json' };
import { parseReference } from '../weights/reference.ts';

/** A model that can be asked for by a short name. */
export interface CatalogueEntry {
  /** What requests call it. */
  readonly name: string;
  /** `hf:owner/repo/file.gguf`, or the address of a GGUF file, which may be relative to the page. */
  readonly file: string;
  /** Size of the file, about. */
  readonly bytes: number;
  readonly contextLength: number;
  readonly licence: string;
  readonly description: string;
}

/** Short names for models: those that the page brought, then those that Ingle knows. */
export class Catalogue {
  readonly entries: readonly CatalogueEntry[];
  readonly #base: string | undefined;

  /** @param base what relative addresses are relative to. */
  constructor(own: readonly CatalogueEntry[] = [], base?: string) {
    this.entries = [...own, ...known.filter(({ name }) => !own.some(entry => entry.name === name))];
    this.#base = base;
  }

  /**
   * The one id of a model, by whichever of its names it was asked for, and where its file is.
   *
   * @throws ModelError `model_not_found` for what is neither a name here, nor a reference.
   */
  resolve(reference: string): { id: string; url: string } {
    const entry = this.entries.find(({ name }) => name === reference);
    if (entry) return { id: entry.name, url: this.#parse(entry.file).url };
    const parsed = this.#parse(reference);
    const named = this.entries.find(({ file }) => this.#parse(file).url === parsed.url);
    return { id: named?.name ?? parsed.id, url: parsed.url };
  }

  #parse(reference: string) {
    return parseReference(reference, this.#base);
  }
}
