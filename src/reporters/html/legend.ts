import {
  faultFill,
  fillOf,
  type LineLook,
  lineLooks,
  outcomeLooks,
  pendingFill,
  standingFill,
  starvedFill,
} from '../charts/palette.ts'
import { type Bucket, groupsIn } from '../narrative/series.ts'
import { html, type Markup, trusted } from './markup.ts'

interface Entry {
  readonly name: string
  readonly swatch: Markup
}

function box(fill: string): Markup {
  return trusted(
    `<svg class="swatch" aria-hidden="true" viewBox="0 0 28 12"><rect width="28" height="12" fill="${fill}"/></svg>`,
  )
}

function line({ colour, dash }: LineLook): Markup {
  const stroke = `stroke="var(${colour})" stroke-width="2.5" stroke-dasharray="${dash.join(' ') || 'none'}"`
  return trusted(`<svg class="swatch" aria-hidden="true" viewBox="0 0 28 12"><path d="M0 6H28" ${stroke}/></svg>`)
}

function legend(entries: readonly Entry[]): Markup {
  return html`<ul class="legend">${entries.map(({ name, swatch }) => html`<li>${swatch}${name}</li>`)}</ul>`
}

/** Legend of the stacked rates: only what occurs. */
export function legendOf(buckets: readonly Bucket[]): Markup {
  const entries = groupsIn(buckets).flatMap((name) => {
    const look = outcomeLooks[name]
    return look ? [{ name, swatch: box(fillOf(look)) }] : []
  })
  return legend(entries)
}

/** Legend of lines, in the order in which they were drawn. */
export function lineLegend(names: readonly string[]): Markup {
  const entries = names.flatMap((name, index) => {
    const look = lineLooks[index % lineLooks.length]
    return look ? [{ name, swatch: line(look) }] : []
  })
  return legend(entries)
}

/** Legend of bands and bars. */
export function bandLegend({ isStarved, stood }: { isStarved: boolean; stood: boolean }): Markup {
  return legend([
    { name: 'fault in force', swatch: box(faultFill) },
    { name: 'outage (band in the charts below)', swatch: box('var(--c-outage)') },
    ...(isStarved ? [{ name: 'the machine had no room (band in all charts)', swatch: box(starvedFill) }] : []),
    ...(stood ? [{ name: "the incident's clock stood still", swatch: box(standingFill) }] : []),
    { name: 'alert pending', swatch: box(pendingFill) },
    { name: 'alert firing', swatch: box('var(--c-orange)') },
    { name: '◆ delivered', swatch: trusted('') },
    { name: '┊ step of the story, by its number in the timeline', swatch: trusted('') },
  ])
}
