import { byId } from './dom.ts';

/** Shows code that asks `/v1` for an answer from `model`, ready for the developer console. */
export function showSnippet(model: string): void {
  byId('snippet', HTMLElement).textContent = `const response = await fetch('/v1/chat/completions', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    model: ${JSON.stringify(model)},
    messages: [{ role: 'user', content: 'Tell me a story.' }],
    max_tokens: 80,
  }),
});
(await response.json()).choices[0].message.content;`;
  byId('api', HTMLDetailsElement).hidden = false;
}

export function enableCopying(): void {
  const button = byId('copy-snippet', HTMLButtonElement);
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(byId('snippet', HTMLElement).textContent ?? '');
    button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2000);
  });
}
