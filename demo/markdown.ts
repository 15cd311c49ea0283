import DOMPurify from 'dompurify';
import { marked } from 'marked';

/** A model's Markdown as safe nodes: its output is untrusted, so it may format text and do nothing else. */
export function renderMarkdown(text: string): DocumentFragment {
  const html = marked.parse(text, { async: false, gfm: true, breaks: true });
  return DOMPurify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    // An image would make the page ask another server for it, and tell that server what the model wrote.
    FORBID_TAGS: ['img', 'picture', 'video', 'audio', 'source', 'svg', 'math', 'style', 'form', 'input', 'button'],
    FORBID_ATTR: ['style', 'class', 'id', 'name'],
  });
}
