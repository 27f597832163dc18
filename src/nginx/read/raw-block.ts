/** Blocks whose body is another language: `content_by_lua_block`, and those of njs and Perl. */
export const isRawBlock = (name: string): boolean => name.endsWith('_block')

/**
 * The offset of the brace that closes a body of Lua (or JavaScript, Perl) that begins at `from`; undefined: none does.
 * Braces in strings and comments do not count.
 */
export function endOfRawBlock(name: string, text: string, from: number): number | undefined {
  const isLua = name.includes('lua')
  const shapes = isLua ? lua : scripts
  let depth = 1
  shapes.lastIndex = from
  for (let found = shapes.exec(text); found; found = shapes.exec(text)) {
    const [sign] = found
    if (sign === '{') depth += 1
    else if (sign === '}') {
      depth -= 1
      if (depth === 0) return found.index
    } else {
      const end = endOf(sign, text, shapes.lastIndex)
      if (end === undefined) return undefined
      shapes.lastIndex = end
    }
  }
  return undefined
}

const lua = /[{}"']|--\[=*\[|--|\[=*\[/g
const scripts = /[{}"'`]|\/\*|\/\/|#/g

/** Where the string or comment that this sign opens is over. */
function endOf(sign: string, text: string, from: number): number | undefined {
  const close = /\[(=*)\[$/.exec(sign)
  if (close) return behind(`]${close[1]}]`, text, from)
  if (sign === '/*') return behind('*/', text, from)
  if (sign === '--' || sign === '//' || sign === '#') return behind('\n', text, from) ?? text.length
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === sign) return at + 1
    // A quote that its line does not close is none: an expression or a word of a comment.
    else if (text[at] === '\n' && sign !== '`') return at + 1
  }
  return undefined
}

function behind(close: string, text: string, from: number): number | undefined {
  const at = text.indexOf(close, from)
  return at < 0 ? undefined : at + close.length
}
