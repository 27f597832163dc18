import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type Dockerode from 'dockerode'

/** Runs a program (argv) in a container; its two streams apart. Rejects when it prints more than `most` bytes. */
export async function execApart(
  container: Dockerode.Container,
  argv: readonly string[],
  most: number,
): Promise<{ code: number; out: string; err: string }> {
  const exec = await container.exec({ Cmd: [...argv], AttachStdout: true, AttachStderr: true })
  const stream = await exec.start({ hijack: true, stdin: false })
  const [out, err] = [new PassThrough(), new PassThrough()]
  container.modem.demuxStream(stream, out, err)
  let size = 0
  stream.on('data', (part: Buffer) => {
    size += part.length
    if (size > most) stream.destroy(new Error(`it prints more than ${most} bytes`))
  })
  stream.on('end', () => {
    out.end()
    err.end()
  })
  stream.on('error', (error: Error) => {
    out.destroy(error)
    err.destroy(error)
  })
  const [printed, told] = await Promise.all([buffer(out), buffer(err)])
  const { ExitCode } = await exec.inspect()
  return { code: ExitCode ?? -1, out: printed.toString('utf8'), err: told.toString('utf8') }
}
