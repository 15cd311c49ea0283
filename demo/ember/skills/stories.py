"""Short stories and poems from a grammar: a hero, a thing, a place, a helper, a small trouble and its end."""

from skills.base import an, ask, plain

PLACES = ["the old forest", "a small village", "a hut on a hill", "a house by the sea", "a cottage by a lake", "a quiet valley",
          "a town with narrow streets", "a cave on a green island", "a tall tower", "a cosy little house"]
TRAITS = ["brave", "curious", "kind", "shy", "cheerful", "clever", "gentle", "sleepy", "proud", "patient"]

OPENINGS = ["Once upon a time, {h} lived in {place}.", "Long ago, in {place}, there lived {h}.", "In {place} lived {h}.",
            "There once was {h} in {place}."]
LOVES = ["{n} was {t} and loved a {c} {x} more than anything.", "Everyone knew that {n} was {t}. {n} always carried a {c} {x}.",
         "{n} was {t} and dreamed of a {c} {x}.", "The {t} {n} had one treasure: a {c} {x}."]

# A plot is trouble, help and end that belong together.
PLOTS = [
    ("One morning the {x} was gone.", "{n} looked under the bed, behind the door and in the garden. Then {f} came by and pointed "
     "to a tree: there hung the {x}.", "{n} laughed and thanked {f}. From that day on they were friends."),
    ("One day the {x} broke.", "{n} sat down and cried. {f} heard it and brought some string and glue. Together they worked until "
     "the moon came up.", "In the morning the {x} was as good as new, and {n} shared it with {f}."),
    ("One night a storm blew the {x} away.", "{n} ran after it over hills and fields and met {f}, who had caught it.",
     "\"Is this yours?\" asked {f}. \"It is!\" said {n}. They drank hot tea until the storm was over."),
    ("One day {f} asked to borrow the {x}.", "{n} did not want to give it away at first. But {f} looked so sad that {n} said yes.",
     "In the evening {f} brought it back with a cake. {n} learned that sharing is sweet."),
    ("One evening {n} lost the way in the dark.", "{n} held up the {x} and called. {f} saw it shining and came to help.",
     "They walked home side by side, and the {x} got the best place on the shelf."),
    ("One day {n} heard that {f} was ill.", "{n} took the {x}, walked for three hours and knocked at the door.",
     "When {f} saw the {x}, {f} smiled for the first time in days. Soon all was well."),
    ("One summer the river rose and {f} was caught on a rock.", "{n} tied a rope to the {x} and threw it across the water. {f} held on "
     "tight, and {n} pulled.", "They were wet and cold, but safe. {n} was very proud of the {x}."),
    ("One day a big race was held.", "{n} came with the {x}, and everybody laughed. Only {f} said: \"You can do it!\"",
     "{n} ran and ran and won. {n} gave half of the prize to {f}."),
    ("One winter night it was very cold.", "{n} heard a knock. It was {f}, who had no home. {n} opened the door and gave {f} the {x}.",
     "In spring {f} planted a garden for {n}, the finest far and wide."),
]
MORALS = ["", "", "", " And they lived happily ever after.", " The end.", " That night {n} slept very well."]

ASK_STORY = ["Tell me a story about {s}.", "Write a short story about {s}.", "Write a story about {s}.", "Story about {s}, please.",
             "Can you tell me a story about {s}?", "I want a story about {s}.", "Please tell a short tale about {s}.",
             "Make up a story about {s}."]
ASK_ANY = ["Tell me a story.", "Write a short story.", "Tell me a bedtime story.", "Write me a story.", "A story, please.",
           "Can you tell a story?"]

ASK_POEM = ["Write a poem about {s}.", "Write a short poem about {s}.", "Make a rhyme about {s}.", "A poem about {s}, please.",
            "Can you write a poem about {s}?", "Tell me a poem about {s}."]
COUPLETS = [
    ("The {x} lay sleeping in the night,", "the moon above was round and bright."),
    ("I saw a {x} upon the hill,", "the wind was gone, the air was still."),
    ("A little {x} went out to play", "and laughed and danced the whole long day."),
    ("The {x} was small, the world was wide,", "the stars came out on every side."),
    ("Oh {x}, oh {x}, where have you been?", "In all the fields so fresh and green."),
    ("One morning in the golden sun", "the {x} and I had lots of fun."),
    ("The rain came down, the {x} got wet,", "a day that I will not forget."),
    ("My {x} is old, my {x} is dear,", "I keep it with me all the year."),
    ("When winter comes with ice and snow", "the {x} stays warm, as we all know."),
    ("I'd sail with you across the sea,", "my {x}, the waves, the wind and me."),
    ("The birds all sing, the {x} does too,", "the sky is wide, the sky is blue."),
    ("And when the day is at its end", "the {x} will always be my friend."),
]
NAMED_COUPLETS = [
    ("{n} had a {x}, so fine, so new,", "and carried it the whole day through."),
    ("{n} found a {x} beside the stream", "and thought it was a lovely dream."),
    ("{n} took the {x} and climbed a tree", "to see as far as one can see."),
    ("Then {n} sat down to rest a while,", "and held the {x} with half a smile."),
    ("\"Good night,\" said {n}, \"good night, my light,", "my {x} and I will sleep all night.\""),
]


def story(dice):
    name, friend = dice.several(dice.name, 2)
    thing, kind = dice.thing(), dice.one("", "", dice.animal())
    trouble, help_, end = dice.choice(PLOTS)
    hero = f"{an(kind)} named {name}" if kind else f"{name}"
    asked = dice.random()
    if asked < 0.15:
        question = dice.choice(ASK_ANY)
    elif asked < 0.5:
        question = dice.choice(ASK_STORY).format(s=dice.one(f"{hero} and {an(thing)}", f"{hero} with {an(thing)}"))
    elif asked < 0.75:
        question = dice.choice(ASK_STORY).format(s=hero)
    else:
        question = dice.choice(ASK_STORY).format(s=an(thing))
    opening = dice.choice(OPENINGS).format(h=hero, place=dice.choice(PLACES))
    parts = [dice.choice(LOVES), trouble, help_, end + dice.choice(MORALS)]
    body = " ".join(parts).format(n=name, f=friend, x=thing, t=dice.choice(TRAITS), c=dice.colour())
    keys = [key for key in (name, thing) if key in question]
    return ask(question, f"{opening} {body}", told_well(keys, sentences=4))


def poem(dice):
    thing, name = dice.thing(), dice.name()
    if dice.maybe(0.35):
        chosen = dice.sample(NAMED_COUPLETS, 2)
        question = dice.choice(ASK_POEM).format(s=f"{name} and {an(thing)}")
        keys = [name, thing]
    else:
        chosen = dice.sample(COUPLETS, 2)
        question, keys = dice.choice(ASK_POEM).format(s=an(thing)), [thing]
    lines = [line for couplet in chosen for line in couplet]
    return ask(question, "\n".join(lines).format(n=name, x=thing), told_well(keys, lines=4))


def told_well(keys, sentences=0, lines=0):
    """The asked-for names occur, and the text is long enough but ends."""
    def judge(reply):
        text = plain(reply)
        ended = text[-1:] in (".", "!", "?", '"')
        return all(key.lower() in text for key in keys) and ended and text.count(".") >= sentences and len(reply.splitlines()) >= lines

    return judge


SKILLS = {"story": story, "poem": poem}
