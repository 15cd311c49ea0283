/** A model that web-llm can load, in its own words: https://webllm.mlc.ai/docs/user/api_reference.html */
export interface MlcRecord {
  /** The folder of its weights: a repository on Hugging Face, or any other address. */
  readonly model: string;
  readonly model_id: string;
  /** The address of the library that was compiled for it, and for the version of web-llm that is here. */
  readonly model_lib: string;
  /** What to change in its `mlc-chat-config.json`. */
  readonly overrides?: {
    readonly context_window_size?: number;
    readonly sliding_window_size?: number;
    readonly attention_sink_size?: number;
    readonly temperature?: number;
    readonly top_p?: number;
    readonly repetition_penalty?: number;
  };
  /** With the context of `overrides`. */
  readonly vram_required_MB?: number;
  /** Whether devices with little memory, such as phones, run it. */
  readonly low_resource_required?: boolean;
  /** Of its largest binding. */
  readonly buffer_size_required_bytes?: number;
  /** Features of WebGPU, such as `shader-f16`. */
  readonly required_features?: string[];
}
