-- As Prisma writes it from the schema.
-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "ConversationStatus" AS ENUM ('WAITING', 'ANSWERED', 'CLOSED');

-- CreateEnum
CREATE TYPE "MessageAuthorKind" AS ENUM ('CUSTOMER', 'AGENT');

-- CreateTable
CREATE TABLE "Conversation" (
    "id" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "orderId" UUID,
    "site" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "status" "ConversationStatus" NOT NULL DEFAULT 'WAITING',
    "statusSince" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSequence" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastMessageAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Conversation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Message" (
    "id" UUID NOT NULL,
    "conversationId" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "authorKind" "MessageAuthorKind" NOT NULL,
    "authorId" TEXT,
    "authorName" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "sentAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IdempotencyKey" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "answer" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdempotencyKey_pkey" PRIMARY KEY ("scope","key")
);

-- CreateIndex
CREATE INDEX "Conversation_by_customer_idx" ON "Conversation"("customerId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Conversation_by_order_idx" ON "Conversation"("orderId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Conversation_queue_idx" ON "Conversation"("status", "statusSince", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Message_conversationId_sequence_key" ON "Message"("conversationId", "sequence");

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_conversationId_fkey" FOREIGN KEY ("conversationId") REFERENCES "Conversation"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What the schema can't say.
ALTER TABLE "Conversation"
    ADD CONSTRAINT "Conversation_subject_check" CHECK (char_length("subject") BETWEEN 1 AND 120),
    ADD CONSTRAINT "Conversation_lastSequence_check" CHECK ("lastSequence" >= 1),
    ADD CONSTRAINT "Conversation_times_check" CHECK ("lastMessageAt" >= "createdAt" AND "statusSince" >= "createdAt");

ALTER TABLE "Message"
    ADD CONSTRAINT "Message_sequence_check" CHECK ("sequence" >= 1),
    ADD CONSTRAINT "Message_body_check" CHECK (char_length("body") BETWEEN 1 AND 4000),
    ADD CONSTRAINT "Message_authorName_check" CHECK (char_length("authorName") BETWEEN 1 AND 60);
