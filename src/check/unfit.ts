import { readRelease } from '../deploy/index.ts'
import { unfitFor } from '../faults/index.ts'
import { reasonOf } from '../kit/errors.ts'
import { ownOf } from '../kit/own.ts'
import type { Cell, Cells, Handlings, LeftOut } from '../modes/index.ts'
import type { Release, Stack, StackDescription } from '../stack/index.ts'
import type { OnDisk } from './on-disk.ts'

/** What only the files of a proxy tell, once it is up: cells that they cannot have are left out, with the reason. */
export async function fitting({ cells, left }: Cells, stack: Stack, handlings: Handlings): Promise<Cells> {
  const isAsked = cells.some(({ fault }) => fault.kind === 'proxy-files')
  const release = isAsked ? await readRelease(stack.proxy(), 'as it was found').catch(reasonOf) : ''
  const readsAll = cells.some(isOfRights) && (await readsEverything(stack))
  const unfit = cells.flatMap((cell) => {
    const because = unfitWords(cell, { stack, release, handlings, readsAll })
    return because === undefined ? [] : [{ cell: cell.name, because }]
  })
  const names = unfit.map(({ cell }) => cell)
  return { cells: cells.filter(({ name }) => !names.includes(name)), left: [...left, ...unfit] }
}

/** The same of cells before it is up, as far as the files on disk tell. */
export function unfitOnDisk(cells: readonly Cell[], description: StackDescription, onDisk: OnDisk): LeftOut[] {
  const known = { stack: { description }, ...onDisk, readsAll: false }
  return cells.flatMap((cell) => {
    const because = unfitWords(cell, known)
    return because === undefined ? [] : [{ cell: cell.name, because }]
  })
}

interface Known {
  readonly stack: Pick<Stack, 'description'>
  /** Or why it cannot be read. */
  readonly release: Release | string
  readonly handlings: Handlings
  /** No right of a file keeps its first process from reading it. */
  readonly readsAll: boolean
}

const isOfRights = ({ fault }: Cell) => 'edit' in fault && fault.edit === 'unreadable-file'

/** It is done to the second request of a connection, or between two. */
const isOfKept = ({ mode }: Cell) => mode.tags.includes('keepalive')

/** CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH. */
const pastRights = 0b110n

async function readsEverything(stack: Stack): Promise<boolean> {
  const { output } = await stack.inside(stack.description.proxy.service).exec(['grep', 'CapEff', '/proc/1/status'])
  const mask = /^CapEff:\s*([0-9a-f]+)/m.exec(output)?.[1]
  return mask !== undefined && (BigInt(`0x${mask}`) & pastRights) !== 0n
}

function unfitWords(cell: Cell, { stack, release, handlings, readsAll }: Known): string | undefined {
  const { fault, target } = cell
  const { description } = stack
  if (isOfRights(cell) && readsAll) {
    const how = 'with `cap_drop: [DAC_OVERRIDE]` or another `user:` it applies'
    return `its Nginx starts with rights by which it reads every file; ${how}`
  }
  if ('edit' in fault) {
    if (typeof release === 'string') return `the files of the proxy cannot be read: ${release}`
    return unfitFor(release, fault, description)
  }
  const { upstream = '', kind } = target
  const handling = ownOf(handlings, upstream)
  if (isOfKept(cell) && handling && handling.keepalive === null) {
    const block = handling.isGroup ? '`keepalive` in that block' : 'an `upstream` block with `keepalive`'
    const how = handling.family === 'proxy' ? `${block}, HTTP/1.1 and an empty \`Connection\`` : block
    return `Nginx keeps no connection to ${upstream} for a second request; with ${how} it applies`
  }
  const isOnce =
    kind === 'lookup' && target.services.includes(description.proxy.service) && handling?.resolves === false
  if (!isOnce) return undefined
  const how = handling.isGroup ? '`resolve` behind its `server` line, with a `zone`' : 'a variable in its pass'
  return `Nginx looks up the servers of ${upstream} once, when it starts; with \`resolver\` and ${how} it applies`
}
