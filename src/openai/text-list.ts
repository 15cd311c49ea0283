/** How OpenAI writes one or several texts, each as itself or as the ids of its tokens. */
export type TextList = string | readonly string[] | readonly number[] | readonly (readonly number[])[];

/** The texts one by one. */
export function toTexts(list: TextList): readonly (string | readonly number[])[] {
  if (typeof list === 'string') return [list];
  return isIds(list) ? [list] : list;
}

function isIds(list: readonly unknown[]): list is readonly number[] {
  return typeof list[0] === 'number';
}
