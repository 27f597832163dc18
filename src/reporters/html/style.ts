import { colours } from '../charts/palette.ts'

const variables = (scheme: 'light' | 'dark') =>
  Object.entries(colours)
    .map(([name, colour]) => `${name}:${colour[scheme]}`)
    .join(';')

const light = '--paper:#fff;--ink:#1b1f24;--muted:#57606a;--line:#d0d7de;--soft:#f4f6f8;--link:#0058a3'
const dark = '--paper:#14171b;--ink:#e6e8eb;--muted:#a9b1ba;--line:#3d444d;--soft:#1d2126;--link:#79b8ff'
const lightStatus = '--pass:#00674a;--fail:#b02a00;--inconclusive:#7a5200'
const darkStatus = '--pass:#4fd1a5;--fail:#ff8a65;--inconclusive:#ffc857'

const page = `
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);overflow-wrap:break-word;
  font:16px/1.5 system-ui,"Segoe UI","Liberation Sans",sans-serif}
main,header,footer{max-width:1180px;margin:0 auto;padding:0 20px}
header{padding-top:28px}
h1{font-size:1.7rem;line-height:1.2;margin:.2em 0}
h2{font-size:1.4rem;margin:2.2em 0 .4em;padding-top:.5em;border-top:3px solid var(--line)}
h3{font-size:1.1rem;margin:1.8em 0 .4em}
h4{font-size:1rem;margin:1.2em 0 .2em}
p{margin:.4em 0;max-width:76ch}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);outline-offset:2px}
nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:4px 20px}
code,pre,.mono{font:.875em/1.45 ui-monospace,"Liberation Mono",monospace;overflow-wrap:anywhere}
pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:10px 12px;white-space:pre-wrap}
.muted{color:var(--muted)}
.small{font-size:.875rem}
.skip{position:absolute;left:-9999px}
.skip:focus{left:8px;top:8px;background:var(--paper);padding:8px}
`

const parts = `
.status{font-weight:700;white-space:nowrap}
.pass{color:var(--pass)}.fail{color:var(--fail)}.inconclusive{color:var(--inconclusive)}
.badge{display:inline-block;border:2px solid currentcolor;border-radius:6px;padding:1px 10px}
.lead{font-size:1.1rem}
.cards{display:grid;gap:16px;margin:16px 0}
.three{grid-template-columns:repeat(auto-fit,minmax(max(250px,30%),1fr))}
.four{grid-template-columns:repeat(auto-fit,minmax(max(250px,22%),1fr))}
.card{border:1px solid var(--line);border-top:5px solid currentcolor;border-radius:8px;padding:12px 16px}
.card>*{color:var(--ink)}.card>.badge{color:inherit}
.card h3{margin:.5em 0 .1em}
dl{display:grid;grid-template-columns:auto 1fr;gap:2px 16px;margin:.6em 0}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
.card dd{font-weight:600;font-variant-numeric:tabular-nums}
.bar{display:block;height:7px;background:var(--c-vermillion);border-radius:2px;margin:3px 0 5px}
.bar.none{background:none;border-bottom:1px solid var(--line)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.6em 0;font-size:.94rem}
caption{text-align:left;color:var(--muted);padding-bottom:4px}
th,td{text-align:left;vertical-align:top;padding:5px 12px 5px 0;border-bottom:1px solid var(--line)}
td,th{overflow-wrap:break-word}
thead th{border-bottom:2px solid var(--line);color:var(--muted);font-weight:600}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
th.wrapped{white-space:normal}
.num+td:not(.num),.num+th:not(.num){padding-left:12px}
tr.between td{color:var(--muted)}
tr.between td.said{padding-left:22px}
.nowrap{white-space:nowrap}
.told{min-width:7.5rem}
td p{margin:0 0 .2em}
svg{display:block;width:100%;min-width:760px;height:auto;font:12px system-ui,"Liberation Sans",sans-serif}
svg.defs{position:absolute;width:0;height:0;min-width:0}
svg.swatch{display:inline-block;width:28px;height:12px;min-width:0;vertical-align:-1px;margin-right:6px}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 18px;padding:0;margin:.2em 0;font-size:.875rem}
details{margin:.3em 0 1em}
summary{cursor:pointer;color:var(--link);font-size:.9rem}
footer{margin-top:48px;padding-bottom:40px;color:var(--muted);font-size:.875rem}
@media screen and (max-width:640px){
  main,header,footer{padding-left:14px;padding-right:14px}
  .stacked,.stacked tbody,.stacked tr,.stacked td,.stacked caption{display:block}
  .stacked thead{position:absolute;left:-9999px}
  .stacked tr{padding:7px 0;border-bottom:1px solid var(--line)}
  .stacked td{border:0;padding:1px 0;text-align:left;white-space:normal}
  .stacked td:empty,.stacked td.nothing,.stacked tr.between td.small{display:none}
  .stacked td.beside{display:inline-block;margin-right:14px}
  .stacked td[data-head]::before{content:attr(data-head) ": ";color:var(--muted);font-weight:400}
  .stacked .num+td:not(.num),.stacked tr.between td.said{padding-left:0}
  .told{min-width:0}
}
@media print{
  body{font-size:11pt}main,header,footer{max-width:none}
  h2{break-before:page}h3,h4{break-after:avoid}figure,.card,tr{break-inside:avoid}
  svg{min-width:0}.scroll{overflow:visible}nav,details:not(.asked):not([open]){display:none}
  details.asked::details-content{content-visibility:visible;display:block}
  *{print-color-adjust:exact}
}
figure{margin:0}
`

/** The page's whole style: light, dark for who prefers it, and always light on paper. */
export const style = [
  `:root{color-scheme:light dark;${light};${lightStatus};${variables('light')}}`,
  `@media screen and (prefers-color-scheme:dark){:root{${dark};${darkStatus};${variables('dark')}}}`,
  page,
  parts,
].join('\n')
