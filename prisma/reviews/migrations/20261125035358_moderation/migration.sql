-- As Prisma writes it from the schema, but for the generated column.
-- CreateEnum
CREATE TYPE "ReviewHoldReason" AS ENUM ('WORDS', 'LINKS', 'CONTACT_DETAILS', 'REPORTS', 'EDITED_AFTER_REJECTION', 'MODERATOR');

-- CreateEnum
CREATE TYPE "ReviewConcern" AS ENUM ('OFFENSIVE', 'SPAM', 'OFF_TOPIC', 'PERSONAL_DATA', 'NOT_GENUINE', 'OTHER');

-- AlterTable
ALTER TABLE "Review" ADD COLUMN     "answerBody" TEXT,
ADD COLUMN     "answerEditedAt" TIMESTAMPTZ(3),
ADD COLUMN     "answerVersion" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "answeredAt" TIMESTAMPTZ(3),
ADD COLUMN     "decidedAt" TIMESTAMPTZ(3),
ADD COLUMN     "dimensionRatings" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "editedAt" TIMESTAMPTZ(3),
ADD COLUMN     "heldAt" TIMESTAMPTZ(3),
ADD COLUMN     "holdReasons" "ReviewHoldReason"[] DEFAULT ARRAY[]::"ReviewHoldReason"[],
ADD COLUMN     "photos" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "rejectionConcern" "ReviewConcern",
ADD COLUMN     "rejectionNote" TEXT,
ADD COLUMN     "reportCount" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "verifiedPurchase" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "Review" ADD COLUMN "hasPhotos" BOOLEAN NOT NULL GENERATED ALWAYS AS (jsonb_array_length("photos") > 0) STORED;

-- CreateTable
CREATE TABLE "ReviewRevision" (
    "reviewId" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "authorName" TEXT NOT NULL,
    "rating" SMALLINT NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "dimensionRatings" JSONB NOT NULL,
    "photos" JSONB NOT NULL,
    "writtenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ReviewRevision_pkey" PRIMARY KEY ("reviewId","version")
);

-- CreateTable
CREATE TABLE "ReviewReport" (
    "id" UUID NOT NULL,
    "reviewId" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "concern" "ReviewConcern" NOT NULL,
    "comment" TEXT,
    "reportedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ReviewReport_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RatingDimension" (
    "kind" TEXT NOT NULL,
    "dimension" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "position" SMALLINT NOT NULL,

    CONSTRAINT "RatingDimension_pkey" PRIMARY KEY ("kind","dimension")
);

-- CreateTable
CREATE TABLE "ProductKind" (
    "productId" UUID NOT NULL,
    "kind" TEXT NOT NULL,

    CONSTRAINT "ProductKind_pkey" PRIMARY KEY ("productId")
);

-- CreateTable
CREATE TABLE "ReviewCount" (
    "productId" UUID NOT NULL,
    "rating" SMALLINT NOT NULL,
    "verifiedPurchase" BOOLEAN NOT NULL,
    "hasPhotos" BOOLEAN NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ReviewCount_pkey" PRIMARY KEY ("productId","rating","verifiedPurchase","hasPhotos")
);

-- CreateTable
CREATE TABLE "DimensionSummary" (
    "productId" UUID NOT NULL,
    "dimension" TEXT NOT NULL,
    "ones" INTEGER NOT NULL DEFAULT 0,
    "twos" INTEGER NOT NULL DEFAULT 0,
    "threes" INTEGER NOT NULL DEFAULT 0,
    "fours" INTEGER NOT NULL DEFAULT 0,
    "fives" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "DimensionSummary_pkey" PRIMARY KEY ("productId","dimension")
);

-- CreateTable
CREATE TABLE "ErasedCustomer" (
    "customer" BYTEA NOT NULL,
    "erasedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ErasedCustomer_pkey" PRIMARY KEY ("customer")
);

-- CreateIndex
CREATE INDEX "ReviewReport_reviewId_id_idx" ON "ReviewReport"("reviewId", "id");

-- CreateIndex
CREATE INDEX "ReviewReport_customerId_idx" ON "ReviewReport"("customerId");

-- CreateIndex
CREATE UNIQUE INDEX "ReviewReport_reviewId_customerId_key" ON "ReviewReport"("reviewId", "customerId");

-- CreateIndex
CREATE INDEX "Review_queue_idx" ON "Review"("status", "heldAt", "id");

-- CreateIndex
CREATE INDEX "ReviewVote_customerId_idx" ON "ReviewVote"("customerId");

-- AddForeignKey
ALTER TABLE "ReviewRevision" ADD CONSTRAINT "ReviewRevision_reviewId_fkey" FOREIGN KEY ("reviewId") REFERENCES "Review"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReviewReport" ADD CONSTRAINT "ReviewReport_reviewId_fkey" FOREIGN KEY ("reviewId") REFERENCES "Review"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What the schema can't say.
ALTER TABLE "Review"
    ADD CONSTRAINT "Review_status_check" CHECK (
        "holdReasons" IS NOT NULL
        AND ("status" = 'PENDING') = ("heldAt" IS NOT NULL)
        AND ("status" = 'PENDING' OR "holdReasons" = '{}')
        AND ("status" = 'REJECTED' OR ("rejectionConcern" IS NULL AND "rejectionNote" IS NULL))
    ) NOT VALID,
    ADD CONSTRAINT "Review_json_check" CHECK (
        jsonb_typeof("dimensionRatings") = 'object' AND jsonb_typeof("photos") = 'array'
    ),
    ADD CONSTRAINT "Review_answer_check" CHECK (
        ("answerBody" IS NULL) = ("answeredAt" IS NULL) AND char_length("answerBody") BETWEEN 1 AND 2000
    ),
    ADD CONSTRAINT "Review_reportCount_check" CHECK ("reportCount" >= 0);
UPDATE "Review" SET "heldAt" = "createdAt" WHERE "status" = 'PENDING';
ALTER TABLE "Review" VALIDATE CONSTRAINT "Review_status_check";

ALTER TABLE "ReviewCount" ADD CONSTRAINT "ReviewCount_count_check" CHECK ("count" >= 0);
ALTER TABLE "DimensionSummary"
    ADD CONSTRAINT "DimensionSummary_counts_check"
    CHECK ("ones" >= 0 AND "twos" >= 0 AND "threes" >= 0 AND "fours" >= 0 AND "fives" >= 0);

-- A published review that has come (1) or gone (-1), as far as it counts.
CREATE TYPE review_change AS (
    "productId" uuid, "rating" int, "verifiedPurchase" boolean, "hasPhotos" boolean, "dimensionRatings" jsonb, "sign" int
);

-- Brings what products' reviews come to into step with changes. Whoever changes a product's counts waits at its
-- RatingSummary for who is before; products are taken in one order, so that no two wait for each other.
CREATE FUNCTION count_reviews(changes review_change[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF cardinality(changes) = 0 THEN RETURN; END IF;

  INSERT INTO "RatingSummary" ("productId")
  SELECT DISTINCT "productId" FROM unnest(changes) ORDER BY "productId" ON CONFLICT DO NOTHING;
  PERFORM FROM "RatingSummary" WHERE "productId" IN (SELECT "productId" FROM unnest(changes))
  ORDER BY "productId" FOR NO KEY UPDATE;

  UPDATE "RatingSummary" summary SET
    "ones" = summary."ones" + change."ones", "twos" = summary."twos" + change."twos",
    "threes" = summary."threes" + change."threes", "fours" = summary."fours" + change."fours",
    "fives" = summary."fives" + change."fives"
  FROM (
    SELECT "productId", sum("sign" * ("rating" = 1)::int) AS "ones", sum("sign" * ("rating" = 2)::int) AS "twos",
           sum("sign" * ("rating" = 3)::int) AS "threes", sum("sign" * ("rating" = 4)::int) AS "fours",
           sum("sign" * ("rating" = 5)::int) AS "fives"
    FROM unnest(changes) GROUP BY "productId"
  ) change
  WHERE summary."productId" = change."productId"
    AND (change."ones", change."twos", change."threes", change."fours", change."fives") <> (0, 0, 0, 0, 0);

  INSERT INTO "ReviewCount" ("productId", "rating", "verifiedPurchase", "hasPhotos")
  SELECT DISTINCT "productId", "rating", "verifiedPurchase", "hasPhotos" FROM unnest(changes) ON CONFLICT DO NOTHING;
  UPDATE "ReviewCount" counted SET "count" = counted."count" + change."count"
  FROM (
    SELECT "productId", "rating", "verifiedPurchase", "hasPhotos", sum("sign") AS "count"
    FROM unnest(changes) GROUP BY 1, 2, 3, 4 HAVING sum("sign") <> 0
  ) change
  WHERE (counted."productId", counted."rating", counted."verifiedPurchase", counted."hasPhotos")
      = (change."productId", change."rating", change."verifiedPurchase", change."hasPhotos");

  INSERT INTO "DimensionSummary" ("productId", "dimension")
  SELECT DISTINCT "productId", rated."key" FROM unnest(changes), jsonb_each_text("dimensionRatings") AS rated
  ON CONFLICT DO NOTHING;
  UPDATE "DimensionSummary" summary SET
    "ones" = summary."ones" + change."ones", "twos" = summary."twos" + change."twos",
    "threes" = summary."threes" + change."threes", "fours" = summary."fours" + change."fours",
    "fives" = summary."fives" + change."fives"
  FROM (
    SELECT "productId", rated."key" AS "dimension",
           sum("sign" * (rated."value" = '1')::int) AS "ones", sum("sign" * (rated."value" = '2')::int) AS "twos",
           sum("sign" * (rated."value" = '3')::int) AS "threes", sum("sign" * (rated."value" = '4')::int) AS "fours",
           sum("sign" * (rated."value" = '5')::int) AS "fives"
    FROM unnest(changes), jsonb_each_text("dimensionRatings") AS rated GROUP BY 1, 2
  ) change
  WHERE summary."productId" = change."productId" AND summary."dimension" = change."dimension"
    AND (change."ones", change."twos", change."threes", change."fours", change."fives") <> (0, 0, 0, 0, 0);
END $$;

CREATE FUNCTION reviews_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_reviews(ARRAY(
    SELECT ROW("productId", "rating", "verifiedPurchase", "hasPhotos", "dimensionRatings", 1)::review_change
    FROM after WHERE "status" = 'PUBLISHED'
  ));
  RETURN NULL;
END $$;

CREATE FUNCTION reviews_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_reviews(ARRAY(
    SELECT ROW("productId", "rating", "verifiedPurchase", "hasPhotos", "dimensionRatings", -1)::review_change
    FROM before WHERE "status" = 'PUBLISHED'
  ));
  RETURN NULL;
END $$;

-- A vote changes nothing that is counted here: it must not wait for others of its product.
CREATE FUNCTION reviews_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_reviews(ARRAY(
    SELECT ROW(change."productId", change."rating", change."verifiedPurchase", change."hasPhotos",
               change."dimensionRatings", change."sign")::review_change
    FROM before JOIN after ON after."id" = before."id"
    CROSS JOIN LATERAL (
      VALUES (before."productId", before."rating", before."verifiedPurchase", before."hasPhotos",
              before."dimensionRatings", before."status", -1),
             (after."productId", after."rating", after."verifiedPurchase", after."hasPhotos",
              after."dimensionRatings", after."status", 1)
    ) AS change ("productId", "rating", "verifiedPurchase", "hasPhotos", "dimensionRatings", "status", "sign")
    WHERE change."status" = 'PUBLISHED'
      AND (before."productId", before."rating", before."verifiedPurchase", before."hasPhotos",
           before."dimensionRatings", before."status")
        IS DISTINCT FROM (after."productId", after."rating", after."verifiedPurchase", after."hasPhotos",
                          after."dimensionRatings", after."status")
  ));
  RETURN NULL;
END $$;

-- What is there already, before the triggers keep count. Ratings are counted; dimensions are new.
UPDATE "Review" review SET "verifiedPurchase" = true WHERE EXISTS (
  SELECT FROM "Purchase" purchase
  WHERE purchase."customerId" = review."customerId" AND purchase."productId" = review."productId"
);
INSERT INTO "ReviewCount" ("productId", "rating", "verifiedPurchase", "hasPhotos", "count")
SELECT "productId", "rating", "verifiedPurchase", "hasPhotos", count(*)
FROM "Review" WHERE "status" = 'PUBLISHED' GROUP BY 1, 2, 3, 4;

-- Once for each statement, however many rows it writes.
CREATE TRIGGER reviews_inserted AFTER INSERT ON "Review" REFERENCING NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION reviews_inserted();
CREATE TRIGGER reviews_updated AFTER UPDATE ON "Review" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION reviews_updated();
CREATE TRIGGER reviews_deleted AFTER DELETE ON "Review" REFERENCING OLD TABLE AS before
  FOR EACH STATEMENT EXECUTE FUNCTION reviews_deleted();

INSERT INTO "RatingDimension" ("kind", "dimension", "label", "position") VALUES
  ('general', 'quality', 'Quality', 0), ('general', 'value', 'Value for money', 1),
  ('clothing', 'fit', 'Fit', 0), ('clothing', 'comfort', 'Comfort', 1), ('clothing', 'quality', 'Quality', 2),
  ('clothing', 'value', 'Value for money', 3),
  ('outdoor', 'durability', 'Durability', 0), ('outdoor', 'comfort', 'Comfort', 1),
  ('outdoor', 'value', 'Value for money', 2),
  ('home', 'quality', 'Quality', 0), ('home', 'looks', 'Looks', 1), ('home', 'value', 'Value for money', 2),
  ('electronics', 'sound', 'Sound', 0), ('electronics', 'ease', 'Ease of use', 1),
  ('electronics', 'value', 'Value for money', 2),
  ('play', 'fun', 'Fun', 0), ('play', 'quality', 'Quality', 1), ('play', 'value', 'Value for money', 2);

-- Keys are kept under a digest of the customer's uuid, so that they stay when the customer's data is erased: a
-- write that is sent again afterwards must not bring it back.
UPDATE "IdempotencyKey" SET "scope" = 'submitReview:' || encode(sha256(uuid_send(substr("scope", 14)::uuid)), 'hex')
WHERE "scope" LIKE 'submitReview:%';
