/** A path as a relative URI; half a letter, which no URI can hold, becomes U+FFFD. */
export const uriOf = (path: string): string => path.toWellFormed().split('/').map(encodeURIComponent).join('/')
