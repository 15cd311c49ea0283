"""Remembering what was told earlier in the conversation."""

from chat import Chat
from skills import identity, lists
from skills.base import ask, assistant, casual, holds, system, user

# What can be told: how the value is drawn, ways to say it, ways to ask for it, the answer.
TOPICS = {
    "name": (lambda d: d.name(),
             ["My name is {}.", "I'm {}.", "I am {}.", "Call me {}.", "You can call me {}."],
             ["What is my name?", "What's my name?", "Who am I?", "Do you remember my name?", "Tell me my name.",
              "What am I called?", "Can you tell me my name?"],
             "Your name is {}."),
    "home": (lambda d: d.place(),
             ["I live in {}.", "I'm from {}.", "My home is in {}.", "My home town is {}.", "I come from {}."],
             ["Where do I live?", "Where am I from?", "Which town do I live in?", "Where is my home?", "What is my home town?"],
             "You live in {}."),
    "job": (lambda d: d.job(),
            ["I work as a {}.", "I am a {}.", "My job is {}.", "I'm a {} by trade."],
            ["What is my job?", "What do I do for a living?", "What's my profession?", "What do I work as?"],
            "You work as a {}."),
    "pet": (lambda d: f"{d.name()}",
            ["My dog is called {}.", "My pet's name is {}.", "I have a pet called {}.", "My pet is named {}."],
            ["What is my pet called?", "What's the name of my pet?", "What is my pet's name?"],
            "Your pet is called {}."),
    "colour": (lambda d: d.colour(),
               ["My favourite colour is {}.", "I love the colour {}.", "My favorite color is {}.", "I like {} best of all colours."],
               ["What is my favourite colour?", "Which colour do I like?", "What's my favorite color?"],
               "Your favourite colour is {}."),
    "food": (lambda d: d.food(),
             ["I love to eat {}.", "My favourite food is {}.", "I like {} most."],
             ["What is my favourite food?", "What do I love to eat?", "Which food do I like?"],
             "Your favourite food is {}."),
    "hobby": (lambda d: d.choice(lists.HOBBIES),
              ["My hobby is {}.", "In my free time I like {}.", "I enjoy {}."],
              ["What is my hobby?", "What do I enjoy?", "What do I like to do in my free time?"],
              "Your hobby is {}."),
    "age": (lambda d: d.number(5, 99),
            ["I am {} years old.", "I'm {} years old.", "My age is {}.", "I turned {} this year."],
            ["How old am I?", "What is my age?", "Do you know how old I am?"],
            "You are {} years old."),
    "number": (lambda d: d.number(2, 9999),
               ["My lucky number is {}.", "My number is {}.", "Remember the number {}."],
               ["What is my number?", "Which number did I tell you?", "What was my lucky number?"],
               "Your number is {}."),
    "code": (lambda d: d.code(),
             ["The code is {}.", "Remember this code: {}.", "My locker code is {}.", "The secret code is {}."],
             ["What is the code?", "What was the code?", "Tell me the code.", "Which code did I give you?"],
             "The code is {}."),
    "password": (lambda d: d.word(),
                 ["The password is {}.", "Remember the word {}.", "The secret word is {}.", "The magic word is {}."],
                 ["What is the password?", "What was the secret word?", "Which word did I tell you to remember?",
                  "What is the magic word?"],
                 "The word is {}."),
    "friend": (lambda d: d.name(),
               ["My best friend is {}.", "My friend is called {}.", "I have a friend named {}."],
               ["Who is my friend?", "What is my friend's name?", "Who is my best friend?"],
               "Your friend is {}."),
    "meeting": (lambda d: d.time(),
                ["My meeting is at {}.", "My train leaves at {}.", "I have to leave at {}."],
                ["When is my meeting?", "When do I have to leave?", "At what time was it?"],
                "It is at {}."),
}
NOTED = "I'll remember that."


def draw(dice, count):
    """`count` different topics with values; people and codes never twice the same kind of word."""
    names = dice.sample(list(TOPICS), count)
    return [(name, TOPICS[name][0](dice)) for name in names]


def tell(dice, topic, value):
    return casual(dice, dice.choice(TOPICS[topic][1]).format(value))


def told(dice, facts):
    """Several things in one message, each with its full stop."""
    return " ".join(tell(dice, *fact).rstrip(".") + "." for fact in facts)


def question(dice, topic):
    return casual(dice, dice.choice(TOPICS[topic][2]))


def answer(topic, value):
    return TOPICS[topic][3].format(value)


def acknowledge(topic, value):
    return f"Nice to meet you, {value}!" if topic == "name" else NOTED


def told_at_once(dice):
    """One to four things in one message, one of them asked for in the next."""
    facts = draw(dice, dice.one(1, 2, 3, 4))
    first = told(dice, facts)
    reply = acknowledge(*facts[0])
    topic, value = dice.choice(facts)
    messages = [user(first), assistant(reply), user(question(dice, topic)), assistant(answer(topic, value))]
    return Chat(messages, holds(value))


def told_over_turns(dice):
    """A thing a turn, small talk in between."""
    facts = draw(dice, dice.one(1, 2, 3))
    messages = []
    for fact in facts:
        messages += [user(tell(dice, *fact)), assistant(acknowledge(*fact))]
        if dice.maybe(0.3):
            messages += identity.small_talk(dice).messages
    topic, value = dice.choice(facts)
    messages += [user(question(dice, topic)), assistant(answer(topic, value))]
    return Chat(messages, holds(value))


def told_in_question(dice):
    """Facts and the question in the same message."""
    facts = draw(dice, dice.one(1, 2, 3))
    topic, value = dice.choice(facts)
    text = told(dice, facts) + " " + question(dice, topic)
    return ask(text, answer(topic, value), holds(value))


def changed(dice):
    """The later word counts."""
    topic, old = draw(dice, 1)[0]
    new = TOPICS[topic][0](dice)
    text = dice.one("No, wait. {}", "Sorry, I was wrong. {}", "Correction: {}").format(tell(dice, topic, new))
    messages = [user(tell(dice, topic, old)), assistant(acknowledge(topic, old)), user(text), assistant(NOTED),
                user(question(dice, topic)), assistant(answer(topic, new))]
    return Chat(messages, holds(new))


def about_people(dice):
    """Who has, likes or does what, from a short text."""
    kind = dice.choice([
        ("{n} lives in {v}.", "Where does {n} live?", "{n} lives in {v}.", lambda: dice.place()),
        ("{n} has a {v}.", "What does {n} have?", "{n} has a {v}.", lambda: dice.thing()),
        ("{n} likes {v}.", "What does {n} like?", "{n} likes {v}.", lambda: dice.food()),
        ("{n} is a {v}.", "What is {n}'s job?", "{n} is a {v}.", lambda: dice.job()),
        ("{n} is {v} years old.", "How old is {n}?", "{n} is {v} years old.", lambda: dice.number(4, 99)),
        ("The {n} costs {v} euros.", "How much is the {n}?", "The {n} costs {v} euros.", lambda: dice.number(1, 300)),
        ("The {n} is {v}.", "What colour is the {n}?", "The {n} is {v}.", lambda: dice.colour()),
    ])
    say, asked, reply, draw_value = kind
    draw_name = dice.thing if "The {n}" in say else dice.name
    people = dice.several(draw_name, dice.one(1, 2, 3, 4))
    values = [draw_value() for _ in people]
    text = " ".join(say.format(n=n, v=v) for n, v in zip(people, values))
    n, v = dice.choice(list(zip(people, values)))
    joined = dice.one(" ", "\n\n").join([text, asked.format(n=n)])
    return ask(joined, reply.format(n=n, v=v), holds(v))


def from_system(dice):
    """Facts given by the system prompt."""
    topic = dice.one("code", "password", "meeting")
    value = TOPICS[topic][0](dice)
    name, place = dice.name(), dice.place()
    chat = dice.choice([
        (f"The user's name is {name}.", "What is my name?", f"Your name is {name}.", name),
        (f"The user lives in {place}.", "Where do I live?", f"You live in {place}.", place),
        (tell(dice, topic, value).replace("My", "The user's").replace("I have", "The user has"), question(dice, topic),
         answer(topic, value), value),
    ])
    told, asked, reply, key = chat
    opening = dice.one("", "You are a helpful assistant. ", "You are Ember. ")
    return Chat([system(opening + told), user(asked), assistant(reply)], holds(key))


SKILLS = {"told at once": told_at_once, "told over turns": told_over_turns, "told in the question": told_in_question,
          "changed": changed, "about people": about_people, "from the system prompt": from_system}
