"""Prints generated conversations: as text to read, or as JSON lines for check-template.mjs.

    python3 sample.py [--count 20] [--family tools] [--held-out] [--json]
"""

import argparse

import chat
import skills
from skills.dice import Dice


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--family", choices=skills.FAMILIES)
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", default="sample")
    options = parser.parse_args()
    dice = Dice(options.seed, options.held_out)
    for _ in range(options.count):
        case = skills.single(dice, options.family) if options.family else skills.conversation(dice)
        text = chat.render(case)
        print(chat.dumps({"messages": case.messages, "tools": case.tools, "text": text}) if options.json else text)


if __name__ == "__main__":
    main()
