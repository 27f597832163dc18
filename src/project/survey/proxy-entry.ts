import { posix } from 'node:path'
import type { Directive } from '../../nginx/index.ts'
import type { ProjectInput } from '../schema.ts'
import type { Book } from './book.ts'
import type { ChosenProxy, Front } from './choose.ts'
import { placeOf } from './groups.ts'
import { isRedirect, nameOf } from './site.ts'

/** `proxy` of badgateway.yaml, and what users should know of the site. */
export function proxyEntry(proxy: ChosenProxy, { listener }: Front, book: Book): ProjectInput['proxy'] {
  const { container, main, found, listeners } = proxy
  const { port, listen, site } = listener
  const place = placeOf(site.server)
  book.knows(['proxy', 'config'], `${found.because}: ${posix.basename(main)}`)
  const others = listeners.filter((one) => one.port !== port && !one.isLoopback && !isRedirect(one.site))
  const ports = [...new Set(others.map((one) => one.port))]
  if (ports.length === 0 || container.published.includes(port)) book.knows(['proxy', 'port'], `listen in ${place}`)
  else book.guesses(['proxy', 'port'], `listen in ${place}; it listens on ${ports.join(', ')}, too`)
  const name = nameOf(listener)
  if (!name) book.guesses(['proxy', 'host'], `no name of the server in ${place} can be asked for: say one`)
  else book[name.guessed ? 'guesses' : 'knows'](['proxy', 'host'], `${name.because} in ${place}`)
  tellRefusals(proxy, site.server, book)
  return {
    service: container.service,
    config: main,
    port,
    scheme: listen.isTls ? 'https' : 'http',
    ...(name?.host === undefined ? {} : { host: name.host }),
  }
}

/** What may refuse users before anything breaks. */
function tellRefusals({ sites }: ChosenProxy, server: Directive, book: Book): void {
  const here = (name: string) =>
    sites.model.all.filter((one) => one.name === name && (one.within('server') ?? server) === server)
  if (here('auth_basic').some(({ args: [realm] }) => realm !== 'off')) {
    book.tells('The site asks for a password (auth_basic): give the requests of traffic.mix an authorization header')
  }
  if (here('ssl_verify_client').some(({ args: [first] }) => first === 'on')) {
    book.tells('The site asks users for a certificate (ssl_verify_client), and ours have none: they will be refused')
  }
  if (here('limit_req').length > 0) {
    book.tells('The site limits requests by limit_req: users of one address may be refused before anything breaks')
  }
}
