"""What tools return, and how Ember tells it."""

from chat import dumps
from skills import lists

# A field: its names, and how its value is drawn.
FIELDS = [
    (["temperature", "temp", "degrees"], lambda d: d.number(-20, 40)),
    (["condition", "weather", "sky"], lambda d: d.choice(lists.SKIES)),
    (["status", "state"], lambda d: d.choice(lists.STATES)),
    (["price", "total", "cost"], lambda d: d.number(1, 2000)),
    (["count", "number", "items"], lambda d: d.number(0, 99)),
    (["time", "arrival", "start"], lambda d: d.time()),
    (["date", "day"], lambda d: d.date()),
    (["name", "owner", "winner"], lambda d: d.name()),
    (["city", "location"], lambda d: d.place()),
    (["code", "order_id", "ticket"], lambda d: d.code()),
    (["result", "answer", "sum"], lambda d: d.number(0, 5000)),
    (["text", "translation", "word"], lambda d: d.word()),
    (["wind_speed", "speed", "humidity"], lambda d: d.number(0, 100)),
    (["success", "available"], lambda d: d.maybe()),
    (["hobby"], lambda d: d.choice(lists.HOBBIES)),
    (["color"], lambda d: d.colour()),
]


def spoken_result(value):
    """A result in words: the rule by which every tool's answer is told."""
    if isinstance(value, dict):
        if "error" in value:
            return f"That didn't work: {value['error']}."
        parts = [f"the {key.replace('_', ' ')} is {dumps(item) if isinstance(item, (bool, list)) else item}" for key, item in value.items()]
        text = " and ".join(parts)
        return text[:1].upper() + text[1:] + "."
    return f"The result is {value}."


def result(dice):
    """(What the tool returns as text, what Ember says of it, the key words)."""
    if dice.maybe(0.12):
        error = dice.one("not found", "no connection", "unknown place", "access denied", "timeout")
        value = {"error": error}
        return dumps(value), spoken_result(value), [error]
    if dice.maybe(0.25):
        sky, degrees = dice.choice(lists.SKIES), dice.number(-20, 40)
        value = dice.one(dice.quantity(), dice.word(), dice.code(), dice.time(), dice.full_name(), f"{dice.word()} {dice.word()}",
                         f"{degrees}°C and {sky}", f"{sky}, {degrees} degrees")
        return str(value), spoken_result(value), [value]
    value = {}
    for _ in range(dice.one(1, 2, 2, 3)):
        names, draw = dice.choice(FIELDS)
        value[dice.choice(names)] = draw(dice)
    return dumps(value), spoken_result(value), [item for item in value.values() if not isinstance(item, bool)]
