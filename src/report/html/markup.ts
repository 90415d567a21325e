import { escapeMarkup } from '../escape.ts'

/** Markup that is safe to send: everything put into it was escaped on the way. */
export interface Markup {
  readonly markup: string
}
type Part = string | number | Markup | readonly (string | Markup)[] | undefined

const shown = (part: Part): string => {
  if (part === undefined) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeMarkup(String(part))
  return 'markup' in part ? part.markup : part.map(shown).join('')
}

/** The only way to make markup: what is interpolated is escaped unless it is markup itself. */
export const markup = (literals: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: literals.map((literal, index) => literal + shown(parts[index])).join(''),
})

export const NOTHING: Markup = { markup: '' }
