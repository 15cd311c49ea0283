import type { ModelEstimate } from '../src/index.ts';
import { byId, make } from './dom.ts';
import { estimateLine, showEstimate } from './estimate-view.ts';
import { formatBytes } from './format.ts';

/** Something the visitor can load: a name or address for `ingle.models.load`, or a file of theirs. */
export type Choice = string | File;

export interface Offer {
  readonly model: string;
  readonly title: string;
  readonly description: string;
  readonly bytes: number | undefined;
  /** Already on this device. */
  readonly stored: boolean;
  /** Runs on this device, and not behind an upstream. */
  readonly local: boolean;
}

/** What can be done with an offer. */
export interface OfferActions {
  choose(model: string): void;
  /** Removes from this device what is stored of it. */
  remove(model: string): void;
  /** Asked about what is not on this device yet, on demand. */
  estimate(model: string): Promise<ModelEstimate>;
}

/** Lists what can be loaded. */
export function showOffers(offers: readonly Offer[], actions: OfferActions): void {
  byId('catalogue', HTMLUListElement).replaceChildren(...offers.map(offer => offerItem(offer, actions)));
}

function offerItem(
  { model, title, description, bytes, stored, local }: Offer,
  { choose, remove, estimate }: OfferActions,
): HTMLElement {
  const details = [bytes === undefined ? '' : formatBytes(bytes), stored ? 'on this device' : ''];
  const button = make(
    'button',
    'offer',
    make('strong', '', title),
    make('span', '', details.filter(Boolean).join(' · ')),
    make('small', '', description),
  );
  button.type = 'button';
  button.addEventListener('click', () => choose(model));
  const item = make('li', '', button);
  if (stored) item.append(removeButton(title, () => remove(model)));
  else if (local) item.append(estimateLine(() => estimate(model)));
  return item;
}

function removeButton(title: string, onClick: () => void): HTMLElement {
  const button = make('button', 'quiet', 'Remove from this device');
  button.type = 'button';
  button.ariaLabel = `Remove ${title} from this device`;
  button.addEventListener('click', onClick);
  return button;
}

/** The other ways to choose a model: an address, a file, or a file dropped anywhere on the page. */
export function listenForChoices(
  onChoose: (choice: Choice) => void,
  estimate: (model: string) => Promise<ModelEstimate>,
): void {
  const address = () => byId('url', HTMLInputElement).value.trim();
  byId('url-form', HTMLFormElement).addEventListener('submit', event => {
    event.preventDefault();
    if (address() !== '') onChoose(address());
  });
  byId('check-url', HTMLButtonElement).addEventListener('click', () => {
    if (address() !== '') void showEstimate(byId('url-estimate', HTMLElement), estimate(address()));
  });

  const input = byId('file', HTMLInputElement);
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    // Cleared, so that choosing the same file again is a change again.
    input.value = '';
    if (file !== undefined) onChoose(file);
  });

  document.addEventListener('dragover', event => {
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  document.addEventListener('dragleave', event => {
    // Leaving for another element of the page is not leaving the page.
    if (event.relatedTarget === null) document.body.classList.remove('dropping');
  });
  document.addEventListener('drop', event => {
    event.preventDefault();
    document.body.classList.remove('dropping');
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) onChoose(file);
  });
}

/** Small models of the development server; none where the page is served as a static site, or without a network. */
export async function developmentOffers(): Promise<Offer[]> {
  const response = await fetch(new URL('models/index.json', document.baseURI)).catch(() => undefined);
  if (!response?.ok || !response.headers.get('content-type')?.includes('json')) return [];
  const files: { file: string; bytes: number }[] = await response.json();
  return files.map(({ file, bytes }) => ({
    model: new URL(`models/${file}`, document.baseURI).href,
    title: `${file.replace(/\.gguf$/, '')} (dev)`,
    description: '',
    bytes,
    stored: false,
    local: true,
  }));
}
