"""Tools to be offered: everyday ones in many spellings, and composed ones nobody has seen.

Each comes with a request in words that needs it, and the arguments to be found in that request.
"""

from dataclasses import dataclass

from skills import lists
from skills.base import casual

# A parameter: its spellings, how a value is drawn, its JSON type, how it may be described.
PARAMETERS = {
    "city": (["city", "location", "place", "town"], lambda d: d.place(), "string", ["The city", "Name of the city", "City name"]),
    "person": (["person", "name", "to", "recipient", "who"], lambda d: d.name(), "string", ["Name of the person", "Who it is for"]),
    "date": (["date", "day", "when"], lambda d: d.date(), "string", ["The date", "Which day"]),
    "time": (["time", "at", "hour"], lambda d: d.time(), "string", ["The time", "Time of day"]),
    "count": (["count", "number", "n", "amount", "quantity"], lambda d: d.number(2, 60), "integer", ["How many", "The number"]),
    "minutes": (["minutes", "duration", "length"], lambda d: d.number(2, 90), "integer", ["How long, in minutes", "Duration in minutes"]),
    "price": (["price", "max_price", "budget", "cost"], lambda d: d.number(5, 900), "integer", ["Price in euros", "The highest price"]),
    "color": (["color", "colour"], lambda d: d.colour(), "string", ["The colour", "Which color"]),
    "code": (["code", "id", "key", "order_id", "number"], lambda d: d.code(), "string", ["The code", "The identifier"]),
    "room": (["room", "place", "location"], lambda d: d.choice(lists.ROOMS), "string", ["Which room", "The room"]),
    "email": (["email", "to", "address"], lambda d: d.email(), "string", ["Mail address", "Where to send it"]),
    "animal": (["animal", "species", "kind"], lambda d: d.animal(), "string", ["Which animal", "The animal"]),
    "food": (["food", "dish", "meal", "item"], lambda d: d.food(), "string", ["What to eat", "The dish"]),
    "item": (["item", "product", "thing", "article"], lambda d: d.thing(), "string", ["The item", "What it is about"]),
    "text": (["text", "message", "content", "body"], lambda d: f"{d.word()} {d.word()} {d.word()}", "string", ["The text", "What to say"]),
    "word": (["word", "query", "q", "term"], lambda d: d.word(), "string", ["The word", "What to look for"]),
    "language": (["language", "target", "to", "lang"], lambda d: d.choice(lists.LANGUAGES), "string",
                 ["Target language", "The language"]),
    "from": (["from", "origin", "start"], lambda d: d.place(), "string", ["Where it starts"]),
    "to": (["to", "destination", "end"], lambda d: d.place(), "string", ["Where it ends"]),
    "a": (["a", "x", "first", "left"], lambda d: d.number(0, 200), "number", ["First number"]),
    "b": (["b", "y", "second", "right"], lambda d: d.number(0, 200), "number", ["Second number"]),
    "expression": (["expression", "expr", "formula", "input"], lambda d: f"{d.number(2, 99)} {d.one('+', '-', '*', '/')} {d.number(2, 99)}",
                   "string", ["What to calculate", "Expression to evaluate"]),
}

# Names, descriptions, the parameters, and requests that mention all of them.
EVERYDAY = [
    (["get_weather", "weather", "getWeather", "current_weather", "get_current_weather", "weather_lookup"],
     ["Get the weather in a city", "Current weather for a place", "Returns the weather", "Get current weather"], ["city"],
     ["What's the weather in {city}?", "What is the weather like in {city}?", "How is the weather in {city}?", "Weather in {city}?",
      "Is it raining in {city}?", "How warm is it in {city}?", "Tell me the weather in {city}."]),
    (["get_forecast", "forecast", "weather_forecast"], ["Weather forecast for a day"], ["city", "date"],
     ["What will the weather be in {city} on {date}?", "Forecast for {city} on {date}, please."]),
    (["get_time", "current_time", "get_current_time", "clock"], ["Get the current time in a city", "Local time of a place"], ["city"],
     ["What time is it in {city}?", "Tell me the time in {city}.", "What's the time in {city} now?"]),
    (["calculate", "calculator", "evaluate", "calc"], ["Evaluate an expression", "A calculator", "Calculate a formula"], ["expression"],
     ["Calculate {expression}.", "What is {expression}?", "Work out {expression}.", "Use the calculator: {expression}"]),
    (["add", "add_numbers", "sum"], ["Add two numbers", "Returns the sum of two numbers"], ["a", "b"],
     ["Add {a} and {b}.", "What is {a} plus {b}?", "What is the sum of {a} and {b}?"]),
    (["multiply", "multiply_numbers", "product"], ["Multiply two numbers"], ["a", "b"],
     ["Multiply {a} by {b}.", "What is {a} times {b}?", "What is the product of {a} and {b}?"]),
    (["search", "web_search", "search_web", "lookup"], ["Search the web", "Look something up"], ["word"],
     ["Search for {word}.", "Look up {word}.", "Search the web for {word}.", "Find pages about {word}."]),
    (["send_email", "sendMail", "email", "mail"], ["Send an email", "Sends a mail"], ["email", "text"],
     ["Send a mail to {email} saying {text}.", "Email {email}: {text}.", "Write to {email} that {text}."]),
    (["send_message", "sendMessage", "text_someone", "message"], ["Send a message to a person"], ["person", "text"],
     ["Tell {person}: {text}.", "Send {person} the message {text}.", "Message {person} saying {text}."]),
    (["set_timer", "timer", "start_timer", "setTimer"], ["Set a timer", "Starts a countdown"], ["minutes"],
     ["Set a timer for {minutes} minutes.", "Start a timer of {minutes} minutes.", "Wake me in {minutes} minutes."]),
    (["set_alarm", "alarm", "setAlarm"], ["Set an alarm"], ["time"],
     ["Set an alarm for {time}.", "Wake me at {time}.", "Put an alarm at {time}, please."]),
    (["add_event", "create_event", "calendar_add", "schedule"], ["Add an event to the calendar", "Schedule a meeting"],
     ["person", "date", "time"],
     ["Schedule a meeting with {person} on {date} at {time}.", "Put {person} in my calendar on {date} at {time}.",
      "Meeting with {person}, {date}, {time}, please."]),
    (["translate", "translate_text", "translator"], ["Translate a text", "Translates a word into a language"], ["word", "language"],
     ["Translate {word} into {language}.", "What is {word} in {language}?", "How do you say {word} in {language}?"]),
    (["book_flight", "find_flight", "flights", "search_flights"], ["Find a flight", "Book a flight between two cities"],
     ["from", "to", "date"],
     ["Book a flight from {from} to {to} on {date}.", "I want to fly from {from} to {to} on {date}.",
      "Flights from {from} to {to}, {date}?"]),
    (["find_route", "directions", "route", "get_directions"], ["Find the way between two places"], ["from", "to"],
     ["How do I get from {from} to {to}?", "Find the way from {from} to {to}.", "Route from {from} to {to}, please."]),
    (["book_hotel", "find_hotel", "hotels"], ["Book a hotel room"], ["city", "date"],
     ["Book a hotel in {city} for {date}.", "I need a hotel in {city} on {date}."]),
    (["order_food", "order_meal", "orderFood", "delivery"], ["Order food"], ["food", "count"],
     ["Order {count} portions of {food}.", "I'd like {count} times {food}.", "Get me {food} for {count} people."]),
    (["track_order", "order_status", "get_order", "trackParcel"], ["Where an order is", "Get the status of an order"], ["code"],
     ["Where is my order {code}?", "Track order {code}.", "What is the status of {code}?"]),
    (["get_price", "price_of", "product_price"], ["Price of a product"], ["item"],
     ["How much is the {item}?", "What does a {item} cost?", "Price of a {item}?"]),
    (["add_to_cart", "cart_add", "buy"], ["Put products into the cart"], ["item", "count"],
     ["Put {count} {item}s into my cart.", "Buy {count} {item}s.", "Add {count} {item}s to the cart."]),
    (["add_todo", "create_task", "todo_add", "addTask"], ["Add a task to the list", "Creates a to-do"], ["text"],
     ["Add {text} to my to-do list.", "New task: {text}.", "Remind me to {text}."]),
    (["save_note", "create_note", "note"], ["Save a note"], ["text"],
     ["Note this: {text}.", "Save a note saying {text}.", "Write down {text}."]),
    (["set_light", "switch_light", "light"], ["Set the colour of a lamp"], ["room", "color"],
     ["Make the light in the {room} {color}.", "Set the {room} light to {color}."]),
    (["set_temperature", "thermostat", "heat"], ["Set the temperature of a room"], ["room", "count"],
     ["Set the {room} to {count} degrees.", "Make it {count} degrees in the {room}."]),
    (["get_population", "population"], ["Number of people in a city"], ["city"],
     ["How many people live in {city}?", "What is the population of {city}?"]),
    (["roll_dice", "dice", "roll"], ["Roll dice"], ["count"], ["Roll {count} dice.", "Throw {count} dice, please."]),
    (["get_user", "find_user", "lookup_user"], ["Find a user by name"], ["person"],
     ["Find the user {person}.", "Look up the user {person}.", "Who is the user {person}?"]),
    (["play_music", "play", "playSong"], ["Play music by an artist"], ["person"],
     ["Play something by {person}.", "Play music by {person}."]),
    (["animal_fact", "animal_info", "describe_animal"], ["Facts about an animal"], ["animal"],
     ["Look up the {animal}.", "Get a fact about the {animal}.", "Fetch what is known about the {animal}."]),
]

VERBS = """book cancel order find open send start stop check rent repair paint clean lock measure print call delete create show track wash
sell buy borrow return move charge scan sign hide wrap polish inspect name""".split()
PHRASES = {"city": ["in {city}"], "person": ["for {person}"], "date": ["on {date}"], "time": ["at {time}"],
           "minutes": ["for {minutes} minutes"], "color": ["in {color}"], "code": ["with the code {code}", "number {code}"],
           "price": ["for {price} euros"],
           "email": ["and tell {email}"], "count": ["{count} times"], "room": ["in the {room}"]}
OPTIONAL = {"unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}, "limit": {"type": "integer"}, "verbose": {"type": "boolean"},
            "format": {"type": "string", "enum": ["short", "long"]}, "note": {"type": "string"}}
LEADS = ["{}.", "Please {}.", "Can you {}?", "I want to {}.", "Could you {}?", "{} please"]


@dataclass
class Tool:
    """An offered tool with a request for it; `requests` and `parameters` make further requests of the same kind."""

    intent: str
    name: str
    schema: dict
    requests: list
    parameters: dict  # our key: its spelling in the schema
    request: str = ""
    arguments: dict = None

    def together(self, dice):
        """(One request for two values, this tool's two calls), for tools with a single parameter."""
        (key, spelling), = self.parameters.items()
        values = dice.several(lambda: PARAMETERS[key][1](dice), 2)
        request = dice.choice(self.requests).format(**{key: f"{values[0]} and {values[1]}"})
        return casual(dice, request), [{"name": self.name, "arguments": {spelling: value}} for value in values]

    def again(self, dice):
        """The same tool, asked for with other values."""
        values = {key: PARAMETERS[key][1](dice) for key in self.parameters}
        request = casual(dice, dice.choice(self.requests).format(**values))
        arguments = {spelling: values[key] for key, spelling in self.parameters.items()}
        return Tool(self.intent, self.name, self.schema, self.requests, self.parameters, request, arguments)


def tool(dice):
    """Any tool with a request for it."""
    return everyday(dice) if dice.maybe(0.55) else composed(dice)


def everyday(dice):
    names, descriptions, keys, requests = dice.choice(EVERYDAY)
    return build(dice, names[0], dice.choice(names), dice.choice(descriptions), keys, requests)


def composed(dice):
    """A verb, an object, some details; the name tells it, or only the description does."""
    verb, thing = dice.choice(VERBS), dice.thing()
    keys = dice.sample(list(PHRASES), dice.one(1, 1, 2, 2, 3))
    action = f"{verb} the {thing} " + " ".join(dice.choice(PHRASES[key]) for key in keys)
    requests = [lead.format(action) for lead in LEADS]
    requests = [text[0].upper() + text[1:] for text in requests]
    plain_name = dice.one(f"{verb}_{thing}", f"{verb}{thing.capitalize()}", f"{thing}_{verb}", f"do_{verb}_{thing}")
    name = dice.one(plain_name, plain_name, plain_name, dice.made_up(2), f"{plain_name}_{dice.number(1, 99)}", f"{dice.made_up(2)}_{verb}")
    description = dice.one(f"{verb.capitalize()} the {thing}", f"{verb.capitalize()} a {thing}", f"Use this to {verb} a {thing}")
    return build(dice, f"{verb} {thing}", name, description, keys, requests)


def build(dice, intent, name, description, keys, requests):
    spellings = {}
    for key in keys:
        free = [spelling for spelling in PARAMETERS[key][0] if spelling not in spellings.values()]
        spellings[key] = free[0] if dice.maybe() else dice.choice(free)
    properties = {spellings[key]: described(dice, key) for key in keys}
    required = list(properties)
    if dice.maybe(0.15):
        extra = dice.choice(list(OPTIONAL))
        properties[extra] = OPTIONAL[extra]
    parameters = {"type": "object", "properties": properties}
    if dice.maybe(0.85):
        parameters["required"] = required
    if dice.maybe(0.25):
        parameters["additionalProperties"] = False
    if dice.maybe(0.05):
        parameters["$schema"] = "http://json-schema.org/draft-07/schema#"
    function = {"name": name, "description": description, "parameters": reordered(dice, parameters)}
    if dice.maybe(0.15):
        function["strict"] = True
    return Tool(intent, name, {"type": "function", "function": reordered(dice, function)}, requests, spellings).again(dice)


def reordered(dice, value):
    """The same keys, now and then in another order: clients write them as they like."""
    return dict(dice.sample(list(value.items()), len(value))) if dice.maybe(0.2) else value


def described(dice, key):
    _, _, kind, descriptions = PARAMETERS[key]
    schema = {"type": "number" if kind == "integer" and dice.maybe(0.3) else kind}
    return {**schema, "description": dice.choice(descriptions)} if dice.maybe(0.4) else schema
