import { Document, visit } from 'yaml'
import { json, spelledOut, TURNING } from './json-document.ts'

/** Through JSON, so that both formats have the same fields and secrets print as `[secret]`. */
export function yaml(value: unknown): string {
  const document = new Document(JSON.parse(json(value)))
  // Only between double quotes does YAML know `\u202e`.
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && node.value.search(TURNING) >= 0)
        node.type = 'QUOTE_DOUBLE'
    },
  })
  return spelledOut(document.toString({ lineWidth: 0 })).trimEnd()
}
