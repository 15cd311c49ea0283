"""Parity figures for the exported Q8_0 file, in the format of ../shared/golden: PyTorch in float32 on the dequantised weights.

    python3 golden.py --size cpu
"""

import argparse
import hashlib
import os

import torch

import chat
import gguf
from export import PUBLISHED
from generate import greedy
from skills.base import ask, assistant, user
from work import HERE, folder_of, load_model, load_tokenizer

GREEDY_TOKENS = 48
WEATHER = {"type": "function", "function": {"name": "get_weather", "description": "Get the weather in a city", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}
CASES = [
    ask("Hello", ""),
    chat.Chat([user("My name is Ada."), assistant("Nice to meet you, Ada!"), user("What is my name?"), assistant("")], bool),
    ask("Tell me a story about a fox named Nora and a lamp.", ""),
    ask('Extract name and age as JSON: Omar is 41 years old, lives in Lund and works as a baker.', ""),
    chat.Chat([user("What's the weather in Oslo?"), assistant("")], bool, [WEATHER]),
]


@torch.no_grad()
def as_stored(model):
    """The model with the weights that the Q8_0 file holds."""
    for parameter in model.parameters():
        if parameter.dim() == 2:
            weights = parameter.numpy()
            parameter.copy_(torch.from_numpy(gguf.dequantise(gguf.quantise(weights), weights.shape)))
    return model


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def leads_of(model, ids):
    """By how much the best logit leads the next, at every position of ids."""
    _, logits = greedy(model, ids, 0)
    best = logits.topk(2, dim=-1).values
    return best[:, 0] - best[:, 1]


def golden_case(model, tokenizer, case):
    prompt = chat.prompt(case)
    ids = tokenizer.encode_rendered(prompt)
    found, logits = greedy(model, ids, GREEDY_TOKENS, stop=tokenizer.control[chat.IM_END])
    leads = leads_of(model, ids + found)[len(ids) - 1 :]
    deviation = float(logits.std())
    return {"prompt": prompt, "prompt_ids": ids, "greedy_ids": found, "greedy_text": tokenizer.decode(found),
            "ends": len(found) < GREEDY_TOKENS, "greedy_min_margin_over_std": round(float(leads.min()) / deviation, 5)}, logits


def weight_types(model):
    matrices = sum(parameter.dim() == 2 for parameter in model.parameters())
    return {"F32": len(list(model.parameters())) - matrices, "Q8_0": matrices}


def write_golden(folder):
    model, tokenizer = as_stored(load_model(folder)[0]), load_tokenizer(folder)
    cases = []
    for case in CASES:
        entry, logits = golden_case(model, tokenizer, case)
        if not cases:
            data = logits.numpy().astype("<f4").tobytes()
            (HERE / "ember.case0.logits.f32").write_bytes(data)
            entry |= {"logits_file": "ember.case0.logits.f32", "logits_shape": list(logits.shape),
                      "logits_std": round(float(logits.std()), 5), "logits_sha256": sha256(data)}
        cases.append(entry)
    golden = {"file": os.path.relpath(PUBLISHED, HERE), "sha256": sha256(PUBLISHED.read_bytes()), "source": "made by this recipe", "licence": "MIT",
              "arch": "llama", "vocab": model.config.vocabulary, "weight_types": weight_types(model),
              "reference": "PyTorch, float32, on the weights dequantised to float32; temperature 0, the token is always the argmax; "
                           "`ends` says that the end-of-turn token came next", "cases": cases}
    (HERE / "ember.golden.json").write_text(chat.dumps(golden).replace('{"prompt"', '\n{"prompt"') + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", required=True)
    write_golden(folder_of(parser.parse_args().size))


if __name__ == "__main__":
    main()
