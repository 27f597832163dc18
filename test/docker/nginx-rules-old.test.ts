// @group full 15s
import { showRules } from '../support/nginx/show-rules.ts'

showRules('proxy-old')
