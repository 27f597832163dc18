import { execFileSync } from 'node:child_process'

/** Makes a repository of this folder, with one commit of all that is in it. */
export function commitAll(folder: string): void {
  const git = (...argv: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...argv])
  git('init', '-q')
  git('add', '-A')
  git('commit', '-qm', 'as it was')
}
