import { sendText } from '../shared/body.ts'
import type { Exchange } from './exchange.ts'

const type = 'text/html; charset=utf-8'

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}</html>\n`
}

const links = Array.from({ length: 50 }, (_, at) => `<li><a href="/product/${at + 1}">Product ${at + 1}</a>`).join('')
const home = page('The shop', `<ul>${links}</ul>`)

/** The site's pages. They are ready-made: what they sell is asked from the API by the browser. */
export function web({ request, response, path }: Exchange): void {
  request.resume()
  const product = /^\/product\/([1-9]\d{0,3})$/.exec(path)?.[1]
  if (request.method !== 'GET' && request.method !== 'HEAD') sendText(response, 405, type, page('Not so', ''))
  else if (path === '/') sendText(response, 200, type, home)
  else if (product && Number(product) <= 50) sendText(response, 200, type, page(`Product ${product}`, '<p>In stock.'))
  else sendText(response, 404, type, page('No such page', ''))
}
