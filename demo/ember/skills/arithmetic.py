"""Small sums with their steps, comparisons, and the calendar."""

from skills.base import ask, ends_with, holds
from skills.lists import MONTH_DAYS, MONTHS, WEEKDAYS

ASKS = ["What is {}?", "Calculate {}.", "{}", "{} =", "How much is {}?", "Compute {}", "What's {}?", "{}?", "Work out {}."]


def spoken(dice, a, sign, b):
    words = {"+": "plus", "-": "minus", "×": "times"}
    shown = {"×": dice.one("×", "*", "x")}.get(sign, sign)
    form = dice.one("{a} {s} {b}", "{a}{s}{b}", "{a} {w} {b}", "{a} {s} {b}").format(a=a, s=shown, w=words[sign], b=b)
    return dice.choice(ASKS).format(form)


def worked(sum_text, steps, result):
    """The steps when there are any, then the sum with its result."""
    last = f"{sum_text} = {result}."
    return f"{'; '.join(steps)}; so {last}" if steps else last


def add(dice):
    top = dice.one(10, 20, 100, 100, 300)
    a, b = dice.number(0, top), dice.number(0, top)
    steps = []
    if max(a, b) > 20:
        parts = []
        for unit in (100, 10, 1):
            x, y = a // unit % 10 * unit, b // unit % 10 * unit
            if x or y:
                steps.append(f"{x} + {y} = {x + y}")
                parts.append(x + y)
        total = parts[0] if parts else 0
        for part in parts[1:]:
            steps.append(f"{total} + {part} = {total + part}")
            total += part
    return ask(spoken(dice, a, "+", b), worked(f"{a} + {b}", steps, a + b), ends_with(a + b))


def subtract(dice):
    top = dice.one(10, 20, 100)
    a, b = sorted((dice.number(0, top), dice.number(0, top)), reverse=True)
    steps = []
    if a > 20 and b >= 10:
        tens = b // 10 * 10
        steps.append(f"{a} - {tens} = {a - tens}")
        if b % 10:
            steps.append(f"{a - tens} - {b % 10} = {a - b}")
    return ask(spoken(dice, a, "-", b), worked(f"{a} - {b}", steps, a - b), ends_with(a - b))


def multiply(dice):
    a, b = dice.number(1, 12), dice.number(1, 10)
    steps = []
    if dice.maybe(0.4):
        a, b = dice.number(12, 99), dice.number(2, 9)
        tens, ones = a // 10 * 10, a % 10
        steps = [f"{tens} × {b} = {tens * b}"]
        if ones:
            steps += [f"{ones} × {b} = {ones * b}", f"{tens * b} + {ones * b} = {a * b}"]
    return ask(spoken(dice, a, "×", b), worked(f"{a} × {b}", steps, a * b), ends_with(a * b))


def word_problem(dice):
    name, thing = dice.name(), dice.thing() + "s"
    a, b = dice.number(2, 20), dice.number(1, 20)
    if dice.maybe():
        story = dice.one(f"{name} has {a} {thing} and gets {b} more.", f"{name} has {a} {thing}. A friend gives {name} {b} more.",
                         f"There are {a} {thing} in one box and {b} in another.")
        sign, result = "+", a + b
    else:
        a, b = max(a, b) + 1, min(a, b)
        story = dice.one(f"{name} has {a} {thing} and loses {b}.", f"{name} had {a} {thing} and gave away {b}.",
                         f"There were {a} {thing}, but {b} are broken.")
        sign, result = "-", a - b
    asked = dice.one(f"How many {thing} are there now?", f"How many {thing} is that?", f"How many {thing} are left?"
                     if sign == "-" else "How many is that together?")
    return ask(f"{story} {asked}", f"{a} {sign} {b} = {result}. The answer is {result}.", ends_with(result))


def compare(dice):
    top = dice.one(10, 100, 1000)
    a, b = dice.several(lambda: dice.number(0, top), 2)
    larger = dice.maybe()
    word = dice.one("larger", "bigger", "greater") if larger else dice.one("smaller", "less")
    result = max(a, b) if larger else min(a, b)
    if dice.maybe(0.3):
        truth = (a > b) == larger
        return ask(f"Is {a} {word} than {b}?", f"{'Yes' if truth else 'No'}, {a} is {'larger' if a > b else 'smaller'} than {b}.",
                   holds("yes" if truth else "no"))
    question = dice.one(f"Which is {word}, {a} or {b}?", f"Which number is {word}: {a} or {b}?", f"What is {word}, {a} or {b}?")
    return ask(question, f"{result} is {'larger' if larger else 'smaller'} than {min(a, b) if larger else max(a, b)}.",
               lambda reply: reply.startswith(str(result) + " "))


def even_or_odd(dice):
    number = dice.number(0, dice.one(20, 100, 999))
    kind = "even" if number % 2 == 0 else "odd"
    return ask(dice.one(f"Is {number} even or odd?", f"Is the number {number} odd or even?"), f"{number} is {kind}.", holds(kind))


def next_number(dice):
    step, start = dice.one(1, 1, 2, 5, 10), dice.number(0, 60)
    if dice.maybe():
        after = dice.maybe()
        result = start + 1 if after else start
        question = f"What number comes {'after' if after else 'before'} {start if after else start + 1}?"
        return ask(question, f"{result}", ends_with(result))
    shown = ", ".join(str(start + step * i) for i in range(4))
    return ask(dice.one(f"What comes next: {shown}?", f"Continue: {shown}"), f"{start + step * 4}", ends_with(start + step * 4))


def calendar(dice):
    """Days and months before and after, and how long a month is."""
    names, unit = dice.one((WEEKDAYS, "day"), (MONTHS, "month"))
    at, step = dice.randrange(len(names)), dice.one(1, 1, 1, 2, 3)
    if unit == "month" and dice.maybe(0.3):
        days = str(MONTH_DAYS[at])
        extra = ", in leap years 29" if at == 1 else ""
        return ask(dice.one(f"How many days has {names[at]}?", f"How many days are in {names[at]}?"),
                   f"{names[at]} has {days} days{extra}.", holds(days))
    sign = dice.one(1, -1)
    side = "after" if sign == 1 else "before"
    path = [names[(at + sign * i) % len(names)] for i in range(step + 1)]
    question = f"Which {unit} is {step} {unit}s {side} {path[0]}?" if step > 1 else dice.one(
        f"Which {unit} comes {side} {path[0]}?", f"What {unit} is {side} {path[0]}?", f"What comes {side} {path[0]}?")
    middle = f"{', '.join(path)}. " if step > 1 else ""
    return ask(question, f"{middle}{'It is ' if step > 1 else ''}{path[-1]}.", ends_with(path[-1]))


SKILLS = {"add": add, "subtract": subtract, "multiply": multiply, "word problem": word_problem, "compare": compare,
          "even or odd": even_or_odd, "next number": next_number, "calendar": calendar}
