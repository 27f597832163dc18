export { connectReasons, type Reason, reasons, upstreamAddressOf, upstreamReasonOf } from './error-log.ts'
