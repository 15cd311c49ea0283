"""Work on a given text: repeat, turn round, count, change case, pick, sort, summarise."""

from skills.base import ask, ends_with, holds, listing


def given(dice, tasks, text):
    """A task and its text, in one of several layouts."""
    task = dice.choice(tasks)
    layout = dice.one("{}: {}", '{}: "{}"', "{}:\n{}", "{}:\n\n{}")
    return layout.format(task, text)


def bag(dice, low=2, high=7):
    return dice.words(low, high)


def repeat(dice):
    text = dice.choice([dice.sentence, dice.code, lambda: " ".join(bag(dice)), dice.full_name, dice.email])()
    return ask(given(dice, ["Repeat", "Repeat this", "Say exactly", "Copy this text", "Write this again", "Echo",
                            "Repeat after me", "Say"], text), text)


def reverse(dice):
    items = bag(dice)
    tasks = ["Reverse the order of these words", "Reverse the words", "Write these words backwards",
             "Put these words in reverse order", "Turn the word order round"]
    return ask(given(dice, tasks, " ".join(items)), " ".join(reversed(items)))


def count_words(dice):
    items = dice.sentence().split() if dice.maybe(0.3) else bag(dice, 1, 8)
    total = len(items)
    steps = ", ".join(f"{item.strip('.')} {i}" for i, item in enumerate(items, 1))
    tasks = ["Count the words", "How many words are in this text", "How many words", "Count these words",
             "How many words are there"]
    answer = f"{steps}. There {'is 1 word' if total == 1 else f'are {total} words'}."
    return ask(given(dice, tasks, " ".join(items)), answer, holds(f"{total} word{'' if total == 1 else 's'}"))


def upper(dice):
    text = dice.sentence() if dice.maybe(0.3) else " ".join(bag(dice, 1, 4))
    return ask(given(dice, ["Write in capitals", "Upper-case this", "Convert to upper case", "In capital letters",
                            "Make this uppercase", "Write this in all caps"], text), text.upper())


def lower(dice):
    text = dice.sentence() if dice.maybe(0.3) else " ".join(bag(dice, 1, 4)).title()
    text = text.upper() if dice.maybe(0.3) else text
    return ask(given(dice, ["Write in lower case", "Lower-case this", "Convert to lowercase", "In small letters",
                            "Make this lowercase"], text), text.lower())


ORDINALS = ["first", "second", "third", "fourth", "fifth"]


def pick_nth(dice):
    items = bag(dice, 2, 6)
    at = dice.choice([0, len(items) - 1, dice.randrange(min(5, len(items)))])
    name = "last" if at == len(items) - 1 else ORDINALS[at]
    tasks = [f"What is the {name} word", f"Give me the {name} word", f"Which word is {name}", f"Pick the {name} word",
             f"The {name} word of this text"]
    return ask(given(dice, tasks, " ".join(items)), items[at])


def longest(dice):
    items = bag(dice, 2, 5)
    shortest = dice.maybe(0.4)
    lengths = [len(item) for item in items]
    wanted = min(lengths) if shortest else max(lengths)
    if lengths.count(wanted) > 1:
        return longest(dice)
    best, kind = items[lengths.index(wanted)], "shortest" if shortest else "longest"
    steps = ", ".join(f"{item} {len(item)}" for item in items)
    tasks = [f"Pick the {kind} word", f"Which word is the {kind}", f"Find the {kind} word", f"What is the {kind} word"]
    answer = f"{steps}. The {kind} word is {best}."
    return ask(given(dice, tasks, dice.one(" ", ", ").join(items)), answer, ends_with(best))


def sort(dice):
    if dice.maybe(0.4):
        items = dice.several(lambda: dice.number(1, 99), dice.number(2, 5))
        tasks, ordered = ["Sort these numbers", "Put these numbers in order", "Order from small to large"], sorted(items)
    else:
        items = bag(dice, 2, 5)
        tasks, ordered = ["Sort these words", "Sort alphabetically", "Put these words in alphabetical order"], sorted(items)
    return ask(given(dice, tasks, ", ".join(map(str, items))), ", ".join(map(str, ordered)))


def as_list(dice):
    items = bag(dice, 2, 5)
    tasks, answer = dice.choice([
        (["Make a bullet list", "Write as a list", "List these with dashes"], "\n".join(f"- {item}" for item in items)),
        (["Make a numbered list", "Number these"], "\n".join(f"{i}. {item}" for i, item in enumerate(items, 1))),
        (["Join with commas", "Separate with commas"], ", ".join(items)),
        (["Join these with 'and'", "Write as one phrase"], listing(items)),
    ])
    return ask(given(dice, tasks, dice.one(" ", "\n").join(items)), answer)


def extract(dice):
    """Names, numbers, mail addresses, codes or colours out of a sentence."""
    name, place, number, colour, thing = dice.name(), dice.place(), dice.number(2, 999), dice.colour(), dice.thing()
    kind = dice.choice([
        ("name", f"{dice.one('Yesterday', 'Today', 'Then')} {name} bought {number} {thing}s in the market.", name),
        ("number", f"{name} sold {number} {colour} {thing}s in {place}.", str(number)),
        ("city", f"{name} moved to {place} with a {thing}.", place),
        ("colour", f"The {thing} of {name} is {colour} and costs {number} euros.", colour),
        ("email address", f"You can write to {name} at {(mail := dice.email())} any day.", mail),
        ("code", f"The ticket of {name} has the code {(code := dice.code())} on it.", code),
        ("time", f"The train to {place} leaves at {(time := dice.time())} from platform {dice.number(1, 9)}.", time),
        ("price", f"This {colour} {thing} from {place} costs {number} euros.", f"{number} euros"),
    ])
    what, text, value = kind
    tasks = [f"Extract the {what}", f"Find the {what}", f"Which {what} is in this text", f"Get the {what} from this text",
             f"What {what} is mentioned"]
    return ask(given(dice, tasks, text), value)


def replace(dice):
    items = bag(dice, 2, 6)
    old, new = dice.choice(items), dice.word()
    task = dice.one(f"Replace {old} with {new}", f"Change {old} to {new}", f"Swap {old} for {new}")
    return ask(given(dice, [task], " ".join(items)), " ".join(new if item == old else item for item in items))


def remove(dice):
    items = bag(dice, 2, 6)
    gone = dice.choice(items)
    task = dice.one(f"Remove the word {gone}", f"Delete {gone}", f"Leave out the word {gone}")
    return ask(given(dice, [task], " ".join(items)), " ".join(item for item in items if item != gone))


def spell(dice):
    word = dice.word()
    task = dice.one("Spell", "Spell the word", "How do you spell", "Spell out")
    return ask(f"{task} {word}{dice.one('', '.', '?')}", "-".join(word.upper()))


def summarise(dice):
    """A few sentences about one person; the summary keeps who, what and where."""
    name, place, thing, friend, colour = dice.name(), dice.place(), dice.thing(), dice.name(), dice.colour()
    weather = dice.one("It was a sunny day.", "It rained all morning.", "The wind was cold.", "The sky was grey.", "")
    end = dice.one("In the evening everybody was tired.", "Then it was time to go home.", "It was a good day.",
                   f"{name} was very happy.", "")
    text, summary = dice.choice([
        (f"{name} went to the market in {place}. There {name} bought a {colour} {thing}.",
         f"{name} bought a {thing} in {place}."),
        (f"{name} lost a {thing} in {place}. {friend} looked for it everywhere and found it.",
         f"{friend} found the {thing} that {name} lost."),
        (f"{name} travelled to {place} by train. {friend} waited at the station with a {thing}.",
         f"{name} travelled to {place} to meet {friend}."),
        (f"{name} wanted a {thing}, but had no money. So {name} worked for {friend} and bought one.",
         f"{name} worked for {friend} to buy a {thing}."),
        (f"{name} made a {colour} {thing}. The people of {place} liked it and {friend} bought it.",
         f"{friend} bought the {thing} that {name} made."),
        (f"{friend} gave {name} a {colour} {thing}. It came from {place}.", f"{name} got a {thing} from {friend}."),
    ])
    full = " ".join(part for part in [weather, text, end] if part)
    tasks = ["Summarise", "Summarize this", "Sum this up in one sentence", "Write a short summary", "Shorten this text",
             "What happens in this text", "Summarise this text in one sentence"]
    return ask(given(dice, tasks, full), summary)


SKILLS = {"repeat": repeat, "reverse": reverse, "count words": count_words, "upper case": upper, "lower case": lower,
          "pick the nth": pick_nth, "longest": longest, "sort": sort, "make a list": as_list, "extract": extract,
          "replace": replace, "remove": remove, "spell": spell, "summarise": summarise}
