"""Greedy text from a model, one token a step on a KV cache."""

import torch

from model import Cache


@torch.no_grad()
def greedy(model, ids, limit, stop=None):
    """Up to `limit` most likely next ids, and the logits (tokens, vocabulary) of the prompt's positions."""
    device = model.token_embd.weight.device
    caches = [Cache() for _ in model.blk]
    step, at, found, first = torch.tensor([ids], device=device), 0, [], None
    while True:
        size = step.shape[1]
        mask = torch.ones(size, at + size, dtype=torch.bool, device=device).tril(at)[None, None]
        logits = model.logits(model(step, mask, caches, at)[0])
        first = logits if first is None else first
        best = int(logits[-1].argmax())
        at += size
        if best == stop or len(found) == limit or at == model.config.context:
            return found, first
        found.append(best)
        step = torch.tensor([[best]], device=device)
