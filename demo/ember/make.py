"""Makes Ember from nothing but this folder: `python3 make.py --size cpu` (or gpu).

Tokenizer, training (resumed where it stopped), evaluation, export. Work files lie in .work/<size>/.
"""

import argparse
from pathlib import Path

import chat
import skills
import tokenizer
from sizes import SIZES
from skills.dice import Dice
from train import Run

HERE = Path(__file__).parent
TOKENIZER_TEXTS = 12000  # conversations the merges are learned from


def ready_tokenizer(folder, vocabulary, seed):
    path = folder / "merges.json"
    if not path.exists():
        dice = Dice(f"{seed}/tokenizer")
        texts = ["\n".join(text for _, text in chat.turns(skills.conversation(dice))) for _ in range(TOKENIZER_TEXTS)]
        tokenizer.train(texts, vocabulary).save(path)
    return tokenizer.Tokenizer.load(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, required=True)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    size, folder = SIZES[options.size], HERE / ".work" / options.size
    folder.mkdir(parents=True, exist_ok=True)
    Run(size, ready_tokenizer(folder, size.model.vocabulary, options.seed), folder, options.seed).train()


if __name__ == "__main__":
    main()
