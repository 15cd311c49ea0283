// Compares chat.py's rendering with template.jinja's, as Ingle renders it:
//   python3 sample.py --json --count 500 | node check-template.mjs
import { readFileSync } from 'node:fs';
import { Template } from '@huggingface/jinja';

const template = new Template(readFileSync(new URL('template.jinja', import.meta.url), 'utf8'));
const lines = readFileSync(0, 'utf8').trim().split('\n');
for (const line of lines) {
  const { messages, tools, text } = JSON.parse(line);
  const rendered = template.render({ messages, tools: tools.length > 0 ? tools : null, add_generation_prompt: false });
  if (rendered !== text) {
    console.error(`chat.py:\n${text}\ntemplate.jinja:\n${rendered}`);
    process.exit(1);
  }
}
console.log(`${lines.length} conversations rendered alike`);
