import { readRelease } from '../deploy/index.ts'
import { unfitFor } from '../faults/index.ts'
import { reasonOf } from '../kit/errors.ts'
import { ownOf } from '../kit/own.ts'
import type { Cell, Cells, Handlings } from '../modes/index.ts'
import type { Release, Stack } from '../stack/index.ts'

/** What only the files of a proxy tell, once it is up: cells that they cannot have are left out, with the reason. */
export async function fitting({ cells, left }: Cells, stack: Stack, handlings: Handlings): Promise<Cells> {
  const isAsked = cells.some(({ fault }) => fault.kind === 'proxy-files')
  const release = isAsked ? await readRelease(stack.proxy(), 'as it was found').catch(reasonOf) : ''
  const unfit = cells.flatMap((cell) => {
    const because = unfitWords(cell, { stack, release, handlings })
    return because === undefined ? [] : [{ cell: cell.name, because }]
  })
  const names = unfit.map(({ cell }) => cell)
  return { cells: cells.filter(({ name }) => !names.includes(name)), left: [...left, ...unfit] }
}

interface Known {
  readonly stack: Pick<Stack, 'description'>
  /** Or why it cannot be read. */
  readonly release: Release | string
  readonly handlings: Handlings
}

function unfitWords({ fault, target }: Cell, { stack, release, handlings }: Known): string | undefined {
  const { description } = stack
  if (fault.kind === 'proxy-files') {
    if (typeof release === 'string') return `the files of the proxy cannot be read: ${release}`
    return unfitFor(release, fault, description)
  }
  const { upstream = '', kind } = target
  const handling = ownOf(handlings, upstream)
  const isOnce =
    kind === 'lookup' && target.services.includes(description.proxy.service) && handling?.resolves === false
  if (!isOnce) return undefined
  const how = handling.isGroup ? '`resolve` behind its `server` line, with a `zone`' : 'a variable in its pass'
  return `Nginx looks up the servers of ${upstream} once, when it starts; with \`resolver\` and ${how} it applies`
}
