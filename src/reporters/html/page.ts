import { html, type Markup, trusted } from './markup.ts'
import { style } from './style.ts'

const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

export interface PageParts {
  readonly title: string
  /** Definitions that pictures of the page share; null for none. */
  readonly definitions: Markup | null
  readonly head: Markup
  readonly main: Markup
  readonly footer: Markup
}

/** A page that opens offline, asks nobody for anything and needs no script. */
export function pageOf({ title, definitions, head, main, footer }: PageParts): Markup {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}: badgateway report</title>
<style>${trusted(style)}</style></head>
<body><a class="skip" href="#main">To the report</a>
${definitions}
<header>${head}</header>
<main id="main">
${main}
</main>
<footer>${footer}</footer>
</body></html>
`
}
