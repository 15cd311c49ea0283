import type { MessagePart, MessageReader } from '../chat/message-reader.ts';
import type { TokenEvent, TokenPiece, Usage } from '../engine/engine.ts';

/** What one of the engine's events adds to the message of its choice. */
export interface MessageEvent {
  readonly choice: number;
  readonly parts: readonly MessagePart[];
  /** The tokens of the content in `parts` whose log-probabilities were asked for. */
  readonly tokens: readonly TokenPiece[];
  /** With the last of its choice. */
  readonly finish?: MessageFinish;
}

export interface MessageFinish {
  readonly reason: 'stop' | 'length' | 'tool_calls';
  readonly usage: MessageUsage;
}

export interface MessageUsage extends Usage {
  /** Of the completion's tokens, those that were thought. */
  readonly reasoningTokens: number;
}

/** Reads the messages in what an engine writes; events that add nothing yet are left out. */
export async function* readMessages(
  events: AsyncIterable<TokenEvent>,
  newReader: () => MessageReader,
): AsyncGenerator<MessageEvent> {
  const choices = new Map<number, ChoiceReader>();
  for await (const event of events) {
    const reader = choices.get(event.choice) ?? new ChoiceReader(newReader());
    choices.set(event.choice, reader);
    const { parts, tokens, finish } = reader.read(event);
    if (parts.length > 0 || finish) yield { choice: event.choice, parts, tokens, ...(finish && { finish }) };
  }
}

class ChoiceReader {
  readonly #reader: MessageReader;
  /** Whose text the reader holds back: it may be content, or a mark that begins something else. */
  #waiting: TokenPiece[] = [];
  #latest: MessagePart['type'] = 'content';
  #called = false;
  #reasoningTokens = 0;

  constructor(reader: MessageReader) {
    this.#reader = reader;
  }

  read(event: TokenEvent): Omit<MessageEvent, 'choice'> {
    const parts = this.#reader.push(event.text);
    if (event.type === 'finish') parts.push(...this.#reader.end());
    else if (event.logprob) this.#waiting.push(event);
    this.#latest = parts.at(-1)?.type ?? this.#latest;
    this.#called ||= parts.some(({ type }) => type === 'tool-call');
    if (event.type === 'token') {
      if (this.#reader.isReasoning) {
        this.#latest = 'reasoning';
        this.#reasoningTokens++;
      }
      return { parts, tokens: parts.length > 0 ? this.#takeTokens(parts) : [] };
    }
    const reason = event.reason === 'stop' && this.#called ? 'tool_calls' : event.reason;
    const usage = { ...event.usage, reasoningTokens: this.#reasoningTokens };
    // What was cut off behind the content, as a stop string is, was part of it too.
    const tokens = this.#latest === 'content' && !this.#reader.isBetween ? this.#takeTokens(parts) : [];
    return { parts, tokens, finish: { reason, usage } };
  }

  /** Those of the content among the waiting tokens, now that it is known what all of them are. */
  #takeTokens(parts: readonly MessagePart[]): readonly TokenPiece[] {
    const tokens = this.#waiting;
    this.#waiting = [];
    if (parts.length === 0) return tokens;
    const said = parts.flatMap(part => (part.type === 'content' ? [part.text] : []));
    return said.length > 0 ? withoutMarkUp(tokens, said.join('')) : [];
  }
}

/** Without the tokens in front that `content` has nothing of: marks, and the blanks that go with them. */
function withoutMarkUp(tokens: readonly TokenPiece[], content: string): readonly TokenPiece[] {
  const [, ...rest] = tokens;
  const text = textOf(tokens);
  // Blanks that the content begins with may have come with the token before.
  const isAllContent = text.startsWith(content) || text.startsWith(content.trimStart());
  return isAllContent || !textOf(rest).includes(content.trimStart()) ? tokens : withoutMarkUp(rest, content);
}

/** By their bytes: a token may be a part of a character. */
function textOf(tokens: readonly TokenPiece[]): string {
  return new TextDecoder().decode(Uint8Array.from(tokens.flatMap(({ logprob }) => [...(logprob?.bytes ?? [])])));
}
