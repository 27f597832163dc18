// @group full 30s
import { showRules } from '../support/nginx/show-rules.ts'

showRules('proxy-old')
