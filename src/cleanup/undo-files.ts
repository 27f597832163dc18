import { finished } from 'node:stream/promises'
import type Dockerode from 'dockerode'
import { putFiles } from '../engine/index.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import type { Undo } from '../kit/undo.ts'

type WriteFiles = Extract<Undo, { verb: 'write-files' }>

/**
 * Puts files back as they were and tells the main process. A paused container is woken first, for nothing can be run in
 * it. In a container that has stopped, contents are put back; a file that was not there cannot be removed: that is
 * said.
 */
export async function restoreFiles(
  container: Dockerode.Container,
  undo: WriteFiles,
  { HostConfig: host, State: state }: Pick<Dockerode.ContainerInspectInfo, 'HostConfig' | 'State'>,
): Promise<string> {
  if (state.Paused) await container.unpause()
  const isBeside = host.NetworkMode?.startsWith('container:') ?? false
  if (isBeside && !state.Running) {
    if (!(await joinAgain(container))) return 'the container beside which it stood is gone, or down'
    state.Running = true
  }
  const kept = undo.files.flatMap(({ path, content, owned }) => {
    return content === null ? [] : [{ path, content: Buffer.from(content, 'base64'), owned }]
  })
  const gone = undo.files.flatMap(({ path, content }) => (content === null ? [path] : []))
  if (kept.length > 0) await putFiles(container, kept)
  if (gone.length > 0) await removeFiles(container, gone, state.Running)
  const told = state.Running ? await tell(container, undo) : ''
  return `${kept.length} files written, ${gone.length} removed${told}`
}

/** Has the files read. */
async function tell(container: Dockerode.Container, { signal, reload }: WriteFiles): Promise<string> {
  if (signal === null) return ''
  if (!reload) {
    await container.kill({ signal: `SIG${signal}` })
    return ` and SIG${signal} sent`
  }
  const code = await runIn(container, reload)
  if (code !== 0) throw failed(`'${reload.join(' ')}' ended with ${code}`)
  return ` and '${reload.join(' ')}' run`
}

async function removeFiles(container: Dockerode.Container, paths: readonly string[], running: boolean): Promise<void> {
  if (!running) throw failed(`the container has stopped, so ${paths.join(', ')} cannot be removed in it`)
  const code = await runIn(container, ['rm', '-f', '--', ...paths])
  if (code !== 0) throw failed(`removing ${paths.join(', ')}: rm ended with ${code}`)
}

/** Starts what shares another container's namespaces again. False: they are gone, and what was in them is too. */
export async function joinAgain(container: Dockerode.Container): Promise<boolean> {
  const gone = await container.start().then(
    () => undefined,
    (thrown: unknown) => reasonOf(thrown),
  )
  if (gone !== undefined && /non running container|No such container/i.test(gone)) return false
  if (gone !== undefined) throw failed(gone)
  return true
}

/** Runs a program (argv) in a container and gives its exit code. */
export async function runIn(container: Dockerode.Container, argv: readonly string[]): Promise<number> {
  const exec = await container.exec({ Cmd: [...argv], AttachStdout: true, AttachStderr: true })
  const stream = await exec.start({ Detach: false, Tty: false })
  stream.resume()
  await finished(stream, { writable: false })
  return (await exec.inspect()).ExitCode ?? -1
}

export const failed = (because: string) =>
  new BadgatewayError('ENGINE_CALL_FAILED', because, 'Is the container healthy?')
