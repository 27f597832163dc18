/** What kind of value an expression has. */
export type ValueType = 'vector' | 'scalar' | 'matrix' | 'string'

/** `v` a vector, `s` a number, `m` a range, `t` text; `?` behind what may be left out, `*` what may be repeated. */
const shapes: Readonly<Record<string, string>> = {
  ...all('v', [
    ...['abs', 'absent', 'acos', 'acosh', 'asin', 'asinh', 'atan', 'atanh', 'ceil', 'cos', 'cosh', 'deg', 'exp'],
    ...['floor', 'ln', 'log10', 'log2', 'rad', 'scalar', 'sgn', 'sin', 'sinh', 'sort', 'sort_desc', 'sqrt', 'tan'],
    ...['tanh', 'timestamp', 'histogram_avg', 'histogram_count', 'histogram_sum', 'histogram_stddev'],
    'histogram_stdvar',
  ]),
  ...all('v?', ['day_of_month', 'day_of_week', 'day_of_year', 'days_in_month', 'hour', 'minute', 'month', 'year']),
  ...all('m', [
    ...['avg', 'min', 'max', 'sum', 'count', 'stddev', 'stdvar', 'last', 'present', 'absent', 'mad', 'first'].map(
      (what) => `${what}_over_time`,
    ),
    ...['changes', 'resets', 'rate', 'irate', 'increase', 'delta', 'idelta', 'deriv'],
  ]),
  ...all('', ['time', 'pi']),
  clamp: 'v s s',
  clamp_max: 'v s',
  clamp_min: 'v s',
  double_exponential_smoothing: 'm s s',
  histogram_fraction: 's s v',
  histogram_quantile: 's v',
  holt_winters: 'm s s',
  info: 'v v?',
  label_join: 'v t t t*',
  label_replace: 'v t t t t',
  predict_linear: 'm s',
  quantile_over_time: 's m',
  round: 'v s?',
  sort_by_label: 'v t*',
  sort_by_label_desc: 'v t*',
  vector: 's',
}

/** Aggregations that are told something else first; all others have one vector. */
const aggregates: Readonly<Record<string, string>> = {
  ...all('s v', ['topk', 'bottomk', 'quantile', 'limitk', 'limit_ratio']),
  count_values: 't v',
}

function all(shape: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, shape]))
}

const kinds: Readonly<Record<string, ValueType>> = { v: 'vector', s: 'scalar', m: 'matrix', t: 'string' }
const words: Readonly<Record<ValueType, string>> = {
  vector: 'series',
  scalar: 'a number',
  matrix: 'a range, like [5m]',
  string: 'a text',
}

/** What is wrong with the arguments of a call or an aggregation, and with which of them; null: nothing. */
export function argumentTrouble(
  name: string,
  is: 'call' | 'aggregate',
  given: readonly ValueType[],
): { at: number; what: string } | null {
  const shape = is === 'call' ? shapes[name] : (aggregates[name] ?? 'v')
  // A function of a later Prometheus: that one knows.
  if (shape === undefined) return null
  const wanted = shape === '' ? [] : shape.split(' ')
  const least = wanted.filter((one) => !/[?*]$/.test(one)).length
  const most = wanted.at(-1)?.endsWith('*') ? Number.POSITIVE_INFINITY : wanted.length
  for (const [at, type] of given.slice(0, Number.isFinite(most) ? most : undefined).entries()) {
    const kind = kinds[(wanted[Math.min(at, wanted.length - 1)] ?? '')[0] ?? '']
    if (kind !== undefined && kind !== type) return { at, what: `${name}() wants ${words[kind]} here` }
  }
  if (given.length >= least && given.length <= most) return null
  const count = most === least ? `${least}` : Number.isFinite(most) ? `${least} to ${most}` : `${least} or more`
  return { at: 0, what: `${name}() has ${given.length} of its ${count} arguments` }
}
