/** How a series looks: a colour and, so that colour is never alone, a pattern or a dash. */
export interface Look {
  /** Name of the CSS variable that holds the colour, which differs in light and dark. */
  readonly colour: string
  /** Id of the pattern for areas; none for a plain fill. */
  readonly hatch?: 'rise' | 'fall' | 'grid' | 'dots'
}

/**
 * Colours of Okabe and Ito; dark ones where the light scheme needs the contrast. Source: monitoring notes B.3.8.
 */
export const colours: Readonly<Record<string, { light: string; dark: string }>> = {
  '--c-blue': { light: '#0072b2', dark: '#56b4e9' },
  '--c-vermillion': { light: '#d55e00', dark: '#d55e00' },
  '--c-orange': { light: '#e69f00', dark: '#e69f00' },
  '--c-yellow': { light: '#a89b00', dark: '#f0e442' },
  '--c-green': { light: '#009e73', dark: '#009e73' },
  '--c-purple': { light: '#cc79a7', dark: '#cc79a7' },
  '--c-sky': { light: '#3a93c8', dark: '#56b4e9' },
  '--c-grey': { light: '#6b7280', dark: '#9ca3af' },
  '--c-ink': { light: '#1b1f24', dark: '#e6e8eb' },
  '--c-muted': { light: '#57606a', dark: '#a9b1ba' },
  '--c-line': { light: '#d0d7de', dark: '#3d444d' },
  '--c-paper': { light: '#ffffff', dark: '#14171b' },
  '--c-fault': { light: '#d55e00', dark: '#ff9a4d' },
  '--c-outage': { light: '#fbe6e2', dark: '#4a2320' },
}

export const outcomeLooks: Readonly<Record<string, Look>> = {
  served: { colour: '--c-blue' },
  '4xx': { colour: '--c-grey' },
  '502': { colour: '--c-vermillion', hatch: 'rise' },
  '503': { colour: '--c-orange', hatch: 'fall' },
  '504': { colour: '--c-yellow', hatch: 'dots' },
  'other 5xx': { colour: '--c-purple', hatch: 'grid' },
  refused: { colour: '--c-ink', hatch: 'rise' },
  reset: { colour: '--c-ink', hatch: 'fall' },
  closed: { colour: '--c-ink', hatch: 'grid' },
  truncated: { colour: '--c-purple', hatch: 'dots' },
  timeout: { colour: '--c-green', hatch: 'fall' },
  'not sent or open': { colour: '--c-grey', hatch: 'dots' },
}

/** Looks of lines: first by dash, then by colour, so that neighbours differ in both. */
export interface LineLook {
  readonly colour: string
  readonly dash: readonly number[]
}

export const lineLooks: readonly LineLook[] = [
  { colour: '--c-blue', dash: [] },
  { colour: '--c-vermillion', dash: [6, 3] },
  { colour: '--c-green', dash: [2, 2] },
  { colour: '--c-purple', dash: [8, 3, 2, 3] },
  { colour: '--c-orange', dash: [] },
  { colour: '--c-grey', dash: [6, 3] },
  { colour: '--c-sky', dash: [2, 2] },
  { colour: '--c-yellow', dash: [8, 3, 2, 3] },
]

const strokes: Record<NonNullable<Look['hatch']>, string> = {
  rise: 'M-1 1L1 -1M0 6L6 0M5 7L7 5',
  fall: 'M-1 5L1 7M0 0L6 6M5 -1L7 1',
  grid: 'M0 3H6M3 0V6',
  dots: 'M2 3H4',
}

/** What fills an area: its colour, or its pattern. Goes into an SVG as it is. */
export function fillOf(look: Look): string {
  return look.hatch ? `url(#${patternId(look.colour, look.hatch)})` : `var(${look.colour})`
}

/** Fill of what is not yet sure: an alert that is pending. */
export const pendingFill = 'url(#p-c-orange-fall-light)'
export const faultFill = 'url(#p-c-fault-rise-light)'
/** Fill of the seconds in which the machine had no room. */
export const starvedFill = 'url(#p-c-purple-dots-light)'
/** Where the incident's clock stood still. */
export const standingFill = 'url(#p-c-grey-fall-light)'

function patternId(colour: string, hatch: string): string {
  return `p${colour.slice(1)}-${hatch}`
}

/** The patterns of all looks, once a page: colour below, strokes above. */
export function patternDefinitions(): string {
  const looks = Object.values(outcomeLooks).filter((look) => look.hatch)
  const solid = looks.map(({ colour, hatch = 'rise' }) =>
    pattern(patternId(colour, hatch), { back: `fill="var(${colour})"`, front: 'var(--c-paper)', hatch }),
  )
  const light = [
    pattern('p-c-orange-fall-light', { back: 'fill="none"', front: 'var(--c-orange)', hatch: 'fall' }),
    pattern('p-c-purple-dots-light', { back: 'fill="none"', front: 'var(--c-purple)', hatch: 'dots' }),
    pattern('p-c-grey-fall-light', { back: 'fill="none"', front: 'var(--c-grey)', hatch: 'fall' }),
    pattern('p-c-fault-rise-light', { back: 'fill="none"', front: 'var(--c-fault)', hatch: 'rise' }),
  ]
  return [...solid, ...light].join('')
}

function pattern(id: string, look: { back: string; front: string; hatch: NonNullable<Look['hatch']> }): string {
  const stroke = `stroke="${look.front}" stroke-width="1.1" fill="none"`
  const parts = `<rect width="6" height="6" ${look.back}/><path d="${strokes[look.hatch]}" ${stroke}/>`
  return `<pattern id="${id}" width="6" height="6" patternUnits="userSpaceOnUse">${parts}</pattern>`
}
