import MarkdownIt from 'markdown-it';
import { Html } from './html.ts';

/** Characters that are rendered; a longer text is shown as it is. */
const MOST = 32_768;
const DEEPEST = 20;
/** Cells of all tables: a row of one character is as wide as its table, so that a short text makes a long page. */
const CELLS = 5_000;

/** Links go to the web or to mail, and images become links: nothing is loaded from elsewhere. */
const ADDRESS = /^(https?:\/\/|mailto:)/i;

const markdown = new MarkdownIt({ html: false, linkify: false, maxNesting: DEEPEST });
markdown.validateLink = (address: string) => ADDRESS.test(address);
markdown.disable('image');
// Before anything in the cells is read.
markdown.core.ruler.after('block', 'cells', ({ tokens, env }) => {
  env.tooLong = tokens.filter(({ type }) => type === 'td_open' || type === 'th_open').length > CELLS;
  if (env.tooLong) tokens.length = 0;
});
// The page has its own h1 and h2. Descriptions begin with any heading, and no level may be left out on a page.
markdown.core.ruler.push('headings', ({ tokens }) => {
  const above: string[] = [];
  for (const token of tokens) {
    if (token.type === 'heading_open') {
      while ((above.at(-1) ?? '') >= token.tag) above.pop();
      above.push(token.tag);
    }
    if (/^heading/.test(token.type)) token.tag = `h${Math.min(6, above.length + 2)}`;
  }
});
const { renderToken } = markdown.renderer;
markdown.renderer.rules.link_open = (tokens, index, options) => {
  tokens[index]?.attrSet('rel', 'noopener nofollow ugc');
  return renderToken.call(markdown.renderer, tokens, index, options);
};
markdown.renderer.rules.table_open = () => '<div class="wide"><table>\n';
markdown.renderer.rules.table_close = () => '</table></div>\n';

/** Markdown that somebody wrote, without any HTML of theirs; null when there is too much of it. */
export function renderMarkdown(text: string): Html | null {
  if (text.length > MOST) return null;
  const env = { tooLong: false };
  const rendered = markdown.render(text, env);
  return env.tooLong ? null : new Html(rendered);
}
