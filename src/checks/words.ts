/** `4.2 %`, of a share from 0 to 1. */
export function percent(share: number): string {
  const value = share * 100
  return `${Number.isInteger(value) ? value : value.toFixed(1)} %`
}

/** `1 request`, `250 requests`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `12.3 s`, always in seconds, of milliseconds. */
export function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
