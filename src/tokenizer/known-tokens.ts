/**
 * Tokens known by their texts, because files rarely say what they are for, and often give them the wrong type.
 *
 * After llama.cpp's `llama_vocab::impl::load`, https://github.com/ggml-org/llama.cpp/blob/master/src/llama-vocab.cpp
 * One difference: llama.cpp turns some of gpt-oss's control tokens into user-defined ones, so that they show in the
 * output. Here they stay control tokens, or a user's text could become one.
 */

/** End a generation, and are control tokens whatever the file says. */
export const endTexts: readonly string[] = [
  '<|im_end|>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|end|>',
  '<|endoftext|>',
  '<|end_of_text|>',
  '<end_of_turn>',
  '<end_of_utterance>',
  '<｜end▁of▁sentence｜>',
  '</s>',
  '<eos>',
  '<EOT>',
  '_<EOT>',
  '[EOT]',
  '[EOS]',
  '[e~[',
  '<turn|>',
  '<|tool_response>',
  '<|return|>',
  '<|call|>',
  '<|calls|>',
  '<|flush|>',
  // To fill in the middle: a pad, another repository, another file.
  '<|fim_pad|>',
  '<fim-pad>',
  '<fim_pad>',
  '<PAD>',
  '[PAD]',
  '<|fim_repo|>',
  '<|repo_name|>',
  '<fim-repo>',
  '<REPO>',
  '<reponame>',
  '<|file_sep|>',
];

/** Control tokens whatever the file says, which end nothing: those around a gap to fill in. */
export const controlTexts: readonly string[] = [
  '<|fim_prefix|>',
  '<fim-prefix>',
  '<fim_prefix>',
  '<｜fim▁begin｜>',
  '<PRE>',
  '▁<PRE>',
  '<|code_prefix|>',
  '<|prefix|>',
  '<|fim_suffix|>',
  '<fim-suffix>',
  '<fim_suffix>',
  '<｜fim▁hole｜>',
  '<SUF>',
  '▁<SUF>',
  '<|code_suffix|>',
  '<|suffix|>',
  '<|fim_middle|>',
  '<fim-middle>',
  '<fim_middle>',
  '<｜fim▁end｜>',
  '<MID>',
  '▁<MID>',
  '<|code_middle|>',
  '<|middle|>',
];
