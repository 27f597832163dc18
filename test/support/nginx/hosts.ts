import { afterAll, beforeAll } from 'vitest'
import { type GuardedScope, openScope } from '../../../src/cleanup/guarded-scope.ts'
import { connectEngine } from '../../../src/engine/engine.ts'
import { ensureImages } from '../../../src/images/images.ts'
import { type ConfFiles, localNginx, type NginxHost, startNginxContainer } from './real-nginx.ts'

/** The Nginx of Debian 13 and of Debian 12. */
export const nginxImages = ['proxy', 'proxy-old'] as const

/**
 * The Nginx of these images, for `describe.each`. By hand, without an engine and as root, one of this machine instead:
 * `BADGATEWAY_NGINX=/usr/sbin/nginx`.
 */
export function nginxHosts(images: readonly (typeof nginxImages)[number][]): [string, () => NginxHost][] {
  const program = process.env['BADGATEWAY_NGINX']
  if (program !== undefined) return [[program, () => localNginx(program)]]
  const hosts = new Map<string, NginxHost>()
  let scope: GuardedScope | undefined
  beforeAll(async () => {
    const engine = await connectEngine(process.env)
    const tags = await ensureImages(engine.docker, { only: images })
    scope = await openScope(engine)
    for (const name of images) {
      hosts.set(name, await startNginxContainer(engine.docker, tags[name] ?? '', scope.labels))
    }
  })
  afterAll(() => scope?.close())
  return images.map((name) => {
    const hostOf = () => {
      const host = hosts.get(name)
      if (!host) throw new Error(`there is no container of ${name}`)
      return host
    }
    return [name, hostOf]
  })
}

/** What every Nginx of a test needs: in the foreground, its files below its folder, its log on standard error. */
export const foreground = 'user root; daemon off; pid @FOLDER@/pid; error_log stderr info;'
export const temporaryPaths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  .map((name) => `${name}_temp_path @FOLDER@/${name};`)
  .join(' ')

/** An http block of these words. */
export const confOf = (http: string, main = 'worker_processes 1; events {}'): ConfFiles => ({
  'nginx.conf': `${foreground} ${main}\nhttp { access_log off; ${temporaryPaths}\n${http}\n}`,
})
