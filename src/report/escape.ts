// Foreign text made harmless for each format. Control characters are spelled out in all of them.
import { visible } from '../core/terminal.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For text and quoted attributes of HTML and XML. */
export const escapeMarkup = (text: string): string =>
  visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)

/** For a table cell or a paragraph of GitHub's Markdown. */
export const escapeMarkdown = (text: string): string =>
  visible(text).replace(/[\\`*_{}[\]<>|~#&]/g, (character) =>
    character === '&' || character === '<' || character === '>'
      ? (ENTITIES[character] ?? character)
      : `\\${character}`,
  )
