/** A language to hold an output to, as data. */
export type Grammar = (
  | { readonly kind: 'json' }
  | {
      readonly kind: 'json-schema';
      readonly schema: unknown;
      /** Refuse a schema that cannot be enforced in full, instead of enforcing what can be; the default. */
      readonly strict?: boolean;
      /** `python`: an object as the keyword arguments of a call, `city="Ulm", warm=True`. JSON when absent. */
      readonly notation?: 'json' | 'python';
    }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'ebnf'; readonly source: string }
  | { readonly kind: 'structural-tag'; readonly tag: unknown }
) & {
  /** The request's field that it stands in; errors name it. */
  readonly param?: string;
};
