"""A conversation, and its rendering: the Python twin of template.jinja (check-template.mjs compares the two)."""

import json
from dataclasses import dataclass, field
from typing import Callable

END_OF_TEXT, IM_START, IM_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
CONTROL_TOKENS = [END_OF_TEXT, IM_START, IM_END]

TOOLS_HEAD = "# Tools\n<tools>"
TOOLS_TAIL = '\n</tools>\nTo call one: <tool_call>{"name": ..., "arguments": {...}}</tool_call>'


@dataclass
class Chat:
    """Messages in OpenAI's shape, the tools they may call, and a judge of the last answer."""

    messages: list
    grade: Callable[[str], bool]
    tools: list = field(default_factory=list)
    alone: bool = False  # other exercises before or after it would make its answer wrong

    @property
    def answer(self):
        """The reference text of the last answer, as the model should write it."""
        return assistant_text(self.messages[-1])

    @property
    def system(self):
        first = self.messages[0]
        return first["content"] if first["role"] == "system" else None


def dumps(value):
    return json.dumps(value, ensure_ascii=False)


def assistant_text(message):
    parts = [message["content"]] if message.get("content") else []
    for call in message.get("tool_calls", []):
        parts.append(f'<tool_call>\n{{"name": "{call["name"]}", "arguments": {dumps(call["arguments"])}}}\n</tool_call>')
    return "\n".join(parts)


def system_text(chat):
    parts = [chat.system] if chat.system else []
    if chat.tools:
        parts.append(TOOLS_HEAD + "".join("\n" + dumps(tool) for tool in chat.tools) + TOOLS_TAIL)
    return "\n\n".join(parts)


def turns(chat):
    """(role, text) of every turn as rendered: tools inside the system's, a run of tool results as one user's."""
    first = system_text(chat)
    if first:
        yield "system", first
    results = []
    for message in chat.messages[1 if chat.system is not None else 0 :]:
        if message["role"] == "tool":
            results.append(f"<tool_response>\n{message['content']}\n</tool_response>")
            continue
        if results:
            yield "user", "\n".join(results)
            results = []
        yield message["role"], assistant_text(message)
    if results:
        yield "user", "\n".join(results)


def render(chat):
    """The whole conversation as text, control tokens spelled out."""
    return "".join(f"{IM_START}{role}\n{text}{IM_END}\n" for role, text in turns(chat))


def prompt(chat):
    """The conversation up to its last answer, ready to be continued."""
    asked = Chat(chat.messages[:-1], chat.grade, chat.tools)
    return render(asked) + f"{IM_START}assistant\n"


def encode(chat, tokenizer):
    """Token ids and, for each, whether the loss counts it: what the assistant says, with the token that ends it."""
    ids, counted = [], []

    def put(tokens, count):
        ids.extend(tokens)
        counted.extend([count] * len(tokens))

    start, end = tokenizer.control[IM_START], tokenizer.control[IM_END]
    for role, text in turns(chat):
        put([start, *tokenizer.encode(role + "\n")], False)
        put([*tokenizer.encode(text), end], role == "assistant")
        put(tokenizer.encode("\n"), False)
    return ids, counted
