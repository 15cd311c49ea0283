import type { Ingle } from '../src/index.ts';
import { adviceFor } from './advice.ts';
import { byId } from './dom.ts';
import { AnswerView, userMessage } from './message-view.ts';

type Message = { role: 'system' | 'user' | 'assistant'; content: string };

/** The messages on the page, and the answer that is being written, if one is. */
export class Conversation {
  readonly #ingle: () => Promise<Ingle>;
  readonly #log = byId('messages', HTMLElement);
  readonly #onBusy: (busy: boolean) => void;
  #messages: Message[] = [];
  #running: AbortController | undefined;

  /** `ingle` may be another one for each message; `onBusy` hears when an answer starts and ends. */
  constructor(ingle: () => Promise<Ingle>, onBusy: (busy: boolean) => void) {
    this.#ingle = ingle;
    this.#onBusy = onBusy;
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  stop(): void {
    this.#running?.abort();
  }

  clear(): void {
    this.stop();
    this.#messages = [];
    this.#log.replaceChildren();
  }

  /** Sends what the visitor wrote and shows the answer as it comes. */
  async send(model: string, system: string, text: string): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.#onBusy(true);
    const view = new AnswerView();
    this.#log.append(userMessage(text), view.element);
    view.element.scrollIntoView({ block: 'end' });
    const history = this.#messages;
    const asked: Message[] = [...history, { role: 'user', content: text }];
    try {
      const prompt: Message[] = system === '' ? asked : [{ role: 'system', content: system }, ...asked];
      const answer = await this.#stream(model, prompt, running.signal, view);
      // A question without an answer stays out of what later questions are put after.
      if (answer !== '' && history === this.#messages)
        this.#messages = [...asked, { role: 'assistant', content: answer }];
    } catch (error) {
      view.fail(adviceFor(error));
    } finally {
      this.#running = undefined;
      this.#onBusy(false);
    }
  }

  /** The answer's text, whole or as far as it came when the visitor stopped it. */
  async #stream(model: string, messages: Message[], signal: AbortSignal, view: AnswerView): Promise<string> {
    let text = '';
    let thoughts = '';
    let tokens = 0;
    let promptTokens = 0;
    let cachedTokens = 0;
    let firstAt = 0;
    let lastAt = 0;
    let away = false;
    let onProcessor = false;
    try {
      const ingle = await this.#ingle();
      const stream = await ingle.chat.completions.create(
        { model, messages, stream: true, stream_options: { include_usage: true } },
        { signal },
      );
      for await (const { choices, usage, model: answering, system_fingerprint: by } of stream) {
        if (!away && by?.startsWith('ingle-upstream-')) {
          away = true;
          view.markAway(answering);
        }
        onProcessor ||= by?.startsWith('ingle-wasm-') === true;
        const { content, reasoning_content: thought } = choices[0]?.delta ?? {};
        if (content || thought) {
          text += content ?? '';
          thoughts += thought ?? '';
          tokens += 1;
          lastAt = performance.now();
          firstAt ||= lastAt;
          view.update(text, thoughts);
        }
        tokens = usage?.completion_tokens ?? tokens;
        promptTokens = usage?.prompt_tokens ?? promptTokens;
        cachedTokens = usage?.prompt_tokens_details?.cached_tokens ?? cachedTokens;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    // The first token's time is the prompt's, so the rate is that of the tokens after it.
    const tokensPerSecond = tokens > 1 ? ((tokens - 1) * 1000) / (lastAt - firstAt) : 0;
    view.finish({ tokens, tokensPerSecond, promptTokens, cachedTokens, onProcessor, stopped: signal.aborted });
    return text;
  }
}
