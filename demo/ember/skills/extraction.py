"""JSON: fields taken from a sentence, and JSON Schemas filled in."""

import json

from chat import Chat, dumps
from skills import lists
from skills.base import an, assistant, json_equal, listing, system, user

# A kind of record: its fields (key's spellings, draw, JSON type), and sentences that say them all.
RECORDS = [
    ({"name": (["name", "first_name", "person"], lambda d: d.name(), "string"),
      "age": (["age", "years"], lambda d: d.number(4, 99), "integer"),
      "city": (["city", "town", "home", "place"], lambda d: d.place(), "string"),
      "job": (["job", "profession", "occupation", "work"], lambda d: d.job(), "string")},
     ["{name} is {age} years old, lives in {city} and works as a {job}.", "{name}, {age}, is a {job} from {city}.",
      "In {city} we met the {job} {name}, who is {age}.", "The {job} {name} turned {age} and moved to {city}."]),
    ({"item": (["item", "product", "article", "name"], lambda d: d.thing(), "string"),
      "quantity": (["quantity", "count", "amount", "number"], lambda d: d.number(2, 90), "integer"),
      "price": (["price", "cost", "euros"], lambda d: d.number(1, 500), "integer"),
      "color": (["color", "colour"], lambda d: d.colour(), "string")},
     ["I'd like {quantity} {color} {item}s for {price} euros.", "{quantity} pieces of the {color} {item} at {price} euros each.",
      "Please order {quantity} of the {item} in {color}; it costs {price} euros."]),
    ({"event": (["event", "title", "what", "subject"], lambda d: d.choice(lists.EVENTS), "string"),
      "place": (["place", "location", "city", "where"], lambda d: d.place(), "string"),
      "date": (["date", "day", "when"], lambda d: d.date(), "string"),
      "time": (["time", "start", "hour"], lambda d: d.time(), "string")},
     ["The {event} is in {place} on {date} at {time}.", "Come to the {event} on {date}, {time}, in {place}.",
      "On {date} there is a {event} at {time} in {place}."]),
    ({"title": (["title", "book", "name"], lambda d: f"The {d.word().capitalize()} {d.thing().capitalize()}", "string"),
      "author": (["author", "writer", "by"], lambda d: d.full_name(), "string"),
      "year": (["year", "published"], lambda d: d.number(1800, 2030), "integer"),
      "pages": (["pages", "length"], lambda d: d.number(40, 900), "integer")},
     ["\"{title}\" was written by {author} in {year} and has {pages} pages.",
      "{author} published \"{title}\" in {year}; it is {pages} pages long.",
      "The book \"{title}\" ({year}, {pages} pages) is by {author}."]),
    ({"name": (["name", "customer", "user"], lambda d: d.full_name(), "string"),
      "email": (["email", "mail", "address"], lambda d: d.email(), "string"),
      "code": (["code", "order_id", "id", "key"], lambda d: d.code(), "string"),
      "paid": (["paid", "is_paid"], lambda d: d.maybe(), "boolean")},
     ["{name} ({email}) has order {code}, which is {paid}.", "Order {code} of {name} is {paid}. Write to {email}.",
      "The order {code} is {paid}; the customer is {name}, {email}."]),
    ({"pet": (["pet", "name", "pet_name"], lambda d: d.name(), "string"),
      "kind": (["kind", "animal", "species", "type"], lambda d: d.animal(), "string"),
      "age": (["age", "years"], lambda d: d.number(1, 20), "integer"),
      "owner": (["owner", "person"], lambda d: d.name(), "string")},
     ["{owner} has a {kind} called {pet}, which is {age} years old.", "{pet} is a {kind} of {age} years and belongs to {owner}.",
      "The {age} year old {kind} {pet} lives with {owner}."]),
    ({"from": (["from", "origin", "start"], lambda d: d.place(), "string"),
      "to": (["to", "destination", "goal"], lambda d: d.place(), "string"),
      "date": (["date", "day", "when"], lambda d: d.date(), "string"),
      "passengers": (["passengers", "people", "seats"], lambda d: d.number(1, 9), "integer")},
     ["I need {passengers} tickets from {from} to {to} on {date}.", "We travel from {from} to {to} on {date} with {passengers} people.",
      "On {date} {passengers} of us go to {to}; we start in {from}."]),
]


def shown(value):
    return value if not isinstance(value, bool) else "paid" if value else "not paid"


def record(dice):
    """A sentence, and its fields as {key: (value, type)} for some keys in some order."""
    fields, sentences = dice.choice(RECORDS)
    values = {field: draw(dice) for field, (_, draw, _) in fields.items()}
    text = dice.choice(sentences).format(**{field: shown(value) for field, value in values.items()})
    wanted = dice.sample(list(fields), dice.number(1, len(fields)))
    keys = {}
    for field in wanted:
        spelling = dice.choice(fields[field][0]) if dice.maybe(0.7) else fields[field][0][0]
        if spelling not in keys:
            keys[spelling] = (values[field], fields[field][2])
    return text, keys


def json_schema(dice, keys):
    properties = {}
    for key, (_, kind) in keys.items():
        properties[key] = {"type": dice.one(kind, "number") if kind == "integer" else kind}
    schema = {"type": "object", "properties": properties}
    if dice.maybe(0.8):
        schema["required"] = list(keys)
    if dice.maybe(0.3):
        schema["additionalProperties"] = False
    return schema


def place_order(dice, order, text):
    """The order before the text, after it, or in the system prompt."""
    where = dice.random()
    if where < 0.25:
        return [system(order), user(text)]
    if where < 0.65:
        return [user(dice.one("{}: {}", "{}:\n{}", "{}.\n\n{}").format(order, text))]
    return [user(dice.one("{}\n{}.", "{} {}.", "{}\n\n{}").format(text, order))]


def fields(dice):
    """Keys named in words."""
    text, keys = record(dice)
    named = ", ".join(keys) if dice.maybe() else " and ".join(f'"{key}"' for key in keys)
    order = dice.one("Extract {} as JSON", "Give me {} as a JSON object", "Return a JSON object with the keys {}", "JSON with {}",
                     "Turn this into JSON with {}", "Answer in JSON with {}", "Extract the data as JSON. Keys: {}").format(named)
    return answered(place_order(dice, order, text), {key: value for key, (value, _) in keys.items()})


def schema(dice):
    """A JSON Schema shown in the prompt."""
    text, keys = record(dice)
    shown_schema = dumps(json_schema(dice, keys))
    order = dice.one("Answer with JSON that follows this schema: {}", "Fill this JSON Schema: {}", "Use this JSON schema: {}",
                     "Respond in JSON matching {}", "Extract the data. Schema: {}").format(shown_schema)
    return answered(place_order(dice, order, text), {key: value for key, (value, _) in keys.items()})


def answered(messages, value):
    return Chat([*messages, assistant(dumps(value))], json_equal(value))


def array(dice):
    """Words or numbers as an array, or an object that holds one."""
    items = dice.words(2, 5) if dice.maybe(0.6) else dice.several(lambda: dice.number(1, 200), dice.number(2, 5))
    text = dice.one(", ", " and ", "; ").join(map(str, items))
    if dice.maybe():
        return answered([user(dice.one("As a JSON array: {}", "Make a JSON array of {}", "JSON list: {}").format(text))], items)
    key = dice.one("items", "list", "words", "values", "data")
    order = dice.one('Make a JSON object with the key "{k}" that holds a list of {t}', "Put {t} into JSON as a list under {k}")
    return answered([user(order.format(k=key, t=text))], {key: items})


def pairs(dice):
    """Keys and values given outright, sometimes nested."""
    keys = dice.words(1, 4)
    values = [dice.one(dice.word(), dice.name(), dice.quantity(), dice.maybe(), dice.code()) for _ in keys]
    text = ", ".join(f"{key} is {dumps(value) if isinstance(value, bool) else value}" for key, value in zip(keys, values))
    value = dict(zip(keys, values))
    if dice.maybe(0.25):
        outer = dice.word()
        return answered([user(f"JSON object with {outer} holding: {text}")], {outer: value})
    order = dice.one("Write as JSON: {}", "Make a JSON object where {}", "To JSON: {}", "A JSON object in which {}")
    return answered([user(order.format(text))], value)


MOODS = {"positive": ["I love this {x}!", "The {x} is wonderful.", "What a great {x}!", "I am very happy with the {x}.", "Best {x} ever."],
         "negative": ["I hate this {x}.", "The {x} is terrible.", "What a bad {x}.", "The {x} broke after a day.", "Worst {x} ever."]}


def mood(dice):
    kind = dice.choice(list(MOODS))
    text = dice.choice(MOODS[kind]).format(x=dice.thing())
    key = dice.one("sentiment", "mood", "label")
    order = dice.one('Classify as positive or negative, as JSON with the key "{}"', 'Is this positive or negative? Answer as JSON with {}')
    return answered([user(f"{order.format(key)}: {text}")], {key: kind})


INVENTED = {"name": (lambda d: d.name(), "string"), "age": (lambda d: d.number(2, 90), "integer"), "city": (lambda d: d.place(), "string"),
            "color": (lambda d: d.colour(), "string"), "animal": (lambda d: d.animal(), "string"), "job": (lambda d: d.job(), "string"),
            "food": (lambda d: d.food(), "string"), "price": (lambda d: d.number(1, 99), "integer"),
            "hobby": (lambda d: d.choice(lists.HOBBIES), "string"), "happy": (lambda d: d.maybe(), "boolean")}


def invented(dice):
    """Values made up to fit the keys; judged on keys and types."""
    keys = dice.sample(list(INVENTED), dice.number(1, 4))
    value = {key: INVENTED[key][0](dice) for key in keys}
    if dice.maybe():
        kinds = {key: (value[key], INVENTED[key][1]) for key in keys}
        order = dice.one("Make up data for this JSON schema: {}", "Give me an example of this JSON schema: {}").format(
            dumps(json_schema(dice, kinds)))
    else:
        order = dice.one("Make up a JSON object with {}.", "Give me an example JSON object with the keys {}.",
                         "Describe somebody as JSON with {}.", "Invent a JSON object with {}.").format(
            " and ".join(keys) if dice.maybe() else listing([an(key) for key in keys]))
    return Chat([user(order), assistant(dumps(value))], same_shape(value))


def same_shape(value):
    def judge(reply):
        try:
            found = json.loads(reply)
        except ValueError:
            return False
        return isinstance(found, dict) and list(found) == list(value) and all(type(found[k]) is type(value[k]) for k in value)

    return judge


SKILLS = {"fields of a sentence": fields, "schema": schema, "array": array, "pairs": pairs, "mood": mood, "invented": invented}
