"""The mixture: every family of skills, its share of the training text, and whole conversations made from them."""

from chat import Chat
from skills import arithmetic, extraction, facts, identity, orders, recall, stories, text, tools, unknown
from skills.base import system
from skills.dice import Dice

# Shares of conversations; the families with longer conversations have a still larger share of the tokens.
FAMILIES = {
    "identity": (identity.SKILLS, 4), "recall": (recall.SKILLS, 12), "orders": (orders.SKILLS, 9), "text": (text.SKILLS, 34),
    "arithmetic": (arithmetic.SKILLS, 7), "facts": (facts.SKILLS, 6), "stories": (stories.SKILLS, 3),
    "json": (extraction.SKILLS, 16), "tools": (tools.SKILLS, 16), "unknown": (unknown.SKILLS, 4),
}
SYSTEM_PROMPTS = ["You are a helpful assistant.", "You are Ember, a tiny model.", "You are a helpful assistant that answers briefly.",
                  "Be helpful.", "You are Ember.", "Answer the user's questions."]
CHAINED_SHARE = 0.3  # of conversations go on after the first question
SYSTEM_SHARE = 0.2  # of conversations without a system prompt get one that asks for nothing special


def single(dice, family=None):
    """One exercise of one family."""
    names = list(FAMILIES)
    family = family or dice.choices(names, [FAMILIES[name][1] for name in names])[0]
    return dice.choice(list(FAMILIES[family][0].values()))(dice)


def conversation(dice):
    """An exercise, often with others before it as earlier turns of the same conversation."""
    chat = single(dice)
    if dice.maybe(CHAINED_SHARE):
        for _ in range(dice.one(1, 1, 2, 3, 4, 6)):
            chat = joined(single(dice), chat)
    if chat.system is None and dice.maybe(SYSTEM_SHARE):
        chat = Chat([system(dice.choice(SYSTEM_PROMPTS)), *chat.messages], chat.grade, chat.tools)
    return chat


def joined(earlier, later):
    """`earlier`, then `later`; just `later` where they can't share a conversation."""
    if earlier.system is not None or later.system is not None or earlier.tools or earlier.alone or later.alone:
        return later
    return Chat([*earlier.messages, *later.messages], later.grade, later.tools)


def training_stream(seed):
    """An endless stream of conversations to train on."""
    dice = Dice(seed)
    while True:
        yield conversation(dice)
