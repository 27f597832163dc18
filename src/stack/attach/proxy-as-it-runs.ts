import type Dockerode from 'dockerode'
import { z } from 'zod'
import { BadgatewayError } from '../../kit/errors.ts'
import type { StackDescription } from '../description/description.ts'
import type { Exec } from '../exec.ts'
import { builtAs, type CommandLine, nginxIn } from './nginx-program.ts'
import type { Inspected } from './recreate.ts'

const processList = z.object({ Processes: z.array(z.array(z.string())).nullable() })

export interface AsItRuns {
  /** With what was learnt of its Nginx. */
  description: StackDescription
  /** What has its files read, where a HUP to the first process would not. */
  reload?: readonly string[]
}

/**
 * Which Nginx runs in the proxy's container, and how it is told to read its files. SERVICE_NOT_READY when none does.
 */
export async function proxyAsItRuns(
  docker: Dockerode,
  { found, exec }: { found: Inspected; exec: Exec },
  description: StackDescription,
): Promise<AsItRuns> {
  const { proxy, can } = description
  const listed = await docker.getContainer(found.Id).top({ ps_args: '-o pid,ppid,args' })
  const running = nginxIn(linesOf(processList.parse(listed).Processes ?? []), found.State.Pid)
  if (!running) {
    const message = `No Nginx runs in the container of ${proxy.service}`
    throw new BadgatewayError('SERVICE_NOT_READY', message, 'Name the service that is the proxy.')
  }
  const program = proxy.program ?? running.program
  const { output } = await exec([...program, '-V'])
  const instrumented = can.instrumented && {
    // Another process may keep what it is told for itself: the first one's output is what the engine hears.
    ...(running.isFirst ? {} : { output: '/proc/1/fd/1' }),
    ...builtAs(output),
    ...can.instrumented,
  }
  return {
    description: {
      ...description,
      proxy: { ...proxy, program },
      can: { ...can, ...(instrumented && { instrumented }) },
    },
    ...(running.isFirst ? {} : { reload: [...program, '-s', 'reload'] }),
  }
}

function linesOf(rows: readonly (readonly string[])[]): CommandLine[] {
  return rows.map(([pid = '', parent = '', ...args]) => ({
    pid: Number(pid),
    parent: Number(parent),
    args: args.join(' '),
  }))
}
