import { showMs } from './duration.ts'

/** A whole number for people: `12,345`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-GB')
}

/** `1 request`, `2 requests`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${Math.round(value) === 1 ? one : many}`
}

/** A share of 0 … 1 for people; what is small is never shown as nothing, what is nearly all never as all. */
export function percent(share: number): string {
  if (share <= 0) return '0 %'
  if (share < 0.001) return '< 0.1 %'
  if (share >= 1) return '100 %'
  if (share > 0.999) return '> 99.9 %'
  return `${Number((share * 100).toFixed(1))} %`
}

/** Seconds for people, comparable up to ten minutes; `none` when there is no figure. */
export function seconds(value: number | null, none = '–'): string {
  if (value === null) return none
  if (value === 0) return '0 s'
  return value >= 1 && value < 600 ? `${value.toFixed(1)} s` : showMs(value * 1_000)
}

/** `12.3 s`, always in seconds, of milliseconds. */
export function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

/** Bytes as MiB. */
export function mebibytes(bytes: number): string {
  const value = bytes / 1_048_576
  return `${value < 10 ? value.toFixed(1) : count(value)} MiB`
}
