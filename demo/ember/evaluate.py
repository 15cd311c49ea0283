"""Accuracy of each skill on held-out cases: names, words, things and codes never seen in training, greedy answers.

    python3 evaluate.py --size cpu [--cases 40] [--processes 2] [--show]
"""

import argparse
import json
import multiprocessing

import torch

import chat
from generate import greedy
from skills import FAMILIES
from skills.dice import Dice
from work import folder_of, load_model, load_tokenizer

SEED = "held out"
ANSWER_LIMIT = 220  # tokens; the longest reference answers are stories of some 150


def answer(model, tokenizer, case):
    """Ember's answer to the last question of a case."""
    ids = tokenizer.encode_rendered(chat.prompt(case))
    found, _ = greedy(model, ids, ANSWER_LIMIT, stop=tokenizer.control[chat.IM_END])
    return tokenizer.decode(found)


def score(folder, family, name, cases, show):
    """Share of right answers in one skill."""
    torch.set_num_threads(1)
    model, tokenizer = load_model(folder)[0], load_tokenizer(folder)
    make, dice = FAMILIES[family][0][name], Dice(f"{SEED}/{family}/{name}", held_out=True)
    right = 0
    for _ in range(cases):
        case = make(dice)
        reply = answer(model, tokenizer, case)
        good = case.grade(reply)
        right += good
        if show and not good:
            print(f"--- {family} / {name}\n{case.messages[-2]['content']}\n  wanted: {case.answer}\n  answer: {reply}", flush=True)
    print(f"{family:12} {name:26} {right:4} of {cases}", flush=True)
    return right / cases


def evaluate(folder, cases=40, processes=1, show=False):
    """Accuracy of every skill and family, printed and left in scores.json."""
    skills = [(family, name) for family, (exercises, _) in FAMILIES.items() for name in exercises]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        shares = pool.starmap(score, [(folder, family, name, cases, show) for family, name in skills], chunksize=1)
    scores = {family: {} for family in FAMILIES}
    for (family, name), share in zip(skills, shares):
        scores[family][name] = share
    for family, found in scores.items():
        print(f"{family:12} {sum(found.values()) / len(found):7.1%}")
    (folder / "scores.json").write_text(json.dumps(scores, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", required=True)
    parser.add_argument("--cases", type=int, default=40)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print the wrong answers")
    options = parser.parse_args()
    evaluate(folder_of(options.size), options.cases, options.processes, options.show)


if __name__ == "__main__":
    main()
