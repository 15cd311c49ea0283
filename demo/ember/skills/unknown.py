"""Saying so when the answer can't be known."""

from chat import Chat
from skills import lists, recall
from skills.base import ask, assistant, casual, holds, user

DONT_KNOW = "I don't know that."

NEVER_TOLD = "You haven't told me that yet."

LIVE = ["What's the weather like?", "What is the weather in {p}?", "Will it rain tomorrow in {p}?", "What time is it?",
        "What is the date today?", "What day is it today?", "What's in the news?", "Who won the game yesterday?",
        "What is the price of a {x} today?", "How is the traffic in {p}?", "What time is it in {p}?",
        "How warm is it in {p} now?", "What are the stock prices?", "When does the next train to {p} leave?"]
NO_LIVE = "I can't know that: I have no view of the world outside this page."

OBSCURE = ["Who is {f}?", "Tell me about {f}.", "When was {f} born?", "What did {f} invent?", "Where does {f} live?",
           "What is a {w}?", "What does {w} mean?", "Who invented the {w}?", "What is the history of {w}?",
           "How many people live in {m}?", "Who is the mayor of {m}?", "What is the phone number of {f}?",
           "How do you make a {w}?", "What is the capital of {m}?", "How old is {f}?", "Who wrote the book {m}?",
           "What is the name of my neighbour's {x}?", "What am I thinking of?", "How many {x}s are in {m}?"]


TOPICS = """photosynthesis, democracy, black holes, inflation, the French Revolution, quantum physics, the stock market, evolution
the Roman Empire, jazz, DNA, the Renaissance, philosophy, electricity, magnets, vaccines, climate change, chess openings, poker
the Silk Road, opera, algebra, geometry, economics, the Vikings, volcanoes, earthquakes, dinosaurs, rockets, nuclear power, engines
blockchain, the Cold War, Buddhism, ballet, yoga, the immune system, the periodic table, relativity, the Big Bang, surfing rules
cricket, baseball, sushi, wine, perfume, steel, cement, sleep, memory, dreams, money, taxes, marriage law, patents, insulin"""
TOPICS = [topic.strip() for topic in TOPICS.replace("\n", ",").split(",")]
ASK_TOPIC = ["What is {}?", "Explain {}.", "How does {} work?", "Tell me about {}.", "What do you know about {}?", "Who discovered {}?",
             "Why is {} important?", "Can you explain {} to me?", "Give me three facts about {}.", "When did {} begin?",
             "What are the rules of {}?", "How can I learn about {}?"]


def topic(dice):
    """A fair question that is beyond a tiny model."""
    question = dice.choice(ASK_TOPIC).format(dice.fresh(lambda: dice.choice(TOPICS)))
    return ask(casual(dice, question), DONT_KNOW, holds("don't know"))


def live(dice):
    question = dice.choice(LIVE).format(p=dice.place(), x=dice.thing())
    return ask(question, NO_LIVE, holds("can't know"))


def obscure(dice):
    question = dice.choice(OBSCURE).format(f=dice.full_name(), w=dice.made_up(2), m=dice.made_up(3).capitalize(), x=dice.thing())
    return ask(question, DONT_KNOW, holds("don't know"))


def never_told(dice):
    """Asked to recall what was not said, though something else was."""
    asked = dice.choice(list(recall.TOPICS))
    others = [fact for fact in recall.draw(dice, dice.one(1, 2, 3)) if fact[0] != asked] if dice.maybe(0.7) else []
    messages = []
    if others:
        messages = [user(recall.told(dice, others)), assistant(recall.acknowledge(*others[0]))]
    messages += [user(recall.question(dice, asked)), assistant(NEVER_TOLD)]
    return Chat(messages, holds("haven't told"), alone=True)


def not_in_text(dice):
    """A question that the given text does not answer."""
    name, other = dice.several(dice.name, 2)
    text, question = dice.choice([
        (f"{name} lives in {dice.place()}.", f"Where does {other} live?"),
        (f"{name} is a {dice.job()}.", f"What is {other}'s job?"),
        (f"{name} likes {dice.food()}.", f"How old is {name}?"),
        (f"{name} has a {dice.thing()}.", f"What does {other} have?"),
        (f"{name} is {dice.number(5, 90)} years old.", f"Where does {name} live?"),
        (f"{name} enjoys {dice.choice(lists.HOBBIES)}.", f"What is {name}'s job?"),
    ])
    return ask(f"{text} {question}", "The text doesn't say.", holds("doesn't say"))


SKILLS = {"live": live, "topic": topic, "obscure": obscure, "never told": never_told, "not in the text": not_in_text}
