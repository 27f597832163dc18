/** A cell by its parts. */
export interface NamedCell {
  readonly mode: { readonly name: string }
  readonly target: { readonly name: string }
}

/**
 * The text of `badgateway.d.ts`: which modes apply to which targets of the stack of this badgateway.yaml, by the path
 * that tests give it. Pure.
 */
export function declarationOf(path: string, cells: readonly NamedCell[]): string {
  const modes = Map.groupBy(cells, ({ mode }) => mode.name)
  const lines = [...modes].map(([mode, own]) => {
    const targets = own.map(({ target }) => quoted(target.name))
    return `      ${quoted(mode)}: ${targets.join(' | ')}`
  })
  return `// Written by badgateway init --types. Write it again when badgateway.yaml changes.
import 'badgateway/resilience'

declare module 'badgateway/resilience' {
  interface Stacks {
    ${quoted(path)}: {
${lines.join('\n')}
    }
  }
}
`
}

const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`
