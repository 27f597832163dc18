/** Where one value of the file comes from, and whether it could be otherwise. */
export interface Understood {
  /** Where it stands, `['upstreams', 'api', 'health']`. */
  readonly path: readonly string[]
  readonly guessed: boolean
  /** In words: `server api-1:3000 in /etc/nginx/conf.d/shop.conf:4`. */
  readonly because: string
}

/** An address that the proxy passes requests on to, and that is no container of the project: never touched. */
export interface Outside {
  readonly address: string
  readonly because: string
}

/** Gathers what a survey has to say beside its values. */
export class Book {
  readonly understood: Understood[] = []
  readonly questions: string[] = []
  readonly outside: Outside[] = []
  readonly notes: string[] = []

  knows(path: readonly string[], because: string): void {
    this.understood.push({ path, guessed: false, because })
  }

  guesses(path: readonly string[], because: string): void {
    this.understood.push({ path, guessed: true, because })
  }

  /** What only the user can answer. */
  asks(question: string): void {
    if (!this.questions.includes(question)) this.questions.push(question)
  }

  /** What the user should know, and need not answer. */
  tells(note: string): void {
    if (!this.notes.includes(note)) this.notes.push(note)
  }

  leavesOut(address: string, because: string): void {
    if (!this.outside.some((one) => one.address === address)) this.outside.push({ address, because })
  }
}
