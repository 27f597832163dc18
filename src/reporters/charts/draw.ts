import type { EChartsCoreOption } from 'echarts/core'
import { type Markup, trusted } from '../html/markup.ts'

export interface Picture {
  readonly option: EChartsCoreOption
  /** Pixels; the width is shared, so that all time axes lie below each other. */
  readonly height: number
  /** Says what is to be seen, for those who do not see it. */
  readonly label: string
}

/** Width that all charts are drawn for, in pixels; the page scales them. */
export const chartWidth = 1_000

/** Room beside the plot, in pixels: the same in every chart. */
export const plotLeft = 204
export const plotRight = 24

/** Draws on the server, as SVG: the page needs no script. */
export interface Drawer {
  draw(picture: Picture): Markup
}

/** Loads the chart library, which takes its time, only when something is to be drawn. */
export async function openDrawer(): Promise<Drawer> {
  const [core, charts, components, renderers] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ])
  const { GridComponent, MarkAreaComponent, MarkLineComponent } = components
  core.use([
    charts.LineChart,
    charts.CustomChart,
    GridComponent,
    MarkAreaComponent,
    MarkLineComponent,
    renderers.SVGRenderer,
  ])
  let drawn = 0
  return {
    draw: ({ option, height, label }) => {
      const chart = core.init(null, null, { renderer: 'svg', ssr: true, width: chartWidth, height })
      try {
        chart.setOption({ animation: false, backgroundColor: 'transparent', ...option })
        drawn += 1
        return trusted(leanSvg(chart.renderToSVGString(), { id: `k${drawn}`, label, height }))
      } finally {
        chart.dispose()
      }
    },
  }
}

/** Nothing that is not seen, ids of its own, numbers no finer than the eye, and a size that follows the page. */
function leanSvg(svg: string, { id, label, height }: { id: string; label: string; height: number }): string {
  const lean = (tag: string) =>
    tag
      .replace(/ (?:ecmeta_\w+|class|pointer-events)="[^"]*"/g, '')
      .replace(/ style="font-size:12px;font-family:sans-serif;"/g, '')
      .replace(/ stroke="[^"]*" stroke-width="0"(?: stroke-opacity="[^"]*")?/g, '')
      .replace(/zr\d+-(\w+)/g, `${id}-$1`)
      .replace(/\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1))))
  const body = svg
    .replace(/^<svg[^>]*>/, '')
    .replace(/<style ?>[\s\S]*?<\/style>/g, '')
    .replace(/<path d=""[^>]*><\/path>/g, '')
    // What is written in the picture is escaped, so that no name can look like a tag, and stays as it is.
    .replace(/<[^>]+>/g, lean)
    .replace(/>\n+</g, '><')
  const escapedLabel = label.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
  return `<svg viewBox="0 0 ${chartWidth} ${height}" role="img" aria-label="${escapedLabel}">${body}`
}
