import { createHash } from 'node:crypto'
import { PRODUCT } from '../../core/product.ts'
import { markup, type Markup } from './markup.ts'
import { STYLE } from './style.ts'

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')
/** No script, no outside resource: the page can be opened anywhere and mailed to anyone. */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`

/** One self-contained page. */
export function page(title: string, body: readonly Markup[], at: string): string {
  const style: Markup = { markup: `<style>${STYLE}</style>` }
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${style}
</head>
<body>
<main>
${body}
<footer class="soft small">Made by ${PRODUCT.name} ${PRODUCT.version}, ${at}. No secret value stands in this report.
A pass is what was seen at the strongest layer that could be reached; what could not be looked at is unknown, never passed.</footer>
</main>
</body>
</html>`.markup
}
