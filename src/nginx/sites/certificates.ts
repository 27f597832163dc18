import { normalPath } from '../read/glob.ts'
import type { Configuration } from '../read/read.ts'
import type { Where } from './choose-server.ts'
import { Sites } from './sites.ts'

/** Absolute paths of a certificate and its key. */
export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

/** The certificates that the server of this host shows on this port, or why their files are not known. */
export function certificateFiles(
  configuration: Configuration,
  where: Where = {},
): readonly CertificateFiles[] | { readonly because: string } {
  const sites = new Sites(configuration)
  const found = sites.server(where)
  if ('because' in found) return found
  const { server, listen } = found
  const at = `${server.file}:${server.line}`
  if (!listen.isTls) return { because: `${at}: the server there speaks no TLS` }
  const { effects } = sites.model
  const [certificates, keys] = ['ssl_certificate', 'ssl_certificate_key'].map((name) => {
    return effects.inside(server, name).directives.map(({ args }) => args[0] ?? '')
  })
  if (!certificates || !keys || certificates.length === 0) return { because: `${at}: no ssl_certificate holds there` }
  const odd = [...certificates, ...keys].find((path) => /^(data|engine|store):|[${]/.test(path))
  if (odd !== undefined) return { because: `${at}: ${odd} is no path of a file` }
  const main = configuration.sources[0]?.file ?? '/'
  const folder = main.slice(0, main.lastIndexOf('/'))
  const absolute = (path: string) => normalPath(path.startsWith('/') ? path : `${folder}/${path}`)
  return certificates.map((certificate, index) => {
    return { certificate: absolute(certificate), key: absolute(keys[index] ?? certificate) }
  })
}
