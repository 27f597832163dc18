const units: Record<string, number> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  M: 2_592_000,
  y: 31_536_000,
}

/** Nginx's times, in seconds: `1m30s`, `500ms`, `60`; undefined when it is none. */
export function secondsOf(text: string | undefined): number | undefined {
  // Each number but the last has its unit: there is one way to read it, however long it is.
  if (!text || !/^(?:\d+(?:ms|[smhdwMy]) ?)*(?:\d+(?:ms|[smhdwMy])?)?$/.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwMy])?/g)]
  return parts.reduce((sum, [, number, unit = 's']) => sum + Number(number) * (units[unit] ?? 1), 0)
}

const months = '(?:\\d+y *)?(?:\\d+M *)?'
const rest = '(?:\\d+w *)?(?:\\d+d *)?(?:\\d+h *)?(?:\\d+m *)?(?:\\d+s *)?'
/** Each unit once, the longest first; a number without one are seconds. Nginx's timers know no months. */
const times = {
  msec: new RegExp(`^(?=\\d)${rest}(?:\\d+ms *)?(?:\\d+ *)?$`),
  sec: new RegExp(`^(?=\\d)${months}${rest}(?:\\d+ *)?$`),
}

/** Whether Nginx takes it for a time of this kind (ngx_parse_time). */
export const isSeconds = (text: string, kind: 'msec' | 'sec'): boolean => times[kind].test(text) && !/\d{16}/.test(text)

/** Whether Nginx takes it for a size; offsets know gigabytes (ngx_parse_size, ngx_parse_offset). */
export const isBytes = (text: string, more: '' | 'g' = ''): boolean =>
  new RegExp(`^\\d{1,17}[km${more}]?$`, 'i').test(text)

/** Nginx's sizes, in bytes: `4k`, `1m`, `512`; undefined when it is none. */
export function bytesOf(text: string | undefined): number | undefined {
  const [, number, unit = ''] = /^(\d+)([kKmMgG]?)$/.exec(text ?? '') ?? []
  if (number === undefined) return undefined
  return Number(number) * ({ k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[unit.toLowerCase()] ?? 1)
}

/** `1.27.3` against `1.29.7`: negative when the first is older; unknown parts count as 0. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.split('.').map(Number))
  for (const at of [0, 1, 2]) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
