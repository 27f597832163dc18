import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Dockerode from 'dockerode'
import { expect } from 'vitest'
import { packFiles } from '../../../src/engine/archive.ts'

/** Texts by their names, for the folder that Nginx is given. */
export type ConfFiles = Readonly<Record<string, string>>

/** An Nginx that runs; gone with `await using`. */
export interface RunningNginx extends AsyncDisposable {
  /** All of its standard output and error until now. */
  said(): Promise<string>
}

/** A place where an Nginx can be tried, on this machine's network. */
export interface NginxHost {
  /** `1.22.1` */
  version(): Promise<string>
  /** `nginx -t`. */
  check(files: ConfFiles): Promise<{ code: number; said: string }>
  /** Waits until the port answers. `@FOLDER@` in a text is where the files lie. */
  start(files: ConfFiles, port: number): Promise<RunningNginx>
}

/** In the system's own list of names; the tests' server of names may say otherwise. */
export const knownName = 'shown.test'

const hosts = `127.0.0.1 localhost ${knownName}\n`

async function answering(port: number, isOver: () => boolean): Promise<void> {
  const tried = async () => {
    if (isOver()) return 'over'
    const socket = createConnection({ host: '127.0.0.1', port })
    const how = await new Promise<string>((resolve) => {
      socket.once('connect', () => resolve('open')).once('error', () => resolve('closed'))
    })
    socket.destroy()
    return how
  }
  await expect.poll(tried, { timeout: 20_000, interval: 20 }).not.toBe('closed')
}

/** A program on this machine, such as `/usr/sbin/nginx`. Needs root, for a list of names of its own. */
export function localNginx(program: string): NginxHost {
  const run = async (folder: string, argv: string) => {
    const out = openSync(join(folder, 'said'), 'a')
    const script = `mount --bind ${folder}/hosts /etc/hosts && exec ${program} ${argv}`
    const child = spawn('unshare', ['-m', 'sh', '-c', script], { stdio: ['ignore', out, out] })
    await once(child, 'spawn')
    closeSync(out)
    return { child, ended: once(child, 'exit').then(([code]) => Number(code ?? 1)) }
  }
  const laid = async (files: ConfFiles) => {
    const folder = await mkdtemp(join(tmpdir(), 'real-nginx-'))
    const all = { ...files, hosts }
    for (const [name, text] of Object.entries(all)) {
      await writeFile(join(folder, name), text.replaceAll('@FOLDER@', folder))
    }
    return { folder, said: () => readFile(join(folder, 'said'), 'utf8') }
  }
  const check = async (files: ConfFiles, argv: string) => {
    const { folder, said } = await laid(files)
    const { ended } = await run(folder, argv.replaceAll('@FOLDER@', folder))
    const result = { code: await ended, said: await said() }
    await rm(folder, { recursive: true })
    return result
  }
  return {
    version: async () => versionIn((await check({}, '-v')).said),
    check: (files) => check(files, '-t -c @FOLDER@/nginx.conf'),
    start: async (files, port) => {
      const { folder, said } = await laid(files)
      const { child, ended } = await run(folder, `-c ${folder}/nginx.conf`)
      await answering(port, () => child.exitCode !== null)
      return {
        said,
        [Symbol.asyncDispose]: async () => {
          child.kill('SIGTERM')
          await ended
          await rm(folder, { recursive: true, force: true })
        },
      }
    },
  }
}

const versionIn = (said: string) => /nginx\/([\d.]+)/.exec(said)?.[1] ?? said

/** An image, on the network of the engine's machine, which is this one. */
export function imageNginx(docker: Dockerode, image: () => string): NginxHost {
  const folder = '/tmp/shown'
  const made = async (files: ConfFiles, argv: string) => {
    const all = Object.entries({ ...files, hosts })
    const script = `cat ${folder}/hosts > /etc/hosts; exec nginx ${argv}`
    const container = await docker.createContainer({
      Image: image(),
      Entrypoint: ['/bin/sh', '-c', script],
      HostConfig: { NetworkMode: 'host' },
    })
    const packed = all.map(([name, text]) => {
      return { path: `${folder}/${name}`, content: Buffer.from(text.replaceAll('@FOLDER@', folder)) }
    })
    await container.putArchive(await packFiles(packed), { path: '/' })
    await container.start()
    const said = async () => unframed(await container.logs({ stdout: true, stderr: true }))
    return { container, said }
  }
  const check = async (files: ConfFiles, argv: string) => {
    const { container, said } = await made(files, argv)
    try {
      const { StatusCode: code }: { StatusCode: number } = await container.wait()
      return { code, said: await said() }
    } finally {
      await container.remove({ force: true })
    }
  }
  return {
    version: async () => versionIn((await check({}, '-v')).said),
    check: (files) => check(files, `-t -c ${folder}/nginx.conf`),
    start: async (files, port) => {
      const { container, said } = await made(files, `-c ${folder}/nginx.conf`)
      let isOver = false
      const ended = container.wait().then(() => {
        isOver = true
      })
      await answering(port, () => isOver)
      return {
        said,
        [Symbol.asyncDispose]: async () => {
          await container.remove({ force: true })
          await ended
        },
      }
    },
  }
}

/** The engine sends pieces of both streams, each behind eight bytes: the stream, and the length. */
function unframed(sent: Buffer): string {
  const pieces: Buffer[] = []
  for (let at = 0; at + 8 <= sent.length; ) {
    const end = at + 8 + sent.readUInt32BE(at + 4)
    pieces.push(sent.subarray(at + 8, end))
    at = end
  }
  return Buffer.concat(pieces).toString('utf8')
}
