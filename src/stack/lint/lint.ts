export { type LintFinding, lint, rules, tellFinding } from '../../nginx/index.ts'
