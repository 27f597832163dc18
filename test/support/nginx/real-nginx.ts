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
import { packFiles } from '../../../src/engine/files/archive.ts'
import type { Labels } from '../../../src/engine/labels.ts'
import { containerName, intend } from '../../../src/engine/on-record.ts'
import { pollUntil, realClock } from '../../../src/kit/clock.ts'
import { patience } from '../machine.ts'

/** Texts by their names, for the folder that Nginx is given. */
export type ConfFiles = Readonly<Record<string, string>>

/** An Nginx that runs; gone with `await using`, or before, and twice is once. */
export interface RunningNginx extends AsyncDisposable {
  /** Its standard output and error, as far as they have arrived; all of it when it has ended. */
  said(): Promise<string>
}

/** A place where an Nginx can be tried, on this machine's network. */
export interface NginxHost {
  /** `1.22.1` */
  version(): Promise<string>
  /** `nginx -t`. */
  check(files: ConfFiles): Promise<{ code: number; said: string }>
  /** Waits until the port answers; rejects with what it said if not. `@FOLDER@` in a text is where the files lie. */
  start(files: ConfFiles, port: number): Promise<RunningNginx>
}

/** In the system's own list of names; the tests' server of names may say otherwise. */
export const knownName = 'shown.test'

const hosts = `127.0.0.1 localhost ${knownName}\n`

async function answering(port: number, said: () => Promise<string>): Promise<void> {
  const tried = async () => {
    if ((await said()).includes('[emerg]')) return 'refused'
    const socket = createConnection({ host: '127.0.0.1', port })
    const how = await new Promise<string | undefined>((resolve) => {
      socket.once('connect', () => resolve('open')).once('error', () => resolve(undefined))
    })
    socket.destroy()
    return how
  }
  const how = await pollUntil(tried, { withinMs: patience(10_000), everyMs: 20, clock: realClock })
  if (how !== 'open') throw new Error(`nobody answers at port ${port}: ${await said()}`)
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
      let all: Promise<string> | undefined
      const end = async () => {
        child.kill('SIGTERM')
        await ended
        all ??= said()
        await all
        await rm(folder, { recursive: true, force: true })
      }
      await answering(port, said)
      return { said: () => all ?? said(), [Symbol.asyncDispose]: end }
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
      // One exec for all of its life: at the end of its input the shell ends Nginx, and takes the folder away.
      const script = `nginx -c ${folder}/nginx.conf & read end; kill $!; wait; rm -r ${folder}`
      const attached = { AttachStdin: true, AttachStdout: true, AttachStderr: true }
      const exec = await container.exec({ Cmd: ['/bin/sh', '-c', script], ...attached })
      const stream = await exec.start({ hijack: true, stdin: true })
      const sent: Buffer[] = []
      const ended = once(
        stream.on('data', (piece: Buffer) => sent.push(piece)),
        'end',
      )
      const said = () => Promise.resolve(unframed(Buffer.concat(sent)))
      const end = async () => {
        stream.end()
        await ended
      }
      await answering(port, said).catch(async (thrown) => {
        await end()
        throw thrown
      })
      return { said, [Symbol.asyncDispose]: end }
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
