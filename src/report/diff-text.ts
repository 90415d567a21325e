import { paint, type Style, type Terminal, visible } from '../core/terminal.ts'

const styleOf = (line: string): Style | undefined => {
  if (/^(\+\+\+|---) /.test(line)) return 'bold'
  if (line.startsWith('+')) return 'green'
  if (line.startsWith('-')) return 'red'
  return line.startsWith('@@') ? 'cyan' : undefined
}

/** A unified diff for people; long lines are left to the terminal, so that they can be copied. */
export const diffText = (patch: string, terminal: Terminal): string =>
  patch
    .split('\n')
    .filter((line) => !line.startsWith('Index: '))
    .map((line) => {
      const style = styleOf(line)
      return style ? paint(terminal, style, visible(line)) : visible(line)
    })
    .join('\n')
