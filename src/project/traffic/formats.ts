import { filesOf, readConfiguration, Sites } from '../../nginx/index.ts'
import type { ProxyFacts } from '../facts.ts'

/** Texts of every `log_format` of these proxies. Lines of JSON are read without. */
export function logFormatsOf(proxies: readonly ProxyFacts[]): string[] {
  return proxies.flatMap(({ main, files }) => {
    const { model } = new Sites(readConfiguration({ main, files: filesOf(files) }))
    const formats = model.all.filter(({ name }) => name === 'log_format')
    return formats.map(({ args }) =>
      args
        .slice(1)
        .filter((word) => !/^escape=/.test(word))
        .join(''),
    )
  })
}
