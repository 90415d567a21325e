import { columns, pad, wrap } from './terminal.ts'

const GAP = 2

/** Natural widths, the widest columns narrowed until the table fits. */
function widths(rows: readonly (readonly string[])[], total: number): readonly number[] {
  const count = Math.max(0, ...rows.map((row) => row.length))
  const wide = Array.from({ length: count }, (_, index) =>
    Math.max(1, ...rows.map((row) => columns(row[index] ?? ''))),
  )
  const room = total - GAP * (count - 1)
  while (wide.reduce((sum, one) => sum + one, 0) > room) {
    const widest = wide.indexOf(Math.max(...wide))
    if ((wide[widest] ?? 0) <= 8) break
    wide[widest] = (wide[widest] ?? 0) - 1
  }
  return wide
}

/** Rows as aligned columns that fit `width`; a cell too long for its column goes on below. No trailing blanks. */
export function table(rows: readonly (readonly string[])[], width: number): string {
  const wide = widths(rows, width)
  return rows
    .flatMap((row) => {
      const cells = wide.map((room, index) => wrap(row[index] ?? '', room))
      const height = Math.max(1, ...cells.map((cell) => cell.length))
      return Array.from({ length: height }, (_, line) =>
        cells
          .map((cell, index) => pad(cell[line] ?? '', wide[index] ?? 0))
          .join(' '.repeat(GAP))
          .trimEnd(),
      )
    })
    .join('\n')
}
