-- As Prisma writes it from the schema.
-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "ReviewStatus" AS ENUM ('PENDING', 'PUBLISHED', 'REJECTED');

-- CreateTable
CREATE TABLE "Review" (
    "id" UUID NOT NULL,
    "productId" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "authorName" TEXT NOT NULL,
    "rating" SMALLINT NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "status" "ReviewStatus" NOT NULL DEFAULT 'PUBLISHED',
    "helpfulCount" INTEGER NOT NULL DEFAULT 0,
    "unhelpfulCount" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Review_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ReviewVote" (
    "reviewId" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "helpful" BOOLEAN NOT NULL,
    "votedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ReviewVote_pkey" PRIMARY KEY ("reviewId","customerId")
);

-- CreateTable
CREATE TABLE "RatingSummary" (
    "productId" UUID NOT NULL,
    "ones" INTEGER NOT NULL DEFAULT 0,
    "twos" INTEGER NOT NULL DEFAULT 0,
    "threes" INTEGER NOT NULL DEFAULT 0,
    "fours" INTEGER NOT NULL DEFAULT 0,
    "fives" INTEGER NOT NULL DEFAULT 0,
    "score" DECIMAL(6,5) GENERATED ALWAYS AS (
        -- The mean as if there were 10 more ratings of 3.5: one that few gave has to be better to stand as high.
        CASE WHEN "ones" + "twos" + "threes" + "fours" + "fives" >= 5
        THEN (35 + "ones" + 2 * "twos" + 3 * "threes" + 4 * "fours" + 5 * "fives")::numeric
            / (10 + "ones" + "twos" + "threes" + "fours" + "fives")
        END
    ) STORED,

    CONSTRAINT "RatingSummary_pkey" PRIMARY KEY ("productId")
);

-- CreateTable
CREATE TABLE "Purchase" (
    "orderId" UUID NOT NULL,
    "productId" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "placedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Purchase_pkey" PRIMARY KEY ("orderId","productId")
);

-- CreateTable
CREATE TABLE "FeedPosition" (
    "owner" TEXT NOT NULL,
    "feed" UUID NOT NULL,
    "sequence" BIGINT NOT NULL,
    "head" BIGINT NOT NULL,
    "readAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "FeedPosition_pkey" PRIMARY KEY ("owner")
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
CREATE INDEX "Review_newest_idx" ON "Review"("productId", "status", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Review_highest_rating_idx" ON "Review"("productId", "status", "rating" DESC, "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Review_lowest_rating_idx" ON "Review"("productId", "status", "rating", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Review_most_helpful_idx" ON "Review"("productId", "status", "helpfulCount" DESC, "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Review_by_customer_idx" ON "Review"("customerId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "Review_productId_customerId_key" ON "Review"("productId", "customerId");

-- CreateIndex
CREATE INDEX "RatingSummary_top_rated_idx" ON "RatingSummary"("score" DESC, "productId");

-- CreateIndex
CREATE INDEX "Purchase_customerId_productId_idx" ON "Purchase"("customerId", "productId");

-- AddForeignKey
ALTER TABLE "ReviewVote" ADD CONSTRAINT "ReviewVote_reviewId_fkey" FOREIGN KEY ("reviewId") REFERENCES "Review"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What the schema can't say.
ALTER TABLE "Review"
    ADD CONSTRAINT "Review_rating_check" CHECK ("rating" BETWEEN 1 AND 5),
    ADD CONSTRAINT "Review_title_check" CHECK (char_length("title") BETWEEN 1 AND 120),
    ADD CONSTRAINT "Review_body_check" CHECK (char_length("body") BETWEEN 1 AND 5000),
    ADD CONSTRAINT "Review_authorName_check" CHECK (char_length("authorName") BETWEEN 1 AND 60),
    ADD CONSTRAINT "Review_counts_check" CHECK ("helpfulCount" >= 0 AND "unhelpfulCount" >= 0);

ALTER TABLE "RatingSummary"
    ADD CONSTRAINT "RatingSummary_counts_check"
    CHECK ("ones" >= 0 AND "twos" >= 0 AND "threes" >= 0 AND "fours" >= 0 AND "fives" >= 0);
