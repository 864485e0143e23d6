import { toId, toUuid } from '../../kit/ids.ts'
import { visibleTo } from '../conversation-rows.ts'
import type { MessageResolvers } from '../schema.generated.ts'

export const Message: MessageResolvers = {
  async __resolveReference(reference, { caller, loaders }) {
    const id = toUuid('msg', reference.id)
    return id === null ? null : visibleTo(caller, await loaders.message.load(id))
  },
  id: ({ id }) => toId('msg', id),
  author: ({ authorKind, authorName }) => ({ kind: authorKind, displayName: authorName }),
}
