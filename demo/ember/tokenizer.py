"""Byte-level BPE: trainer, encoder, decoder.

Text is split as llama.cpp's `smollm` pre-tokenizer does: every digit alone, the rest by GPT-2's pattern. Merges that
take in a leading space come last, so a word is cut the same way after a space, a quote or a bracket: copying a word
from a sentence into JSON then maps pieces one to one, which a tiny model learns quickly.
"""

import json
import re
from collections import Counter, defaultdict

from chat import CONTROL_TOKENS

# Python's `re` has no \p{L}; [^\W\d_] differs from it only in numerals outside Nd.
DIGIT = re.compile(r"(\d)")
WORDS = re.compile(
    r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+"
)
CONTROL = re.compile("(" + "|".join(map(re.escape, CONTROL_TOKENS)) + ")")
SHARE_OF_SPACED = 0.4  # of all merges, those that join a space to a word


def byte_alphabet():
    """GPT-2's printable stand-in for each of the 256 bytes."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {byte: chr(byte) for byte in plain} | {byte: chr(256 + i) for i, byte in enumerate(others)}


TO_CHAR = byte_alphabet()
TO_BYTE = {char: byte for byte, char in TO_CHAR.items()}
SPACE = TO_CHAR[32]


def split(text):
    """The pieces that merges stay within; joined they give the text back."""
    for i, part in enumerate(DIGIT.split(text)):
        yield from WORDS.findall(part) if i % 2 == 0 else [part]


def to_chars(piece):
    return "".join(TO_CHAR[byte] for byte in piece.encode())


class Tokenizer:
    """`tokens` by id: the control tokens, the 256 bytes, then one token a merge, in the order learned."""

    def __init__(self, merges):
        self.merges = [tuple(pair) for pair in merges]
        self.rank = {pair: i for i, pair in enumerate(self.merges)}
        self.tokens = [*CONTROL_TOKENS, *TO_CHAR.values(), *("".join(pair) for pair in self.merges)]
        self.ids = {token: i for i, token in enumerate(self.tokens)}
        self.control = {token: self.ids[token] for token in CONTROL_TOKENS}
        self.cache = {}

    def encode(self, text):
        """Ids of plain text: what spells a control token stays text."""
        ids = []
        for piece in split(text):
            found = self.cache.get(piece)
            if found is None:
                found = self.cache[piece] = [self.ids[token] for token in self.merge(to_chars(piece))]
            ids.extend(found)
        return ids

    def encode_rendered(self, text):
        """Ids of a rendered conversation, control tokens recognised."""
        ids = []
        for part in CONTROL.split(text):
            ids.extend([self.control[part]] if part in self.control else self.encode(part))
        return ids

    def merge(self, chars):
        parts = list(chars)
        while len(parts) > 1:
            ranks = [self.rank.get(pair, len(self.merges)) for pair in zip(parts, parts[1:])]
            best = min(ranks)
            if best == len(self.merges):
                break
            at = ranks.index(best)
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        return parts

    def decode(self, ids):
        """Text of ids; control tokens are left out, broken UTF-8 becomes U+FFFD."""
        chars = "".join(self.tokens[i] for i in ids if i >= len(CONTROL_TOKENS))
        return bytes(TO_BYTE[char] for char in chars).decode(errors="replace")

    def save(self, path):
        path.write_text(json.dumps(self.merges, ensure_ascii=False))

    @classmethod
    def load(cls, path):
        return cls(json.loads(path.read_text()))


def train(texts, vocabulary):
    """Learns merges until `vocabulary` tokens: first within words, then of a space with a word's first token."""
    wanted = vocabulary - len(CONTROL_TOKENS) - len(TO_CHAR)
    pieces = Counter(piece for text in texts for piece in split(text))
    words = Counter()
    for piece, count in pieces.items():
        words[to_chars(piece.removeprefix(" ") or piece)] += count
    merges = learn(words, wanted - int(wanted * SHARE_OF_SPACED))

    cut = Tokenizer(merges)
    spaced = Counter()
    for piece, count in pieces.items():
        if piece.startswith(" ") and len(piece) > 1:
            spaced[SPACE, cut.merge(to_chars(piece[1:]))[0]] += count
    return Tokenizer(merges + [pair for pair, _ in spaced.most_common(wanted - len(merges))])


def learn(words, wanted):
    """Plain BPE over counted words; only the words that hold the merged pair are recounted."""
    parts = {word: list(word) for word in words}
    counts, where = Counter(), defaultdict(set)
    for word, letters in parts.items():
        for pair in zip(letters, letters[1:]):
            counts[pair] += words[word]
            where[pair].add(word)
    merges = []
    while len(merges) < wanted:
        best = max(counts, key=lambda pair: (counts[pair], pair))
        merges.append(best)
        for word in where.pop(best):
            old = parts[word]
            for pair in zip(old, old[1:]):
                counts[pair] -= words[word]
            parts[word] = new = joined(old, best)
            for pair in zip(new, new[1:]):
                counts[pair] += words[word]
                where[pair].add(word)
        del counts[best]
    return merges


def joined(parts, pair):
    out = []
    for part in parts:
        if out and (out[-1], part) == pair:
            out[-1] += part
        else:
            out.append(part)
    return out
