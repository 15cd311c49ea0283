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
  /** Tokens that it was trained for. */
  readonly contextLength: number;
  readonly licence: string;
  readonly description: string;
  /** What it was trained for: `chat`, `tools`, `reasoning`, `embedding`. (A grammar makes any model call tools.) */
  readonly abilities?: readonly string[];
  /** How it calls tools, where its chat template tells the wrong way: `hermes`, `llama`, … (src/chat/formats). */
  readonly toolFormat?: string;
}

/** Short names for models: those that the page brought, then those that Ingle knows. */
export class Catalogue {
  readonly entries: readonly CatalogueEntry[];
  readonly #base: string | undefined;
  /** Where each entry's file is, by the entry's name. */
  readonly #urls: ReadonlyMap<string, string>;

  /**
   * @param base what relative addresses are relative to.
   * @throws ModelError `model_not_found` for an entry whose file is no reference.
   */
  constructor(own: readonly CatalogueEntry[] = [], base?: string) {
    this.entries = [...own, ...known.filter(({ name }) => !own.some(entry => entry.name === name))];
    this.#base = base;
    this.#urls = new Map(this.entries.map(({ name, file }) => [name, parseReference(file, base).url]));
  }

  /**
   * The one id of a model, by whichever of its names it was asked for, and where its file is.
   *
   * @throws ModelError `model_not_found` for what is neither a name here, nor a reference.
   */
  resolve(reference: string): { id: string; url: string } {
    const named = this.#urls.get(reference);
    if (named !== undefined) return { id: reference, url: named };
    const parsed = parseReference(reference, this.#base);
    for (const [id, url] of this.#urls) if (url === parsed.url) return { id, url };
    return parsed;
  }
}
