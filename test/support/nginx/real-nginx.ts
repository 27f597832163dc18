import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type Dockerode from 'dockerode'
import { expect } from 'vitest'
import { packFiles } from '../../../src/engine/archive.ts'
import type { Labels } from '../../../src/engine/labels.ts'
import { containerName, intend } from '../../../src/engine/on-record.ts'

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

/** The Nginx of a container that does nothing else, on the network of the engine's machine, which is this one. */
export function containerNginx(container: Dockerode.Container): NginxHost {
  const run = async (script: string) => {
    const exec = await container.exec({ Cmd: ['/bin/sh', '-c', script], AttachStdout: true, AttachStderr: true })
    const sent = await buffer(await exec.start({}))
    return { code: (await exec.inspect()).ExitCode ?? 1, said: unframed(sent) }
  }
  const laid = async (files: ConfFiles) => {
    const folder = `/tmp/shown-${randomUUID()}`
    const packed = Object.entries(files).map(([name, text]) => {
      return { path: `${folder}/${name}`, content: Buffer.from(text.replaceAll('@FOLDER@', folder)) }
    })
    await container.putArchive(await packFiles(packed), { path: '/' })
    return folder
  }
  return {
    version: async () => versionIn((await run('nginx -v')).said),
    check: async (files) => await run(`nginx -t -c ${await laid(files)}/nginx.conf`),
    start: async (files, port) => {
      const folder = await laid(files)
      let isOver = false
      // In the foreground: its exec ends when it does.
      const ended = run(`echo $$ > ${folder}/own-pid; exec nginx -c ${folder}/nginx.conf >> ${folder}/said 2>&1`).then(
        () => {
          isOver = true
        },
      )
      await answering(port, () => isOver)
      return {
        said: async () => (await run(`cat ${folder}/said`)).said,
        [Symbol.asyncDispose]: async () => {
          await run(`kill $(cat ${folder}/own-pid)`)
          await ended
          await run(`rm -r ${folder}`)
        },
      }
    },
  }
}

/** A container of this image in which nothing runs yet, with the tests' list of names. */
export async function startNginxContainer(docker: Dockerode, image: string, labels: Labels): Promise<NginxHost> {
  const name = containerName(labels, image.replaceAll(/\W/g, '-'))
  const made = await intend(labels, { kind: 'container', name })
  const container = await docker.createContainer({
    name,
    Image: image,
    Labels: { ...labels },
    Entrypoint: ['sleep', 'infinity'],
    HostConfig: { NetworkMode: 'host', Init: true, ExtraHosts: [`${knownName}:127.0.0.1`] },
  })
  made(container.id)
  await container.start()
  return containerNginx(container)
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
