/** The demo page: choose a model, watch it load, talk to it; and `/v1` on this page's origin from the start. */
import { Ingle, isAbort, type ModelEstimate, RequestError, type UpstreamOptions } from '../src/index.ts';
import { adviceFor } from './advice.ts';
import { enableCopying, showSnippet } from './api-snippet.ts';
import { Conversation } from './conversation.ts';
import { byId } from './dom.ts';
import { EMBER } from './ember-entry.ts';
import { hideLoading, showLoading, updateLoading } from './loading-view.ts';
import { errorBox } from './message-view.ts';
import { type Choice, developmentOffers, listenForChoices, type Offer, showOffers } from './model-picker.ts';
import { listenForServer, type OwnServer, SERVER } from './upstream-form.ts';

/** `/v1` is answered from the start, through the service worker beside the page. */
function start(upstreams: readonly UpstreamOptions[]): Promise<Ingle> {
  const serve = { url: new URL('ingle-sw.js', document.baseURI).href };
  return Ingle.start({ serve, catalogue: [EMBER], model: EMBER.name, upstreams });
}

let starting = start([]);

const picker = byId('models', HTMLElement);
const modelButton = byId('model-button', HTMLButtonElement);
const notice = byId('notice', HTMLElement);

/** The name that requests use for the loaded model. */
let model: string | undefined;
let loading: AbortController | undefined;

/** Several may go wrong at once: each is shown until the next model is loaded. */
function showError(error: unknown): void {
  notice.append(errorBox(adviceFor(error)));
  notice.hidden = false;
  notice.scrollIntoView({ block: 'nearest' });
}

function showPicker(visible: boolean): void {
  picker.hidden = !visible;
  modelButton.ariaExpanded = String(visible);
}

async function offers(ingle: Ingle): Promise<Offer[]> {
  const listed = await ingle.models.list();
  const chatting = listed.filter(({ capabilities }) => capabilities?.chat !== false);
  const known: Offer[] = chatting.map(
    ({ id, bytes, stored, upstream, description = upstream && 'Not on this device' }) => {
      const local = upstream === undefined;
      return { model: id, title: titleOf(id), description: description ?? '', bytes, stored, local };
    },
  );
  const fresh = await developmentOffers();
  return [...known, ...fresh.filter(({ model }) => !known.some(offer => offer.model === model))];
}

/** "https://host/some/model.gguf" → "model": what to call it where there is little room. */
function titleOf(id: string): string {
  return id.replace(/^.*\//, '').replace(/\.gguf$/, '');
}

/** Whatever is written next goes to this model, which this engine runs. */
function use(id: string, title: string, engine?: string): void {
  model = id;
  modelButton.textContent = title;
  const away = id.startsWith(`${SERVER}:`);
  modelButton.classList.toggle('away', away);
  modelButton.title = away ? 'Not on this device' : `On this device's ${engine === 'wasm' ? 'processor' : 'GPU'}`;
  for (const id of ['chat', 'composer', 'model-button', 'new-chat']) byId(id, HTMLElement).hidden = false;
  byId('welcome', HTMLElement).hidden = id !== EMBER.name;
}

/** From choosing a model to writing. */
function closePicker(): void {
  showPicker(false);
  byId('prompt', HTMLTextAreaElement).focus();
}

/** Starts again, with the visitor's server behind it; where that fails, what was there stays. */
async function connect({ options, model }: OwnServer): Promise<void> {
  notice.replaceChildren();
  notice.hidden = true;
  const ingle = await start([options]);
  (await starting).dispose();
  starting = Promise.resolve(ingle);
  use(model, model);
  closePicker();
  ingle.serve().catch(showError);
  await refreshOffers();
}

/** `unasked`: a visitor who is choosing another meanwhile is not disturbed when it is there. */
async function load(choice: Choice, unasked = false): Promise<void> {
  if (typeof choice === 'string' && choice.startsWith(`${SERVER}:`)) {
    use(choice, choice);
    return closePicker();
  }
  loading?.abort();
  const mine = new AbortController();
  loading = mine;
  notice.replaceChildren();
  notice.hidden = true;
  const title = titleOf(typeof choice === 'string' ? choice : choice.name);
  showLoading(title);
  try {
    const ingle = await starting;
    const loaded = await ingle.models.load(choice, {
      signal: mine.signal,
      onProgress: progress => updateLoading(title, progress),
    });
    if (!loaded.capabilities.chat)
      throw new RequestError(`${title} embeds texts; it does not chat.`, 'unsupported_model');
    use(loaded.id, title, loaded.engine);
    // A GPU that is there may turn out to be of no use.
    if (loaded.engine === 'wasm') showProcessor();
    if (!(unasked && picker.matches(':focus-within'))) closePicker();
  } catch (error) {
    if (!isAbort(error)) showError(error);
  } finally {
    if (loading === mine) hideLoading();
  }
  await refreshOffers();
}

async function remove(model: string): Promise<void> {
  await (await starting).models.delete(model).catch(showError);
  await refreshOffers();
}

async function estimate(model: string): Promise<ModelEstimate> {
  return (await starting).models.estimate(model);
}

async function refreshOffers(): Promise<void> {
  const found = await offers(await starting);
  showOffers(found, { choose: model => void load(model), remove: model => void remove(model), estimate });
  // `/v1` works before anything is chosen.
  showSnippet(model ?? EMBER.name);
}

function listenToComposer(conversation: Conversation): void {
  const composer = byId('composer', HTMLFormElement);
  const prompt = byId('prompt', HTMLTextAreaElement);
  composer.addEventListener('submit', event => {
    event.preventDefault();
    const text = prompt.value.trim();
    if (text === '' || model === undefined || conversation.busy) return;
    prompt.value = '';
    void conversation.send(model, byId('system', HTMLTextAreaElement).value.trim(), text);
  });
  prompt.addEventListener('keydown', event => {
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape') conversation.stop();
  });
  byId('stop', HTMLButtonElement).addEventListener('click', () => conversation.stop());
  byId('new-chat', HTMLButtonElement).addEventListener('click', () => {
    conversation.clear();
    prompt.focus();
  });
  for (const suggestion of document.querySelectorAll('#welcome .suggestion')) {
    suggestion.addEventListener('click', () => {
      prompt.value = suggestion.textContent;
      composer.requestSubmit();
    });
  }
}

/** Ember is there without a click, unless the page was opened at its list of models or the visitor was faster. */
async function openEmber(): Promise<void> {
  if (location.hash !== `#${picker.id}` && loading === undefined) await load(EMBER.name, true);
}

/** Without a GPU models run all the same, but slowly. */
function showProcessor(): void {
  byId('no-gpu', HTMLElement).hidden = false;
  byId('computes', HTMLElement).textContent = 'processor';
}

async function lookForGpu(): Promise<void> {
  // Undefined where the browser has no WebGPU at all, null where it has it but no GPU to offer.
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) showProcessor();
}

async function main(): Promise<void> {
  // All that can be clicked listens before anything is waited for.
  listenForChoices(choice => void load(choice), estimate);
  listenForServer(server => void connect(server).catch(showError));
  enableCopying();
  modelButton.addEventListener('click', () => showPicker(picker.hidden !== false));
  byId('larger-models', HTMLButtonElement).addEventListener('click', () => {
    showPicker(true);
    picker.scrollIntoView();
  });
  byId('cancel-load', HTMLButtonElement).addEventListener('click', () => loading?.abort());
  const ingle = await starting;
  const send = byId('send', HTMLButtonElement);
  const stop = byId('stop', HTMLButtonElement);
  listenToComposer(
    new Conversation(
      () => starting,
      busy => {
        send.hidden = busy;
        stop.hidden = !busy;
      },
    ),
  );
  for (const part of [lookForGpu(), openEmber(), refreshOffers(), ingle.serve()]) part.catch(showError);
}

main().catch(showError);
