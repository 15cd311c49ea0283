"""Random choices of words, names, numbers and keys, split into what is trained on and what is held out.

Every open-ended choice goes through `fresh`: one in eight of all names, words, tool names and so on (by a checksum
of its text) is used only for evaluation, the others only for training.
"""

import random
import zlib

from skills import lists

HELD_OUT_SHARE = 8
VOWELS = ["a", "e", "i", "o", "u", "a", "e", "o", "ai", "ea", "ou", "ee"]
ONSETS = "b c d f g h j k l m n p r s t v w z br cr dr fr gr pr tr bl cl fl gl pl sl sh ch th st sk sp qu y".split()
CODAS = ["", "", "", "", "n", "r", "l", "s", "t", "m", "k", "d", "x", "nd", "rt", "sh", "ck"]
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class Dice(random.Random):
    """A seeded source of choices; `held_out` picks the side of the split."""

    def __init__(self, seed, held_out=False):
        super().__init__(seed)
        self.held_out = held_out

    def maybe(self, chance=0.5):
        return self.random() < chance

    def one(self, *options):
        return self.choice(options)

    def fresh(self, make):
        """Draws until the text falls on our side of the split."""
        while True:
            value = make()
            if (zlib.crc32(str(value).encode()) % HELD_OUT_SHARE == 0) == self.held_out:
                return value

    def several(self, make, count):
        """`count` different draws."""
        found = []
        while len(found) < count:
            value = make()
            if value not in found:
                found.append(value)
        return found

    def made_up(self, syllables=None):
        """A pronounceable word nobody has seen."""
        count = syllables or self.one(1, 2, 2, 2, 3)

        def make():
            parts = [self.choice(ONSETS) + self.choice(VOWELS) for _ in range(count)]
            return "".join(parts) + self.choice(CODAS)

        return self.fresh(make)

    def blended(self, words):
        """The head of one word and the tail of another: as real ones look, but in no list, so it can only be copied."""
        def make():
            head, tail = self.choice(words), self.choice(words)
            return head[: self.randint(1, len(head))] + tail[self.randint(0, len(tail) - 1) :].lower()

        return self.fresh(make)

    def known(self, words):
        """Two times out of three a word of the list, else a blended one."""
        return self.fresh(lambda: self.choice(words)) if self.maybe(2 / 3) else self.blended(words)

    def name(self):
        """A first name, made up or known."""
        return self.made_up(self.one(2, 2, 3)).capitalize() if self.maybe(0.4) else self.known(lists.NAMES)

    def full_name(self):
        return f"{self.name()} {self.made_up(2).capitalize()}"

    def place(self):
        return self.made_up(self.one(2, 2, 3)).capitalize() if self.maybe(0.4) else self.known(lists.CITIES)

    def word(self):
        """A common word, a blended or a made-up one."""
        return self.made_up() if self.maybe(0.2) else self.known(lists.WORDS)

    def words(self, low, high):
        return self.several(self.word, self.randint(low, high))

    def thing(self):
        return self.known(lists.THINGS)

    def animal(self):
        return self.known(lists.ANIMALS)

    def colour(self):
        return self.choice(lists.COLOURS)

    def food(self):
        return self.known(lists.FOODS)

    def job(self):
        return self.known(lists.JOBS)

    def number(self, low, high):
        return self.randint(low, high)

    def quantity(self):
        """A whole number, small ones more often."""
        return self.randint(1, self.one(10, 20, 100, 1000))

    def code(self):
        """A key such as K7-402, tulip-58 or 90417."""
        letter = lambda: self.choice(LETTERS)
        digit = lambda: str(self.randint(0, 9))
        forms = [
            lambda: letter() + digit() + "-" + digit() + digit() + digit(),
            lambda: f"{self.word()}-{self.randint(10, 99)}",
            lambda: "".join(digit() for _ in range(self.randint(4, 6))),
            lambda: letter() + letter() + digit() + digit() + digit() + digit(),
        ]
        return self.fresh(self.choice(forms))

    def email(self):
        host = self.one("mail.com", "post.org", f"{self.made_up(2)}.com", f"{self.made_up(2)}.net")
        return f"{self.name().lower()}@{host}"

    def time(self):
        hour, minute = self.randint(1, 23), self.choice([0, 0, 15, 30, 45, 10, 20, 5])
        return self.one(f"{hour}:{minute:02}", f"{hour:02}:{minute:02}", f"{1 + hour % 12} {self.one('am', 'pm')}")

    def date(self):
        """As an ISO date, or in words."""
        month, day = self.randint(1, 12), self.randint(1, 28)
        iso = f"{self.randint(1990, 2035)}-{month:02}-{day:02}"
        return self.one(iso, f"{day} {lists.MONTHS[month - 1]}", self.choice(lists.WEEKDAYS))

    def sentence(self):
        """A short sentence with unforeseeable words."""
        return self.fresh(self.choice([
            lambda: f"{self.name()} has a {self.colour()} {self.thing()}.",
            lambda: f"The {self.animal()} sees the {self.thing()}.",
            lambda: f"{self.name()} likes {self.food()} and {self.food()}.",
            lambda: f"We met {self.name()} in {self.place()}.",
            lambda: f"The {self.thing()} is {self.colour()}.",
            lambda: f"My {self.animal()} is called {self.name()}.",
            lambda: f"There are {self.number(2, 90)} {self.thing()}s in {self.place()}.",
            lambda: f"{self.name()} is a {self.job()} from {self.place()}.",
        ]))
