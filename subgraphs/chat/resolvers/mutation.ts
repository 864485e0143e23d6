import type { MutationResolvers } from '../schema.generated.ts'
import { sendMessage } from '../send-message.ts'
import { startConversation } from '../start-conversation.ts'

export const Mutation: MutationResolvers = {
  startConversation: (_, { input }, context) => startConversation(context, input),
  sendMessage: (_, { input }, context) => sendMessage(context, input),
}
