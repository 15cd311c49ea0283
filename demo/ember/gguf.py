"""Writes GGUF version 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), with F32 and Q8_0 tensors."""

import struct

import numpy as np

ALIGNMENT = 32
F32, Q8_0 = 0, 8  # tensor types
BLOCK = 32  # weights in a Q8_0 block


def text(value):
    encoded = value.encode()
    return struct.pack("<Q", len(encoded)) + encoded


# GGUF value types: number and packing.
SCALARS = {
    "u32": (4, lambda v: struct.pack("<I", v)),
    "i32": (5, lambda v: struct.pack("<i", v)),
    "f32": (6, lambda v: struct.pack("<f", v)),
    "bool": (7, lambda v: struct.pack("<?", v)),
    "string": (8, text),
}
ARRAY = 9


def packed(kind, value):
    """A metadata value with its type; `[kind]` stands for an array."""
    if kind.startswith("["):
        number, pack = SCALARS[kind[1:-1]]
        return struct.pack("<IIQ", ARRAY, number, len(value)) + b"".join(map(pack, value))
    number, pack = SCALARS[kind]
    return struct.pack("<I", number) + pack(value)


def quantise(weights):
    """Q8_0 of float32 weights (rows, columns): per 32 weights an f16 scale and 32 signed bytes."""
    blocks = weights.astype(np.float32).reshape(-1, BLOCK)
    scale = np.abs(blocks).max(axis=1) / 127
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
    quants = np.rint(blocks * inverse[:, None]).astype(np.int8)
    return np.concatenate([scale.astype(np.float16)[:, None].view(np.int8), quants], axis=1)


def dequantise(data, shape):
    """The float32 weights that Q8_0 bytes stand for."""
    scale = data[:, :2].copy().view(np.float16).astype(np.float32)
    return (scale * data[:, 2:].astype(np.float32)).reshape(shape)


def stored(weights, quantised):
    """(Tensor type, bytes) of a tensor; only matrices are quantised."""
    if quantised and weights.ndim == 2:
        return Q8_0, quantise(weights).tobytes()
    return F32, weights.astype("<f4").tobytes()


def padding(size):
    return bytes(-size % ALIGNMENT)


def write(path, metadata, tensors, quantised):
    """metadata: {key: (kind, value)}; tensors: {name: float32 array}, rows first."""
    header, directory, bodies, offset = [], [], [], 0
    for key, (kind, value) in metadata.items():
        header.append(text(key) + packed(kind, value))
    for name, weights in tensors.items():
        kind, body = stored(weights, quantised)
        shape = weights.shape[::-1]  # GGUF counts from the fastest dimension
        directory.append(text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset))
        bodies.append(body + padding(len(body)))
        offset += len(bodies[-1])
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata)) + b"".join(header) + b"".join(directory)
    path.write_bytes(head + padding(len(head)) + b"".join(bodies))
