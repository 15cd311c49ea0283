"""Trains Ember on freshly generated conversations.

Every draw follows from the seed and the steps at which a phase began or the run was taken up again.
"""

import json
import time

import torch
from torch.nn import functional as F
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

import chat
import skills
from model import Ember, causal_mask
from muon import Muon
from skills.dice import Dice
from work import folder_of

CHECKPOINT_SECONDS = 180
REPORT_STEPS = 25
PADDING = -1  # document number of the empty end of a row
WAITING = 64  # conversations looked through for one that fits the rest of a row


def rows(tokenizer, tokens, seed):
    """Endless rows of (ids, counted, documents), whole conversations side by side, each `tokens` long."""
    stream, waiting = skills.training_stream(seed), []
    while True:
        ids, counted, documents = [], [], []
        while True:
            while len(waiting) < WAITING:
                encoded = chat.encode(next(stream), tokenizer)
                if len(encoded[0]) <= tokens:
                    waiting.append(encoded)
            fitting = next((i for i, (found, _) in enumerate(waiting) if len(ids) + len(found) <= tokens), None)
            if fitting is None:
                break
            found, flags = waiting.pop(fitting)
            documents += [len(documents)] * len(found)
            ids += found
            counted += flags
        empty = tokens - len(ids)
        yield ids + [0] * empty, counted + [False] * empty, documents + [PADDING] * empty


class Batches(IterableDataset):
    """Endless batches of about `size` tokens; each worker process has a stream of its own."""

    def __init__(self, tokenizer, tokens, size, seed):
        self.tokenizer, self.tokens, self.count, self.seed = tokenizer, tokens, max(1, size // tokens), seed

    def __iter__(self):
        worker = get_worker_info()
        source = rows(self.tokenizer, self.tokens, f"{self.seed}/{worker.id if worker else 0}")
        while True:
            yield [torch.tensor(part) for part in zip(*(next(source) for _ in range(self.count)))]


def answer_loss(model, trunk, batch):
    """Mean cross-entropy of the counted tokens; logits are made for those alone."""
    ids, counted, documents = batch
    device = model.token_embd.weight.device
    where = counted[:, 1:].flatten().nonzero()[:, 0].to(device)  # counted while still on the CPU: a GPU would be waited for
    ids, documents = ids.to(device, non_blocking=True), documents.to(device, non_blocking=True)
    states = trunk(ids, causal_mask(documents))
    logits = model.logits(states[:, :-1].flatten(0, 1)[where])
    return F.cross_entropy(logits.float(), ids[:, 1:].flatten()[where])


def phase_at(size, step):
    """(Index, phase) in force at a step."""
    done = 0.0
    for index, phase in enumerate(size.phases):
        done += phase.share
        if step < done * size.steps:
            return index, phase
    return len(size.phases) - 1, size.phases[-1]


def rate_at(size, step):
    """Share of the full learning rate: up in a line, level, down in a line."""
    left = (size.steps - step) / (size.cool_down * size.steps)
    return min(1.0, (step + 1) / size.warm_up, left)


def optimizers(model, size):
    matrices = [p for name, p in model.named_parameters() if p.dim() == 2 and name.startswith("blk")]
    others = [p for name, p in model.named_parameters() if not (p.dim() == 2 and name.startswith("blk"))]
    return [Muon(matrices, lr=size.muon_rate),
            torch.optim.AdamW(others, lr=size.adam_rate, betas=(0.9, 0.95), weight_decay=0.0)]


class Run:
    """A training run: its state, its steps, its checkpoints."""

    def __init__(self, size, tokenizer, folder, seed):
        self.size, self.tokenizer, self.folder, self.seed = size, tokenizer, folder, seed
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        torch.manual_seed(seed)
        self.model = Ember(size.model).to(self.device)
        self.optimizers = optimizers(self.model, size)
        self.rates = [optimizer.param_groups[0]["lr"] for optimizer in self.optimizers]
        self.trunk = torch.compile(self.model, dynamic=False) if hasattr(torch, "compile") else self.model
        self.step, self.tokens = 0, 0
        self.path = folder / "checkpoint.pt"
        if self.path.exists():
            self.resume()
        elif size.start:
            self.model.load_state_dict(torch.load(folder_of(size.start) / "checkpoint.pt", map_location=self.device)["model"])

    def autocast(self):
        """bfloat16 where its products are fast: on GPUs and on CPUs with a PyTorch that compiles."""
        return torch.autocast(self.device, dtype=torch.bfloat16, enabled=hasattr(torch, "compile"))

    def resume(self):
        saved = torch.load(self.path, map_location=self.device)
        self.model.load_state_dict(saved["model"])
        for optimizer, state in zip(self.optimizers, saved["optimizers"]):
            optimizer.load_state_dict(state)
        self.step, self.tokens = saved["step"], saved["tokens"]

    def save(self):
        saved = {"model": self.model.state_dict(), "optimizers": [o.state_dict() for o in self.optimizers],
                 "step": self.step, "tokens": self.tokens, "config": self.size.model.to_dict()}
        fresh = self.path.with_suffix(".new")
        torch.save(saved, fresh)
        fresh.replace(self.path)

    def train(self):
        """Runs to the last step; a checkpoint every few minutes and at the end."""
        saved_at = started = time.time()
        phase_now, source, losses = None, None, []
        while self.step < self.size.steps:
            index, phase = phase_at(self.size, self.step)
            if index != phase_now:
                phase_now = index
                data = Batches(self.tokenizer, phase.tokens, self.size.batch_tokens, f"{self.seed}/{self.step}")
                source = iter(DataLoader(data, batch_size=None, num_workers=self.size.workers, pin_memory=self.device == "cuda"))
            losses.append(self.update(next(source)))
            if self.step % REPORT_STEPS == 0:
                self.report(losses, started)
                losses = []
            if time.time() - saved_at > CHECKPOINT_SECONDS:
                self.save()
                saved_at = time.time()
        self.save()

    def update(self, batch):
        for optimizer, rate in zip(self.optimizers, self.rates):
            optimizer.param_groups[0]["lr"] = rate * rate_at(self.size, self.step)
            optimizer.zero_grad()
        with self.autocast():
            loss = answer_loss(self.model, self.trunk, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
        self.step += 1
        self.tokens += batch[0].numel()
        return loss.detach()

    def report(self, losses, started):
        line = {"step": self.step, "tokens": self.tokens, "loss": round(torch.stack(losses).mean().item(), 4),
                "minutes": round((time.time() - started) / 60, 1)}
        print(json.dumps(line), flush=True)
        with open(self.folder / "log.jsonl", "a") as log:
            log.write(json.dumps(line) + "\n")


@torch.no_grad()
def held_out_loss(model, tokenizer, seed, count=400):
    """Mean loss an answer token on conversations of the held-out side."""
    dice, total, tokens = Dice(seed, held_out=True), 0.0, 0
    for _ in range(count):
        ids, counted = chat.encode(skills.conversation(dice), tokenizer)
        if len(ids) > model.config.context:
            continue
        batch = [torch.tensor([part]) for part in (ids, counted, [0] * len(ids))]
        answered = sum(counted[1:])
        total += answer_loss(model, model, batch).item() * answered
        tokens += answered
    return total / tokens
