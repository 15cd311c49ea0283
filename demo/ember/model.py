"""A llama-architecture decoder: RMSNorm, rotary positions on adjacent pairs (as GGUF's llama expects), GQA, SwiGLU,
tied embeddings. Runs on PyTorch 1.13 and 2.x."""

import math
from dataclasses import asdict, dataclass

import torch
from torch import nn
from torch.nn import functional as F

try:
    from torch.nn.attention.flex_attention import create_block_mask, flex_attention

    create_block_mask = torch.compile(create_block_mask)
except ImportError:  # before PyTorch 2.5: a CPU then, which uses neither
    create_block_mask = flex_attention = None


@dataclass(frozen=True)
class Config:
    vocabulary: int
    width: int
    layers: int
    heads: int
    kv_heads: int
    hidden: int  # of the feed-forward
    context: int = 1024
    rope_base: float = 10000.0
    norm_epsilon: float = 1e-5

    @property
    def head_width(self):
        return self.width // self.heads

    def to_dict(self):
        return asdict(self)


class RmsNorm(nn.Module):
    def __init__(self, width, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x):
        wide = x.float()
        return (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.epsilon) * self.weight).type_as(x)


def rotate(x, cos, sin):
    """Turns each adjacent pair of x (batch, heads, tokens, head_width) by its position's angle (tokens, head_width / 2)."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2).type_as(x)


def attend(q, k, v, mask):
    """softmax(q k' / sqrt(head_width)) v of q (batch, heads, …) and k, v (batch, kv_heads, …), where `mask` allows it.

    On a GPU the mask is what `causal_mask` makes there, and blocks that it forbids cost nothing. On a CPU no fused kernel
    is used: its backward pass takes three times as long as these lines.
    """
    if q.is_cuda:
        return flex_attention(q, k, v, block_mask=mask, enable_gqa=True)
    groups = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(groups, dim=1), v.repeat_interleave(groups, dim=1)
    scores = (q / math.sqrt(q.shape[-1])) @ k.transpose(-1, -2)
    return scores.float().masked_fill(~mask, float("-inf")).softmax(dim=-1).type_as(v) @ v


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        kv_width = config.kv_heads * config.head_width
        self.attn_norm = RmsNorm(config.width, config.norm_epsilon)
        self.attn_q = nn.Linear(config.width, config.width, bias=False)
        self.attn_k = nn.Linear(config.width, kv_width, bias=False)
        self.attn_v = nn.Linear(config.width, kv_width, bias=False)
        self.attn_output = nn.Linear(config.width, config.width, bias=False)
        self.ffn_norm = RmsNorm(config.width, config.norm_epsilon)
        self.ffn_gate = nn.Linear(config.width, config.hidden, bias=False)
        self.ffn_up = nn.Linear(config.width, config.hidden, bias=False)
        self.ffn_down = nn.Linear(config.hidden, config.width, bias=False)

    def forward(self, x, cos, sin, mask, cache):
        x = x + self.attention(self.attn_norm(x), cos, sin, mask, cache)
        h = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h))

    def attention(self, x, cos, sin, mask, cache):
        batch, tokens, width = x.shape
        heads = lambda y: y.view(batch, tokens, -1, self.config.head_width).transpose(1, 2)
        q = rotate(heads(self.attn_q(x)), cos, sin)
        k, v = rotate(heads(self.attn_k(x)), cos, sin), heads(self.attn_v(x))
        if cache is not None:
            k, v = cache.extend(k, v)
        return self.attn_output(attend(q, k, v, mask).transpose(1, 2).reshape(batch, tokens, width))


class Cache:
    """Keys and values of one layer, (batch, kv_heads, tokens so far, head_width)."""

    def __init__(self):
        self.k = self.v = None

    def extend(self, k, v):
        self.k = k if self.k is None else torch.cat((self.k, k), dim=2)
        self.v = v if self.v is None else torch.cat((self.v, v), dim=2)
        return self.k, self.v


class Ember(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.token_embd = nn.Embedding(config.vocabulary, config.width)
        self.blk = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.output_norm = RmsNorm(config.width, config.norm_epsilon)
        half = config.head_width // 2
        angles = torch.arange(config.context)[:, None] * config.rope_base ** (-torch.arange(half) / half)[None]
        self.register_buffer("cos", angles.cos(), persistent=False)  # (context, head_width / 2)
        self.register_buffer("sin", angles.sin(), persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                into_residual = name.endswith(("attn_output.weight", "ffn_down.weight"))
                scale = 1 / math.sqrt(2 * config.layers) if into_residual else 1.0
                nn.init.normal_(parameter, std=0.02 if name.startswith("token_embd") else scale / math.sqrt(parameter.shape[1]))

    def forward(self, ids, mask, caches=None, start=0):
        """Normed last states (batch, tokens, width) of ids (batch, tokens) that stand at positions `start` and on.

        mask (batch, 1, tokens, all tokens so far); caches, when text is generated, one a layer.
        """
        end = start + ids.shape[1]
        x = self.token_embd(ids)
        for block, cache in zip(self.blk, caches or [None] * len(self.blk)):
            x = block(x, self.cos[start:end], self.sin[start:end], mask, cache)
        return self.output_norm(x)

    def logits(self, states):
        """(…, vocabulary), through the tied embedding."""
        return F.linear(states, self.token_embd.weight)


def causal_mask(documents):
    """Lets a token of documents (batch, tokens) look back within its own: (batch, 1, tokens, tokens), in blocks on a GPU."""
    batch, tokens = documents.shape
    if documents.is_cuda:
        return block_mask(documents, batch, tokens)
    causal = torch.ones(tokens, tokens, dtype=torch.bool).tril()
    return (causal & (documents[:, :, None] == documents[:, None, :]))[:, None]


def block_mask(documents, batch, tokens):
    def visible(b, _, query, key):
        return (query >= key) & (documents[b, query] == documents[b, key])

    return create_block_mask(visible, batch, None, tokens, tokens, device=documents.device)
