import type { ReviewContent } from './mappers.ts'
import type { ReviewHoldReason } from './schema.generated.ts'

/** What a filter says of a review: all may see it, or it waits for a moderator, for these reasons. */
export type Verdict = { decision: 'publish' } | { decision: 'hold'; reasons: readonly ReviewHoldReason[] }

/** Decides on what somebody wrote before anybody sees it. It never refuses: that is for a moderator. */
export type ReviewFilter = (content: ReviewContent) => Verdict
