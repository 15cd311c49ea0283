import type { Advice } from './advice.ts';
import { make } from './dom.ts';
import { formatRate } from './format.ts';
import { renderMarkdown } from './markdown.ts';

/** What is known of an answer once it has ended. */
export interface AnswerFigures {
  readonly tokens: number;
  readonly tokensPerSecond: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** Where it was computed; a device that loses its GPU goes on with it. */
  readonly onProcessor: boolean;
  readonly stopped: boolean;
}

/** A message of the visitor, as it was typed. */
export function userMessage(text: string): HTMLElement {
  return make('article', 'message user', make('p', '', text));
}

/** An answer that grows as it is generated. */
export class AnswerView {
  readonly element = make('article', 'message assistant');
  readonly #thoughts = make('details', 'thoughts', make('summary', '', 'Thoughts'));
  readonly #thought = make('p', '');
  readonly #text = make('div', 'prose');
  #drawn = false;
  #pending = { text: '', thoughts: '' };

  constructor() {
    this.#thoughts.append(this.#thought);
    this.#thoughts.hidden = true;
    this.element.append(this.#thoughts, this.#text);
    // A screen reader waits for the end instead of reading every token.
    this.element.ariaBusy = 'true';
  }

  /** Shows the answer as it is so far, and what was thought before it; drawn once a frame however fast tokens come. */
  update(text: string, thoughts: string): void {
    this.#pending = { text, thoughts };
    if (this.#drawn) return;
    this.#drawn = true;
    requestAnimationFrame(() => {
      this.#drawn = false;
      // The end of the answer stays in sight, unless the visitor has scrolled away from it.
      const follows = this.element.getBoundingClientRect().bottom <= innerHeight;
      this.#thoughts.hidden = this.#pending.thoughts === '';
      this.#thought.textContent = this.#pending.thoughts;
      this.#text.replaceChildren(renderMarkdown(this.#pending.text));
      if (follows) this.element.scrollIntoView({ block: 'end' });
    });
  }

  /** Says that the answer comes from elsewhere: what was asked has left this device. */
  markAway(model: string): void {
    this.element.prepend(make('p', 'away', `Answered by ${model}, not on this device`));
  }

  finish(figures: AnswerFigures): void {
    this.element.ariaBusy = 'false';
    const { tokens, tokensPerSecond, promptTokens, cachedTokens, onProcessor, stopped } = figures;
    const parts = [
      stopped ? 'stopped' : '',
      `${tokens} tokens`,
      tokensPerSecond > 0 ? `${formatRate(tokensPerSecond)} tokens/s` : '',
      onProcessor ? 'on the processor' : '',
      promptTokens > 0 ? `${cachedTokens} of ${promptTokens} prompt tokens from cache` : '',
    ];
    this.element.append(make('p', 'figures', parts.filter(Boolean).join(' · ')));
  }

  fail(advice: Advice): void {
    this.element.ariaBusy = 'false';
    this.element.append(errorBox(advice));
  }
}

/** What went wrong, its code, and what to do next. */
export function errorBox({ code, message, nextStep }: Advice): HTMLElement {
  const box = make('div', 'error', make('p', '', make('strong', '', message)), make('p', '', nextStep));
  box.append(make('p', '', make('code', '', code)));
  return box;
}
