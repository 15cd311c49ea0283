"""Where a run keeps its files, and how the others find them."""

from pathlib import Path

import torch

from model import Config, Ember
from tokenizer import Tokenizer

HERE = Path(__file__).parent


def folder_of(size):
    folder = HERE / ".work" / size
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def load_tokenizer(folder):
    return Tokenizer.load(folder / "merges.json")


def load_model(folder):
    """The model of the last checkpoint, in float32 on the CPU, and how many tokens it has seen."""
    saved = torch.load(folder / "checkpoint.pt", map_location="cpu")
    model = Ember(Config(**saved["config"]))
    model.load_state_dict(saved["model"])
    return model.eval(), saved["tokens"]
