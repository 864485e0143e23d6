import type { ReviewConcern } from '../types.ts'

/** What a photo of a product shows, after the product's name. */
export const captions = [
  'on our kitchen table',
  'by the window, in the morning light',
  'after a month of use',
  'just out of the box',
  'seen from the side',
  'next to a pencil, for its size',
  'on the way to work',
] as const

/** What the shop answers. `{name}` is the author's first name. */
export const answers: Readonly<Record<'glad' | 'sorry', readonly string[]>> = {
  glad: [
    'Thank you, {name}! We have read this out in the workshop.',
    'That is good to hear, {name}. Enjoy it!',
    'Thank you for taking the time, {name}.',
  ],
  sorry: [
    'We are sorry, {name}: it should not be like that. Please write to us in the chat with your order number, and we will send you another.',
    'Thank you for being frank, {name}. We have told the makers, and you can send it back to us within 30 days.',
    'That is not how it should be, {name}. Our people in the chat will put it right.',
    'Sorry to read this, {name}. A part may be missing: write to us and we will send it.',
  ],
}

/** Why moderators refused reviews. */
export const rejectionNotes: readonly { concern: ReviewConcern; note: string | null }[] = [
  { concern: 'OFF_TOPIC', note: 'This is about the delivery: our people in the chat can help with that.' },
  { concern: 'OFF_TOPIC', note: null },
  { concern: 'PERSONAL_DATA', note: 'It names a member of our staff: please write it without.' },
  { concern: 'NOT_GENUINE', note: 'It was written for a competition.' },
  { concern: 'SPAM', note: null },
]

/** What customers say of reviews that they report. */
export const reportComments: readonly { concern: ReviewConcern; comment: string | null }[] = [
  { concern: 'OFF_TOPIC', comment: 'This is about the parcel service.' },
  { concern: 'OFF_TOPIC', comment: null },
  { concern: 'NOT_GENUINE', comment: 'It reads like an advertisement.' },
  { concern: 'NOT_GENUINE', comment: null },
  { concern: 'OFFENSIVE', comment: null },
  { concern: 'OTHER', comment: 'Wrong product, I think.' },
]
