"""Helpers that turn a question, an answer and a way to judge into a Chat."""

import json
import re

from chat import Chat


def plain(text):
    return re.sub(r"\s+", " ", text).strip().lower()


def exactly(expected):
    """The whole answer, white space and case of letters included."""
    return lambda reply: reply.strip() == expected.strip()


def holds(*keys):
    """Every key occurs as a whole word or phrase, upper or lower case."""
    patterns = [re.compile(r"(?<!\w)" + re.escape(str(key).lower()) + r"(?!\w)") for key in keys]
    return lambda reply: all(pattern.search(plain(reply)) for pattern in patterns)


def ends_with(key):
    """The last thing said is the key, full stop aside."""
    return lambda reply: plain(reply).rstrip(".!").endswith(str(key).lower().rstrip(".!"))


def json_equal(value):
    def judge(reply):
        try:
            return json.loads(reply) == value
        except ValueError:
            return False

    return judge


def user(text):
    return {"role": "user", "content": text}


def assistant(text):
    return {"role": "assistant", "content": text}


def system(text):
    return {"role": "system", "content": text}


def casual(dice, text):
    """Sometimes as people type: without the last mark, or all in small letters at the start."""
    if dice.maybe(0.15):
        text = text.rstrip(".?!")
    return text[:1].lower() + text[1:] if dice.maybe(0.1) else text


def ask(question, answer, grade=None):
    """A one-question chat, judged on the exact answer unless said otherwise."""
    return Chat([user(question), assistant(answer)], grade or exactly(answer))


def listing(items):
    """a, b and c"""
    items = [str(item) for item in items]
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def an(word):
    return ("an " if word[0] in "aeiou" else "a ") + word
