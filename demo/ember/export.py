"""Writes the last checkpoint as GGUF: Q8_0 into public/models, F32 beside the checkpoint for parity checks.

    python3 export.py --size cpu
"""

import argparse
from pathlib import Path

import gguf
from chat import CONTROL_TOKENS, END_OF_TEXT, IM_END, IM_START
from work import HERE, folder_of, load_model, load_tokenizer

PUBLISHED = HERE.parent.parent / "public" / "models" / "ember-q8_0.gguf"
NORMAL, CONTROL = 1, 3  # token types
FILE_TYPES = {True: 7, False: 0}  # mostly Q8_0, all F32
DESCRIPTION = ("A tiny chat model trained for Ingle's demo on text that a program made up. It recalls, works on short texts, "
               "fills in JSON and calls tools; it knows little of the world.")


def metadata(config, tokenizer, parameters, quantised):
    token_types = [CONTROL if token in CONTROL_TOKENS else NORMAL for token in tokenizer.tokens]
    return {
        "general.architecture": ("string", "llama"),
        "general.type": ("string", "model"),
        "general.name": ("string", "Ember"),
        "general.description": ("string", DESCRIPTION),
        "general.author": ("string", "The Ingle project"),
        "general.license": ("string", "MIT"),
        "general.size_label": ("string", f"{parameters / 1e6:.1f}M"),
        "general.languages": ("[string]", ["en"]),
        "general.tags": ("[string]", ["text-generation"]),
        "general.sampling.temp": ("f32", 0.3),
        "general.sampling.top_p": ("f32", 0.9),
        "general.file_type": ("u32", FILE_TYPES[quantised]),
        "general.quantization_version": ("u32", 2),
        "llama.vocab_size": ("u32", config.vocabulary),
        "llama.context_length": ("u32", config.context),
        "llama.embedding_length": ("u32", config.width),
        "llama.block_count": ("u32", config.layers),
        "llama.feed_forward_length": ("u32", config.hidden),
        "llama.attention.head_count": ("u32", config.heads),
        "llama.attention.head_count_kv": ("u32", config.kv_heads),
        "llama.attention.key_length": ("u32", config.head_width),
        "llama.attention.value_length": ("u32", config.head_width),
        "llama.attention.layer_norm_rms_epsilon": ("f32", config.norm_epsilon),
        "llama.rope.dimension_count": ("u32", config.head_width),
        "llama.rope.freq_base": ("f32", config.rope_base),
        "tokenizer.ggml.model": ("string", "gpt2"),
        "tokenizer.ggml.pre": ("string", "smollm"),
        "tokenizer.ggml.tokens": ("[string]", tokenizer.tokens),
        "tokenizer.ggml.token_type": ("[i32]", token_types),
        "tokenizer.ggml.merges": ("[string]", [" ".join(pair) for pair in tokenizer.merges]),
        "tokenizer.ggml.bos_token_id": ("u32", tokenizer.control[IM_START]),
        "tokenizer.ggml.eos_token_id": ("u32", tokenizer.control[IM_END]),
        "tokenizer.ggml.padding_token_id": ("u32", tokenizer.control[END_OF_TEXT]),
        "tokenizer.ggml.add_bos_token": ("bool", False),
        "tokenizer.ggml.add_eos_token": ("bool", False),
        "tokenizer.chat_template": ("string", (HERE / "template.jinja").read_text()),
    }


def export(model, tokenizer, path, quantised):
    tensors = {name: parameter.detach().numpy() for name, parameter in model.named_parameters()}
    parameters = sum(weights.size for weights in tensors.values())
    gguf.write(path, metadata(model.config, tokenizer, parameters, quantised), tensors, quantised)
    print(f"{path}: {parameters / 1e6:.2f}M parameters, {path.stat().st_size / 1e6:.2f} MB")


def publish(folder, path=PUBLISHED):
    model, tokenizer = load_model(folder)[0], load_tokenizer(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    export(model, tokenizer, path, quantised=True)
    export(model, tokenizer, folder / "ember-f32.gguf", quantised=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", required=True)
    parser.add_argument("--out", type=Path, default=PUBLISHED)
    options = parser.parse_args()
    publish(folder_of(options.size), options.out)


if __name__ == "__main__":
    main()
