"""Makes Ember from nothing but this folder: `python3 make.py --size cpu` (or gpu).

Tokenizer, training (resumed where it stopped), evaluation, export, parity figures. Work files lie in .work/<size>/.
"""

import argparse
import os
import shutil

import chat
import skills
import tokenizer
from evaluate import evaluate
from export import publish
from golden import write_golden
from sizes import SIZES
from skills.dice import Dice
from train import Run, held_out_loss
from work import folder_of, load_model, load_tokenizer

TOKENIZER_TEXTS = 12000  # conversations the merges are learned from


def prepare_tokenizer(folder, size, seed):
    """Learns the merges, or takes those of the size that this one goes on from, unless they are there."""
    path = folder / "merges.json"
    if not path.exists() and size.start:
        shutil.copy(folder_of(size.start) / "merges.json", path)
    elif not path.exists():
        dice = Dice(f"{seed}/tokenizer")
        texts = ["\n".join(text for _, text in chat.turns(skills.conversation(dice))) for _ in range(TOKENIZER_TEXTS)]
        tokenizer.train(texts, size.model.vocabulary).save(path)
    return load_tokenizer(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, required=True)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    size, folder = SIZES[options.size], folder_of(options.size)
    vocabulary = prepare_tokenizer(folder, size, options.seed)
    Run(size, vocabulary, folder, options.seed).train()
    model, tokens = load_model(folder)
    print(f"held-out loss {held_out_loss(model, vocabulary, 'held out'):.4f} after {tokens / 1e6:.1f}M tokens")
    publish(folder)
    write_golden(folder)
    evaluate(folder, processes=os.cpu_count())


if __name__ == "__main__":
    main()
