export {
  connectReasons,
  type Reason,
  reasons,
  upstreamAddressOf,
  upstreamReasonOf,
} from '../../kit/nginx-errors.ts'
