import type Dockerode from 'dockerode'
import { beforeAll } from 'vitest'
import { connectEngine } from '../../../src/engine/engine.ts'
import { ensureImages } from '../../../src/images/images.ts'
import { type ConfFiles, imageNginx, localNginx, type NginxHost } from './real-nginx.ts'

const images = ['proxy', 'proxy-old'] as const

/**
 * The Nginx of Debian 13 and of Debian 12, for `describe.each`. By hand, without an engine and as root, one of this
 * machine instead: `BADGATEWAY_NGINX=/usr/sbin/nginx`.
 */
export function nginxHosts(): [string, () => NginxHost][] {
  const program = process.env['BADGATEWAY_NGINX']
  if (program !== undefined) return [[program, () => localNginx(program)]]
  const made = new Map<string, string>()
  let docker: Dockerode | undefined
  beforeAll(async () => {
    docker = (await connectEngine(process.env)).docker
    for (const [name, tag] of Object.entries(await ensureImages(docker, { only: images }))) made.set(name, tag)
  })
  return images.map((name) => {
    const hostOf = () => {
      if (!docker) throw new Error('there is no engine')
      return imageNginx(docker, () => made.get(name) ?? '')
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
