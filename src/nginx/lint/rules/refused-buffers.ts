import type { Model } from '../../knowledge/model.ts'
import { bytesOf } from '../../knowledge/units.ts'
import type { Directive } from '../../read/directive.ts'
import { once, type Trapped } from '../rule.ts'

const buffered = ['proxy', 'fastcgi', 'uwsgi', 'scgi']
/** A page of memory, which Nginx takes by default. */
const page = 4_096

/** Buffers that do not fit to each other (ngx_http_proxy_merge_loc_conf), asked of each server and location. */
export function refusedBuffers({ all, effects }: Model): Trapped[] {
  const names = new Set(buffered.flatMap((family) => partsOf(family)))
  const set = all.filter(({ name, args, block }) => names.has(name) && !block && args.length > 0)
  if (set.length === 0) return []
  const places = all.filter(({ name, block, parent }) => {
    return block !== null && (name === 'server' || name === 'location') && parent?.name !== 'upstream'
  })
  const families = buffered.filter((family) => set.some(({ name }) => name.startsWith(`${family}_`)))
  return once(
    places
      .filter((place) => !place.within('stream', 'mail'))
      .flatMap((place) => families.map((family) => refusalAt(place, family, effects))),
  )
}

const partsOf = (family: string) =>
  ['buffer_size', 'buffers', 'busy_buffers_size', 'temp_file_write_size', 'max_temp_file_size'].map(
    (part) => `${family}_${part}`,
  )

function refusalAt(place: Directive, family: string, effects: Model['effects']): Trapped | undefined {
  const found = partsOf(family).map((name) => inside(place, name, effects))
  const directive = nearest(found.flatMap((one) => one.directive ?? []))
  if (!directive || found.some(({ isSure }) => !isSure)) return undefined
  const [size, buffers, busy, write, most] = found.map((one) => one.directive)
  const bytes = (one: Directive | undefined, at: number, fallback: number) => (one ? bytesOf(one.args[at]) : fallback)
  const [header, count, each] = [bytes(size, 0, page), buffers ? Number(buffers.args[0]) : 8, bytes(buffers, 1, page)]
  if (header === undefined || each === undefined || !Number.isInteger(count)) return undefined
  const largest = Math.max(header, each)
  const [busyBytes, writeBytes] = [bytes(busy, 0, 2 * largest), bytes(write, 0, 2 * largest)]
  const says = mistake(family, { largest, count, each, busyBytes, writeBytes, mostBytes: bytes(most, 0, 2 ** 30) })
  return says === undefined ? undefined : { directive, says }
}

interface Sizes {
  readonly largest: number
  readonly count: number
  readonly each: number
  readonly busyBytes: number | undefined
  readonly writeBytes: number | undefined
  readonly mostBytes: number | undefined
}

function mistake(
  family: string,
  { largest, count, each, busyBytes, writeBytes, mostBytes }: Sizes,
): string | undefined {
  const least = `the maximum of the value of "${family}_buffer_size" and one of the "${family}_buffers"`
  if (count < 2) return `there must be at least 2 "${family}_buffers"`
  const all = (count - 1) * each
  if (busyBytes !== undefined && busyBytes < largest) {
    return `"${family}_busy_buffers_size" must be equal to or greater than ${least} (${busyBytes} < ${largest})`
  }
  if (busyBytes !== undefined && busyBytes > all) {
    const most = `the size of all "${family}_buffers" minus one buffer (${busyBytes} > ${all})`
    return `"${family}_busy_buffers_size" must be less than ${most}`
  }
  if (writeBytes !== undefined && writeBytes < largest) {
    return `"${family}_temp_file_write_size" must be equal to or greater than ${least}`
  }
  if (mostBytes !== undefined && mostBytes !== 0 && mostBytes < largest) {
    return `"${family}_max_temp_file_size" must be equal to zero or greater than ${least}`
  }
  return undefined
}

/** What holds inside of a block. */
function inside(place: Directive, name: string, effects: Model['effects']) {
  const [own] = place.own(name)
  if (own) return { directive: own, isSure: true }
  const outer = effects.at(place, name)
  return { directive: outer.directives[0], isSure: outer.isSure && effects.knows(place) }
}

/** The one that stands furthest in, the last of them: what was written to change something. */
function nearest(directives: readonly Directive[]): Directive | undefined {
  const depth = (one: Directive) => {
    let count = 0
    for (let block = one.parent; block; block = block.parent) count += 1
    return count
  }
  return directives.toSorted((a, b) => depth(b) - depth(a) || b.start - a.start)[0]
}
